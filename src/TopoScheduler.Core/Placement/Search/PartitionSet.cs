using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// The partitions of the nodes that matter for one gang: first the tiers the total order counts (switch tiers widest first, NVLink domains, nodes),
/// then what its hints name.
/// </summary>
internal sealed class PartitionSet
{
    private readonly List<Partition> _all = [];
    private readonly List<int> _mustCover = [];

    public PartitionSet(ClusterSnapshot cluster, Gang gang, EligibilityTable table)
    {
        var occupied = Occupied(cluster);
        var topology = cluster.Topology;
        for (var tier = topology.FabricTiers - 1; tier >= 0; tier--)
        {
            Add(Tier.Fabric(tier).Name, Tier.Fabric(tier), topology.DomainIndices(tier), topology.Domains(tier).Length, occupied);
        }

        NvLink = Add(Tier.NvLinkDomain.Name, Tier.NvLinkDomain, topology.NvLinkIndices, topology.NvLinkDomains.Length, occupied);
        Node = Add(Tier.Node.Name, Tier.Node, [.. Enumerable.Range(0, cluster.Nodes.Length)], cluster.Nodes.Length, occupied);
        TierCount = _all.Count;

        Required = Find(cluster, gang.Hints.Required, occupied);
        Preferred = Find(cluster, gang.Hints.Preferred, occupied);
        Segment = gang.Hints.SegmentSize > 0 ? Find(cluster, gang.Hints.SegmentTier, occupied) : -1;
        if (Required >= 0) _mustCover.Add(Required);
        if (Segment >= 0) _mustCover.Add(Segment);
        Shared = [.. table.SharedDomains.Select(s => AddShared(s, occupied))];
        _mustCover.AddRange(Shared);
        Limits = [.. table.DomainLimits.Select(l => Add(l.Key, Tier.Cluster, l.DomainOf, l.High.Length, occupied))];
        Spreads = [.. table.Spreads.Select(l => Add(l.Key, Tier.Cluster, l.DomainOf, l.Existing.Length, occupied))];
    }

    /// <summary>All partitions; the first <see cref="TierCount"/> are the tiers of the total order, widest first.</summary>
    public IReadOnlyList<Partition> All => _all;

    /// <summary>How many tiers the total order counts.</summary>
    public int TierCount { get; }

    /// <summary>Index of the NVLink domains.</summary>
    public int NvLink { get; }

    /// <summary>Index of the nodes.</summary>
    public int Node { get; }

    /// <summary>Index of the required partition, or -1. The cluster tier requires nothing.</summary>
    public int Required { get; }

    /// <summary>Index of the preferred partition, or -1.</summary>
    public int Preferred { get; }

    /// <summary>Index of the partition that holds each segment, or -1.</summary>
    public int Segment { get; }

    /// <summary>Partitions one domain of which must hold all members (pod affinity of the gang to itself).</summary>
    public int[] Shared { get; }

    /// <summary>By domain limit of the gang: its partition.</summary>
    public int[] Limits { get; }

    /// <summary>By spread constraint of the gang: its partition.</summary>
    public int[] Spreads { get; }

    /// <summary>False for a node that a required partition has no domain for.</summary>
    public bool Covers(int node)
    {
        foreach (var partition in _mustCover)
        {
            if (_all[partition].DomainOf[node] < 0) return false;
        }

        return true;
    }

    /// <summary>
    /// The partition whose domains are the intersections of the given ones: all members inside one domain of each is all inside one domain of it. The
    /// finest itself where it nests in the others; -1 for none.
    /// </summary>
    public int Combine(IReadOnlyList<int> partitions)
    {
        var combined = partitions.Count == 0 ? -1 : partitions[0];
        for (var i = 1; i < partitions.Count; i++)
        {
            combined = Intersect(combined, partitions[i]);
        }

        return combined;
    }

    private static bool[] Occupied(ClusterSnapshot cluster)
    {
        var occupied = new bool[cluster.Nodes.Length];
        for (var n = 0; n < occupied.Length; n++)
        {
            occupied[n] = (cluster.PodColumns.Kinds[n] & NodePods.Occupied) != 0;
        }

        return occupied;
    }

    private int Intersect(int a, int b)
    {
        var (first, second) = (_all[a], _all[b]);
        var ids = new Dictionary<(int, int), int>();
        var domainOf = new int[first.DomainOf.Length];
        var free = new List<bool>();
        for (var n = 0; n < domainOf.Length; n++)
        {
            var key = (first.DomainOf[n], second.DomainOf[n]);
            domainOf[n] = -1;
            if (key.Item1 < 0 || key.Item2 < 0) continue;
            if (!ids.TryGetValue(key, out var id))
            {
                ids[key] = id = free.Count;
                free.Add(first.Free[key.Item1] && second.Free[key.Item2]);
            }

            domainOf[n] = id;
        }

        if (free.Count == first.Count && second.DomainOf.All(d => d >= 0)) return a;
        if (free.Count == second.Count && first.DomainOf.All(d => d >= 0)) return b;
        var name = $"{first.Name} within {second.Name}";
        var known = _all.FindIndex(p => p.Name == name);
        if (known >= 0) return known;
        _all.Add(new Partition(name, Tier.Cluster, domainOf, [.. free]));
        return _all.Count - 1;
    }

    private int Add(string name, Tier tier, int[] domainOf, int count, bool[] occupied)
    {
        var free = new bool[count];
        Array.Fill(free, true);
        for (var n = 0; n < domainOf.Length; n++)
        {
            if (occupied[n] && domainOf[n] >= 0) free[domainOf[n]] = false;
        }

        _all.Add(new Partition(name, tier, domainOf, free));
        return _all.Count - 1;
    }

    private int AddShared(SharedDomain shared, bool[] occupied) =>
        Add(shared.Key, Tier.Cluster, shared.DomainOf, shared.DomainOf.DefaultIfEmpty(-1).Max() + 1, occupied);

    private int Find(ClusterSnapshot cluster, TierTarget? target, bool[] occupied)
    {
        if (target is null) return -1;
        if (target.LabelKey is { } key)
        {
            var known = _all.FindIndex(p => p.Tier == Tier.Cluster && p.Name == key);
            return known >= 0 ? known : AddLabel(cluster, key, occupied);
        }

        if (target.Tier == Tier.Cluster) return -1;
        var index = _all.FindIndex(p => p.Tier == target.Tier);
        // A tier that no node is labelled for holds nobody.
        return index >= 0 ? index : Add(target.Tier.Name, target.Tier, [.. Enumerable.Repeat(-1, cluster.Nodes.Length)], 0, occupied);
    }

    private int AddLabel(ClusterSnapshot cluster, string key, bool[] occupied)
    {
        var ids = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var domainOf = new int[cluster.Nodes.Length];
        foreach (var node in cluster.Nodes)
        {
            if (node.Labels.TryGetValue(key, out var value)) ids[value] = 0;
        }

        var next = 0;
        foreach (var value in ids.Keys.ToArray())
        {
            ids[value] = next++;
        }

        for (var n = 0; n < domainOf.Length; n++)
        {
            domainOf[n] = cluster.Nodes[n].Labels.TryGetValue(key, out var value) ? ids[value] : -1;
        }

        return Add(key, Tier.Cluster, domainOf, next, occupied);
    }
}
