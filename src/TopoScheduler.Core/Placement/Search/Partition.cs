using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>A division of the nodes into domains: a switch tier, the NVLink domains, single nodes, or the values of a node label.</summary>
/// <param name="Name">Tier name or label key, for messages.</param>
/// <param name="Tier">The tier; <see cref="Tier.Cluster"/> for a label key.</param>
/// <param name="DomainOf">Domain by node index; -1 for a node in none, which then may not be used where the partition is a requirement.</param>
/// <param name="Free">By domain: no pod (DaemonSets aside) occupies any of its nodes.</param>
internal sealed record Partition(string Name, Tier Tier, int[] DomainOf, bool[] Free)
{
    /// <summary>How many domains there are.</summary>
    public int Count => Free.Length;
}
