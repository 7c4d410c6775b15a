using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Server.Answers;

/// <summary>The network as a tree, with free and busy GPUs: what <c>topology</c> says.</summary>
public sealed record TopologyView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

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
