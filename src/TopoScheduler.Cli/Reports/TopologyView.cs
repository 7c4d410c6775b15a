using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Cli.Reports;

/// <summary>The network as a tree, with free and busy GPUs: what <c>topology</c> says.</summary>
internal sealed record TopologyView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = "toposcheduler.io/v1";

    /// <summary><c>Topology</c>.</summary>
    public string Kind { get; init; } = "Topology";

    /// <summary>Label profiles the nodes are read by.</summary>
    public required ImmutableArray<string> Profiles { get; init; }

    /// <summary>Switch tiers, widest first.</summary>
    public required ImmutableArray<string> Tiers { get; init; }

    /// <summary>All there is.</summary>
    public required TopologyBranch Cluster { get; init; }

    /// <summary>The network of a cluster.</summary>
    public static TopologyView Of(ClusterSnapshot cluster)
    {
        var topology = cluster.Topology;
        return new()
        {
            Profiles = [.. cluster.Nodes.Select(n => n.Location.Profile).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Tiers = [.. Enumerable.Range(0, topology.FabricTiers).Reverse().Select(t => Tier.Fabric(t).Name)],
            Cluster = Branch(cluster, Tier.Cluster.Name, "cluster", [.. Enumerable.Range(0, topology.NodeNames.Length)], topology.FabricTiers - 1),
        };
    }

    private static TopologyBranch Branch(ClusterSnapshot cluster, string tier, string name, ImmutableArray<int> nodes, int below)
    {
        var topology = cluster.Topology;
        if (below >= 0)
        {
            var groups = nodes.GroupBy(n => topology.DomainOf(n, below)).OrderBy(g => g.Key);
            return TopologyBranch.Of(tier, name, [.. groups.Select(g => Branch(cluster, Tier.Fabric(below).Name, topology.Domains(below)[g.Key].Name, [.. g], below - 1))], []);
        }

        // An NVLink domain is drawn where it is more than the node itself.
        var domains = nodes.GroupBy(topology.NvLinkDomainOf).OrderBy(g => g.Key).ToList();
        if (domains.TrueForAll(d => topology.NvLinkDomains[d.Key].Nodes.Length == 1)) return TopologyBranch.Of(tier, name, [], Members(cluster, nodes));
        return TopologyBranch.Of(tier, name, [.. domains.Select(d => TopologyBranch.Of(Tier.NvLinkDomain.Name, topology.NvLinkDomains[d.Key].Name, [], Members(cluster, [.. d])))], []);
    }

    private static ImmutableArray<TopologyNode> Members(ClusterSnapshot cluster, ImmutableArray<int> nodes) => [.. nodes.Select(n => Member(cluster, n))];

    // Physical GPUs: a MIG slice counts gi/7, time-sliced replicas never more than the GPUs there are.
    private static TopologyNode Member(ClusterSnapshot cluster, int n)
    {
        var node = cluster.Nodes[n];
        var busy = (int)Math.Min(node.Power.Gpus, Math.Ceiling(cluster.PodsOf(n).Sum(p => p.Template.Power.Gpus) - 1e-9));
        var open = CapacityQuestion.IsOpen(node);
        return new()
        {
            Name = node.Name,
            Accelerator = node.Accelerator,
            Rack = node.PowerLocation.Rack,
            Gpus = node.Power.Gpus,
            BusyGpus = busy,
            FreeGpus = open ? node.Power.Gpus - busy : 0,
            Closed = open ? null : !node.Power.Powered ? "switched off" : !node.Ready ? "not ready" : node.Unschedulable ? "cordoned" : "tainted",
        };
    }
}

/// <summary>A domain of the network and everything below it.</summary>
internal sealed record TopologyBranch
{
    /// <summary>Its tier.</summary>
    public required string Tier { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Nodes below it.</summary>
    public required int NodeCount { get; init; }

    /// <summary>Their physical GPUs.</summary>
    public required long Gpus { get; init; }

    /// <summary>Those that pods have.</summary>
    public required long BusyGpus { get; init; }

    /// <summary>Free ones on nodes that take new pods.</summary>
    public required long FreeGpus { get; init; }

    /// <summary>Domains of the next narrower tier.</summary>
    public required ImmutableArray<TopologyBranch> Domains { get; init; }

    /// <summary>Nodes, where no narrower domain is drawn.</summary>
    public required ImmutableArray<TopologyNode> Nodes { get; init; }

    /// <summary>Nodes at any depth.</summary>
    public IEnumerable<TopologyNode> AllNodes() => Nodes.Concat(Domains.SelectMany(d => d.AllNodes()));

    /// <summary>A domain with its sums.</summary>
    public static TopologyBranch Of(string tier, string name, ImmutableArray<TopologyBranch> domains, ImmutableArray<TopologyNode> nodes) => new()
    {
        Tier = tier,
        Name = name,
        NodeCount = domains.Sum(d => d.NodeCount) + nodes.Length,
        Gpus = domains.Sum(d => d.Gpus) + nodes.Sum(n => n.Gpus),
        BusyGpus = domains.Sum(d => d.BusyGpus) + nodes.Sum(n => n.BusyGpus),
        FreeGpus = domains.Sum(d => d.FreeGpus) + nodes.Sum(n => n.FreeGpus),
        Domains = domains,
        Nodes = nodes,
    };
}

/// <summary>A node of the network.</summary>
internal sealed record TopologyNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its accelerator; null when it has none or an unknown one.</summary>
    public string? Accelerator { get; init; }

    /// <summary>Its rack.</summary>
    public string? Rack { get; init; }

    /// <summary>Its physical GPUs.</summary>
    public required int Gpus { get; init; }

    /// <summary>Those that pods have.</summary>
    public required int BusyGpus { get; init; }

    /// <summary>Free ones, if it takes new pods.</summary>
    public required int FreeGpus { get; init; }

    /// <summary>Why it takes no new pods; null when it does.</summary>
    public string? Closed { get; init; }
}
