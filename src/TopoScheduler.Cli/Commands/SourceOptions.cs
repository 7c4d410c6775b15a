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

    private readonly Option<Uri?> _server = new("--server")
    {
        Description = "Ask a running toposched serve (api.enabled) instead: its address, https://toposched.example:8443.",
        HelpName = "url",
        CustomParser = Address,
    };

    private readonly Option<string?> _token = new("--token-file") { Description = "With --server: the file with the bearer token.", HelpName = "file" };

    private readonly Option<string?> _authority = new("--certificate-authority") { Description = "With --server: the file with the certificates to trust.", HelpName = "file" };

    /// <summary>Adds them to a command, with the check that they name one cluster.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_kubeconfig);
        command.Add(_context);
        command.Add(_server);
        command.Add(_token);
        command.Add(_authority);
        command.Validators.Add(Check);
    }

    /// <summary>The source they name.</summary>
    /// <exception cref="InputException">They name none and kubectl finds none, or the kubeconfig cannot be used.</exception>
    public ClusterSource Of(ParseResult parsed, CliConsole console)
    {
        if (parsed.GetValue(_file) is { } file) return new ClusterSource.OfFile(file, console);
        if (parsed.GetValue(_server) is { } server) return new ClusterSource.OfServer(new(server, parsed.GetValue(_token), parsed.GetValue(_authority)));
        var (kubeconfig, context) = (parsed.GetValue(_kubeconfig), parsed.GetValue(_context));
        try
        {
            return new ClusterSource.OfCluster(LiveCluster.Find(console, kubeconfig, context));
        }
        catch (InputException e) when (kubeconfig is null && context is null)
        {
            const string named = "no cluster is named: ";
            var why = e.Message.StartsWith(named, StringComparison.Ordinal) ? e.Message[named.Length..] : e.Message;
            throw new InputException($"no cluster is given, expected --cluster with a file, --server with the address of a toposched, or --kubeconfig; and kubectl would find none: {why}", e);
        }
    }

    private void Check(CommandResult result)
    {
        string[] sources = [.. Given(result, _file, _kubeconfig, _context, _server).Select(o => o.Name)];
        var isLive = sources.All(s => s is "--kubeconfig" or "--context");
        if (sources.Length > 1 && !isLive) result.AddError($"options {string.Join(" and ", sources)}: name more than one cluster; expected one of --cluster, --kubeconfig (with --context) and --server.");
        string[] ofServer = [.. Given(result, _token, _authority).Select(o => o.Name)];
        if (ofServer.Length > 0 && !sources.Contains("--server")) result.AddError($"option {ofServer[0]}: is of no use alone, expected --server with it.");
        if (ofServer.Contains("--token-file") && Value(result) is { Scheme: "http", IsLoopback: false } plain) result.AddError($"option --server=\"{plain}\": a token would be read by everybody on the way; expected an address that begins with https://.");
    }

    private Uri? Value(CommandResult result) => result.GetResult(_server) is { Errors: var errors } && !errors.Any() ? result.GetValue(_server) : null;

    private static IEnumerable<Option> Given(CommandResult result, params Option[] options) => options.Where(o => result.GetResult(o) is { Implicit: false });

    private static Uri? Address(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        argument.AddError($"option --server=\"{text}\": expected an address, for example https://toposched.example:8443.");
        return null;
    }
}
