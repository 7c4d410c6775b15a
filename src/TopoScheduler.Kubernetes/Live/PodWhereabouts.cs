namespace TopoScheduler.Kubernetes.Live;

/// <summary>What the API server says of a pod.</summary>
public enum PodWhereabouts
{
    /// <summary>It does not answer.</summary>
    Unknown,

    /// <summary>There is no such pod, another one of that name, or it has finished.</summary>
    Gone,

    /// <summary>It has no node.</summary>
    Unbound,

    /// <summary>It has a node.</summary>
    Bound,
}
