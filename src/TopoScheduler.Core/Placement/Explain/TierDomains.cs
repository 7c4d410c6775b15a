using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>The domains of one tier, or of one label key.</summary>
/// <param name="Name">Name of the tier, or the key.</param>
/// <param name="Tier">The tier; the cluster for a label key.</param>
/// <param name="Nodes">By domain: node indices, ascending; nodes without the label are in none.</param>
/// <param name="PathOf">By domain: its path or name.</param>
internal sealed record TierDomains(string Name, Tier Tier, IReadOnlyList<ImmutableArray<int>> Nodes, Func<int, string> PathOf)
{
    /// <summary>True when this is what a gang names.</summary>
    public bool Is(TierTarget? target) => target is not null && (target.LabelKey ?? target.Tier.Name) == Name;

    /// <summary>The same with only some nodes, and without the domains that have none of them.</summary>
    /// <param name="allowed">By node: whether it counts; null for all.</param>
    public TierDomains Within(bool[]? allowed)
    {
        if (allowed is null) return this;
        var kept = Enumerable.Range(0, Nodes.Count).Select(d => (Domain: d, Nodes: Nodes[d].Where(n => allowed[n]).ToImmutableArray())).Where(d => !d.Nodes.IsEmpty).ToList();
        return this with { Nodes = kept.ConvertAll(k => k.Nodes), PathOf = d => PathOf(kept[d].Domain) };
    }

    /// <summary>The tiers of a cluster, narrowest first, and what a gang names beside them.</summary>
    public static IReadOnlyList<TierDomains> Of(ClusterSnapshot cluster, IEnumerable<TierTarget?> named)
    {
        var topology = cluster.Topology;
        var all = CapacityReporter.Tiers(topology).Select(t => new TierDomains(t.Name, t, CapacityReporter.Domains(topology, t), PathsOf(cluster, t))).ToList();
        foreach (var target in named.OfType<TierTarget>())
        {
            if (all.Exists(t => t.Is(target))) continue;
            all.Insert(all.Count - 1, target.LabelKey is { } key ? OfLabel(cluster, key) : new(target.Tier.Name, target.Tier, [], static _ => ""));
        }

        return all;
    }

    private static Func<int, string> PathsOf(ClusterSnapshot cluster, Tier tier)
    {
        var topology = cluster.Topology;
        if (tier == Tier.Node) return d => topology.NodeNames[d];
        if (tier == Tier.NvLinkDomain) return d => topology.NvLinkDomains[d].Name;
        return tier.IsFabric ? d => topology.Domains(tier.FabricIndex)[d].Path : _ => tier.Name;
    }

    private static TierDomains OfLabel(ClusterSnapshot cluster, string key)
    {
        var column = cluster.NodeColumns.Label(key);
        var nodes = column.Values.Select(_ => ImmutableArray.CreateBuilder<int>()).ToList();
        for (var n = 0; n < column.DomainOf.Length; n++)
        {
            if (column.DomainOf[n] >= 0) nodes[column.DomainOf[n]].Add(n);
        }

        return new(key, Tier.Cluster, nodes.ConvertAll(n => n.ToImmutable()), d => $"{key}={column.Values[d]}");
    }
}
