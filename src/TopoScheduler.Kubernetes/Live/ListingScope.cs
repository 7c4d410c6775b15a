namespace TopoScheduler.Kubernetes.Live;

/// <summary>How much of a live cluster is listed; each with what the one before it has.</summary>
public enum ListingScope
{
    /// <summary>Nodes, the pods on them, power domains and namespaces.</summary>
    Cluster,

    /// <summary>What jobs that are to be placed may refer to.</summary>
    ForJobs,

    /// <summary>What waits, what has ended, what made the pods, and the placements of gangs.</summary>
    Everything,
}
