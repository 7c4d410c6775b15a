using System.CommandLine;
using System.CommandLine.Parsing;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>The options that say which cluster: a file, a live cluster, or the answers of a server. None of them: the live cluster that kubectl finds.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> _file = new("--cluster", "-c")
    {
        Description = "Cluster: what \"toposched save\" or \"kubectl get nodes,pods -A -o yaml\" (or json) prints, plain or gzip; a file, a folder, or - for standard input.",
        HelpName = "file",
    };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "The live cluster of this kubeconfig file. With none of --cluster, --server and this the one that kubectl finds.",
        HelpName = "file",
    };

    private readonly Option<string?> _context = LiveCluster.Context();

    /// <summary>Adds them to a command, with the check that they name one cluster.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_kubeconfig);
        command.Add(_context);
        command.Validators.Add(Check);
    }

    /// <summary>The source they name.</summary>
    /// <exception cref="InputException">They name none and kubectl finds none, or the kubeconfig cannot be used.</exception>
    public ClusterSource Of(ParseResult parsed, CliConsole console)
    {
        if (parsed.GetValue(_file) is { } file) return new ClusterSource.OfFile(file, console);
        var (kubeconfig, context) = (parsed.GetValue(_kubeconfig), parsed.GetValue(_context));
        try
        {
            return new ClusterSource.OfCluster(LiveCluster.Find(console, kubeconfig, context));
        }
        catch (InputException e) when (kubeconfig is null && context is null)
        {
            throw new InputException($"no cluster is named, and kubectl would find none: {e.Message} Expected --cluster with a file, --server with the address of a toposched, or --kubeconfig.", e);
        }
    }

    private void Check(CommandResult result)
    {
        string[] given = [.. Given(result).Select(o => o.Name)];
        if (given.Contains("--cluster") && given.Length > 1) result.AddError($"options {string.Join(" and ", given)}: name more than one cluster; expected one of --cluster, --kubeconfig (with --context) and --server.");
    }

    private IEnumerable<Option> Given(CommandResult result) =>
        new Option[] { _file, _kubeconfig, _context }.Where(o => result.GetResult(o) is { Implicit: false });
}
