namespace TopoScheduler.Core.Topology;

/// <summary>Turns what each node says of its place into one checked <see cref="ClusterTopology"/>.</summary>
public static class TopologyBuilder
{
    /// <summary>
    /// Builds the topology of the given nodes. The result depends only on the set of nodes, not on their order. Never throws on strange
    /// labels: they become <see cref="ClusterTopology.Problems"/>.
    /// </summary>
    /// <param name="nodes">Distinct node names with their locations.</param>
    public static ClusterTopology Build(IReadOnlyList<KeyValuePair<string, NodeLocation>> nodes) => throw new NotImplementedException();
}
