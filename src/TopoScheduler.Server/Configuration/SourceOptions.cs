namespace TopoScheduler.Server.Configuration;

/// <summary>Where the state of the cluster comes from: a file, or a live cluster.</summary>
public sealed class SourceOptions
{
    /// <summary>A cluster file: try the extender with no cluster.</summary>
    /// <value>Default none: a live cluster.</value>
    public string? Cluster { get; set; }

    /// <summary>A kubeconfig file.</summary>
    /// <value>Default: as kubectl finds it, or the service account of the pod.</value>
    public string? Kubeconfig { get; set; }

    /// <summary>A context of the kubeconfig file.</summary>
    /// <value>Default: its current one.</value>
    public string? Context { get; set; }
}
