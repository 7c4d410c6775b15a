namespace TopoScheduler.Server.Configuration;

/// <summary>What <c>toposched serve</c> is about: where the state of the cluster comes from.</summary>
public sealed class ServeOptions
{
    /// <summary>A cluster file to serve instead of a live cluster.</summary>
    public string? Cluster { get; set; }
}
