using System.Collections.Immutable;

namespace TopoScheduler.Core.Topology;

/// <summary>
/// The network as the labels describe it, checked and made dense. Nodes are renumbered in fabric order, so every switch domain is a range of
/// node indices; NVLink domains are a second partition of the same nodes. Built by <see cref="TopologyBuilder"/>; immutable.
/// </summary>
public sealed class ClusterTopology
{
    /// <summary>Name of a domain whose label is missing.</summary>
    public const string UnknownName = "?";

    private readonly ImmutableArray<ImmutableArray<FabricDomain>> _domains;
    private readonly int[][] _domainOf;
    private readonly int[] _nvLinkOf;

    internal ClusterTopology(
        ImmutableArray<string> nodeNames,
        ImmutableArray<ImmutableArray<FabricDomain>> domains,
        int[][] domainOf,
        ImmutableArray<NvLinkDomain> nvLinkDomains,
        int[] nvLinkOf,
        ImmutableArray<Problem> problems)
    {
        NodeNames = nodeNames;
        _domains = domains;
        _domainOf = domainOf;
        NvLinkDomains = nvLinkDomains;
        _nvLinkOf = nvLinkOf;
        Problems = problems;
    }

    /// <summary>Node names by node index: fabric order, then NVLink domain, then ordinal name. Independent of the order of the input.</summary>
    public ImmutableArray<string> NodeNames { get; }

    /// <summary>How many switch tiers some node has a label for. 0 when there is no fabric label at all.</summary>
    public int FabricTiers => _domains.Length;

    /// <summary>The NVLink domains, in the order of their first node.</summary>
    public ImmutableArray<NvLinkDomain> NvLinkDomains { get; }

    /// <summary>What is wrong with the labels: non-tree, missing, mixed, conflicting.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>The domains of a switch tier (0 = leaf), in node order.</summary>
    public ImmutableArray<FabricDomain> Domains(int fabricTier) => _domains[fabricTier];

    /// <summary>Index of the domain of <paramref name="fabricTier"/> that holds node <paramref name="node"/>. Every node has one at every tier.</summary>
    public int DomainOf(int node, int fabricTier) => _domainOf[fabricTier][node];

    /// <summary>Index of the NVLink domain that holds node <paramref name="node"/>.</summary>
    public int NvLinkDomainOf(int node) => _nvLinkOf[node];

    /// <summary>Domain index by node index, for one switch tier. Do not write to it.</summary>
    internal int[] DomainIndices(int fabricTier) => _domainOf[fabricTier];

    /// <summary>NVLink domain index by node index. Do not write to it.</summary>
    internal int[] NvLinkIndices => _nvLinkOf;

    /// <summary>Names of the switch domains holding a node, widest first: <c>["core-1", "spine-2", "leaf-7"]</c>.</summary>
    public ImmutableArray<string> PathOf(int node)
    {
        var path = ImmutableArray.CreateBuilder<string>(FabricTiers);
        for (var tier = FabricTiers - 1; tier >= 0; tier--)
        {
            path.Add(_domains[tier][_domainOf[tier][node]].Name);
        }

        return path.MoveToImmutable();
    }
}
