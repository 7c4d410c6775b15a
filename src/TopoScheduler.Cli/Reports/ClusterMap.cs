using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Cli.Reports;

/// <summary>How a node stands to the gang of a report.</summary>
internal enum NodeUse
{
    /// <summary>Holds members of the gang.</summary>
    Gang,

    /// <summary>Nothing takes its GPUs.</summary>
    Free,

    /// <summary>Other pods take some of its GPUs.</summary>
    Partly,

    /// <summary>Other pods take all of its GPUs.</summary>
    Busy,

    /// <summary>Not Ready, cordoned or switched off.</summary>
    Unusable,
}

/// <summary>One node of the map.</summary>
internal sealed record MapNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands to the gang.</summary>
    public required NodeUse Use { get; init; }

    /// <summary>Members of the gang it holds.</summary>
    public ImmutableArray<ReportPod> Members { get; init; } = [];

    /// <summary>Its rack, when labelled.</summary>
    public string? Rack { get; init; }

    /// <summary>The NVLink domain it shares with other nodes; null when it is one of its own.</summary>
    public string? NvLinkDomain { get; init; }

    /// <summary>GPUs it has.</summary>
    public int Gpus { get; init; }

    /// <summary>GPUs other pods take.</summary>
    public double UsedGpus { get; init; }

    /// <summary>Why it cannot be used: <c>cordoned</c>.</summary>
    public string? Trouble { get; init; }

    /// <summary>It hangs on a power budget that a reason of the report names.</summary>
    public bool BudgetInTheWay { get; init; }
}

/// <summary>A switch domain of the map: either domains of the next narrower tier are below it, or nodes.</summary>
internal sealed record MapDomain(string Tier, string Name, ImmutableArray<MapDomain> Below, ImmutableArray<MapNode> Nodes)
{
    /// <summary>Nodes below it, by their use.</summary>
    public int Count(NodeUse use) => Below.Sum(b => b.Count(use)) + Nodes.Count(n => n.Use == use);

    /// <summary>Nodes below it.</summary>
    public int NodeCount => Below.Sum(b => b.NodeCount) + Nodes.Length;

    /// <summary>Members of the gang below it.</summary>
    public int Members => Below.Sum(b => b.Members) + Nodes.Sum(n => n.Members.Length);
}

/// <summary>The whole cluster as one report sees it: the snapshot its gang was planned on, with the gang on it.</summary>
internal static class ClusterMap
{
    /// <summary>The widest domains; of a cluster without switch labels one that holds all nodes.</summary>
    public static ImmutableArray<MapDomain> Of(ClusterSnapshot cluster, PlacementReport report)
    {
        var members = (report.Placement?.Pods ?? []).ToLookup(p => p.Node, StringComparer.Ordinal);
        var inTheWay = BudgetsInTheWay(cluster, report);
        var nodes = Enumerable.Range(0, cluster.Nodes.Length).Select(n => Node(cluster, n, [.. members[cluster.Nodes[n].Name]], inTheWay.Contains(n))).ToImmutableArray();
        var topology = cluster.Topology;
        if (topology.FabricTiers == 0) return [new(Tier.Cluster.Name, "", [], nodes)];
        return [.. topology.Domains(topology.FabricTiers - 1).Select(d => Domain(topology, d, nodes))];
    }

    /// <summary>What the map calls a domain: <c>leaf su-1</c>.</summary>
    public static string Title(MapDomain domain) => domain.Name.Length == 0 ? "all nodes (no switch labels)"
        : domain.Name == ClusterTopology.UnknownName ? $"{domain.Tier} not labelled" : Named.Of(domain.Tier, domain.Name);

    private static MapDomain Domain(ClusterTopology topology, FabricDomain domain, ImmutableArray<MapNode> nodes)
    {
        var tier = Tier.Fabric(domain.Tier).Name;
        if (domain.Tier == 0) return new(tier, domain.Name, [], [.. nodes.AsSpan(domain.FirstNode, domain.NodeCount)]);

        // Domains are ranges of nodes in node order, so those below this one follow each other.
        var below = topology.Domains(domain.Tier - 1);
        var first = topology.DomainOf(domain.FirstNode, domain.Tier - 1);
        var last = topology.DomainOf(domain.FirstNode + domain.NodeCount - 1, domain.Tier - 1);
        return new(tier, domain.Name, [.. Enumerable.Range(first, last - first + 1).Select(d => Domain(topology, below[d], nodes))], []);
    }

    private static MapNode Node(ClusterSnapshot cluster, int index, ImmutableArray<ReportPod> members, bool budgetInTheWay)
    {
        var node = cluster.Nodes[index];
        var nvLink = cluster.Topology.NvLinkDomains[cluster.Topology.NvLinkDomainOf(index)];
        var gpus = Math.Max(node.Power.Gpus, (int)node.Allocatable.Where(a => a.Key.EndsWith("/gpu", StringComparison.Ordinal)).Sum(a => Math.Min(a.Value, short.MaxValue)));
        var used = cluster.PodsOf(index).Sum(p => Math.Max(p.Template.Power.Gpus, p.Template.Gpus > 0 && p.Template.Power.Gpus <= 0 ? p.Template.Gpus : 0));
        var trouble = !node.Power.Powered ? "switched off" : !node.Ready ? "not Ready" : node.Unschedulable ? "cordoned" : null;
        return new()
        {
            Name = node.Name,
            Use = !members.IsEmpty ? NodeUse.Gang : trouble is not null ? NodeUse.Unusable : used <= 0 ? NodeUse.Free : used < gpus ? NodeUse.Partly : NodeUse.Busy,
            Members = members,
            Rack = node.PowerLocation.Rack,
            NvLinkDomain = nvLink.Nodes.Length > 1 ? nvLink.Name : null,
            Gpus = gpus,
            UsedGpus = used,
            Trouble = trouble,
            BudgetInTheWay = budgetInTheWay,
        };
    }

    private static HashSet<int> BudgetsInTheWay(ClusterSnapshot cluster, PlacementReport report)
    {
        var named = report.Reasons.Where(r => r.Constraint == FitConstraint.Power && r.Domain is not null).Select(r => r.Domain!).ToHashSet(StringComparer.Ordinal);
        return named.Count == 0 ? [] : [.. cluster.Power.Domains.Where(d => named.Contains(d.Id)).SelectMany(d => d.Nodes)];
    }
}
