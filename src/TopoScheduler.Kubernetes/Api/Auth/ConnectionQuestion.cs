namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>What is known of the connection before it is looked for.</summary>
public sealed record ConnectionQuestion
{
    /// <summary>A kubeconfig named by the user; null: <c>KUBECONFIG</c>, else the cluster around us, else <c>~/.kube/config</c>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>A context named by the user; null: <c>current-context</c>.</summary>
    public string? Context { get; init; }

    /// <summary>Value of an environment variable, null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Home folder; null: <c>HOME</c>.</summary>
    public string? Home { get; init; }

    /// <summary>Where a pod finds its token, the authority's certificates and its namespace.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";
}
