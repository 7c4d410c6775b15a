using System.Collections.Immutable;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>A program that gives credentials (<c>users[].user.exec</c> of a kubeconfig).</summary>
public sealed record ExecPlugin
{
    /// <summary>The command.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>What is added to its environment.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>v1beta1</c>.</summary>
    public string ApiVersion { get; init; } = "client.authentication.k8s.io/v1";

    /// <summary>The program is told of the cluster.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>What to do when the command is not there.</summary>
    public string InstallHint { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Command;
}
