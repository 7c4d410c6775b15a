using System.Collections.Immutable;
using System.CommandLine;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>A cluster as a command reads it.</summary>
/// <param name="Cluster">Nodes, pods, network and power.</param>
/// <param name="Problems">What is wrong with the file beyond <see cref="ClusterSnapshot.Problems"/>.</param>
internal sealed record ClusterInput(ClusterSnapshot Cluster, ImmutableArray<Problem> Problems)
{
    /// <summary>The option <c>--cluster</c>.</summary>
    public static Option<string> Option() => new("--cluster", "-c")
    {
        Description = "Cluster: what \"kubectl get nodes,pods -A -o yaml\" (or json) prints, plain or gzip; a file, a folder, or - for standard input.",
        HelpName = "file",
        Required = true,
    };

    /// <summary>Reads it; null when there is no node in it. Errors go to standard error unless the command reports them itself.</summary>
    public static ClusterInput? Read(string path, CliConsole console, bool errors = true)
    {
        var content = ClusterReader.Read(path, path == "-" ? console.OpenInput() : null);
        var cluster = ClusterSnapshot.Create(content.Nodes, content.Pods);
        foreach (var problem in content.Problems.Concat(cluster.Problems).Distinct())
        {
            if (problem.Severity == Severity.Error && (errors || content.Nodes.IsEmpty)) console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        }

        return content.Nodes.IsEmpty ? null : new(cluster, content.Problems);
    }
}
