using System.CommandLine;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Auth;

namespace TopoScheduler.Cli.Commands;

/// <summary>A live cluster, as a command is told which one.</summary>
internal static class LiveCluster
{
    /// <summary>The option <c>--kubeconfig</c>.</summary>
    public static Option<string?> Kubeconfig() => new("--kubeconfig")
    {
        Description = "A kubeconfig file. Without it as kubectl finds one, or the service account of the pod.",
        HelpName = "file",
    };

    /// <summary>The option <c>--context</c>.</summary>
    public static Option<string?> Context() => new("--context") { Description = "A context of the kubeconfig file.", HelpName = "name" };

    /// <summary>A client of it; nothing is sent yet.</summary>
    /// <exception cref="Kubernetes.Files.InputException">There is no such file or context.</exception>
    public static ApiClient Connect(CliConsole console, string? kubeconfig, string? context) => new(Find(console, kubeconfig, context), VersionLine.Version);

    /// <summary>The way to it.</summary>
    /// <exception cref="Kubernetes.Files.InputException">There is no such file or context.</exception>
    public static ApiConnection Find(CliConsole console, string? kubeconfig, string? context) =>
        ConnectionFinder.Find(new() { Kubeconfig = kubeconfig, Context = context, Environment = console.Environment, Home = console.Home });
}
