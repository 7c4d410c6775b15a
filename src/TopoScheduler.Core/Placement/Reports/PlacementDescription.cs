using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>A plan as people see it: pods by name, the domains they use, the narrowest one that holds them all.</summary>
internal static class PlacementDescription
{
    /// <summary>Describes a plan. Domains are listed tier by tier, widest first, and inside a tier in fabric order; nodes are listed as pods.</summary>
    public static ReportPlacement Of(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var (tier, path) = Narrowest(cluster, plan);
        return new(tier.Name, path, [.. plan.Members.Select(m => Pod(cluster, gang, m))], Domains(cluster, gang, plan));
    }

    /// <summary>The narrowest tier with one domain that holds all members, and the path of that domain.</summary>
    public static (Tier Tier, string Path) Narrowest(ClusterSnapshot cluster, PlacementPlan plan)
    {
        var topology = cluster.Topology;
        var first = plan.Members[0].Node;
        if (plan.Members.All(m => m.Node == first)) return (Tier.Node, topology.NodeNames[first]);
        if (plan.Members.All(m => topology.NvLinkDomainOf(m.Node) == topology.NvLinkDomainOf(first)))
        {
            return (Tier.NvLinkDomain, topology.NvLinkDomains[topology.NvLinkDomainOf(first)].Name);
        }

        for (var t = 0; t < topology.FabricTiers; t++)
        {
            var domain = topology.DomainOf(first, t);
            if (plan.Members.All(m => topology.DomainOf(m.Node, t) == domain)) return (Tier.Fabric(t), topology.Domains(t)[domain].Path);
        }

        return (Tier.Cluster, Tier.Cluster.Name);
    }

    /// <summary>Nodes of the domain that <see cref="Narrowest"/> names.</summary>
    public static IEnumerable<int> NodesOf(ClusterSnapshot cluster, Tier tier, int node)
    {
        var topology = cluster.Topology;
        if (tier == Tier.Node) return [node];
        if (tier == Tier.NvLinkDomain) return topology.NvLinkDomains[topology.NvLinkDomainOf(node)].Nodes;
        if (!tier.IsFabric) return Enumerable.Range(0, cluster.Nodes.Length);
        var domain = topology.Domains(tier.FabricIndex)[topology.DomainOf(node, tier.FabricIndex)];
        return Enumerable.Range(domain.FirstNode, domain.NodeCount);
    }

    /// <summary>Node index by rank, members that were left out skipped.</summary>
    public static int[] NodeOfRank(Gang gang, PlacementPlan plan)
    {
        var nodes = new List<int>();
        foreach (var member in plan.Members)
        {
            for (var g = 0; g < gang.Roles[member.Role].Template.Gpus; g++) nodes.Add(member.Node);
        }

        return [.. nodes];
    }

    /// <summary>Name of a member's pod: its known or foreseeable name, else <c>gang-role-i</c>.</summary>
    public static string PodName(Gang gang, int role, int indexInRole)
    {
        var names = gang.Roles[role].PodNames;
        return !names.IsDefault && indexInRole < names.Length ? names[indexInRole] : $"{gang.Key.Name}-{gang.Roles[role].Name}-{indexInRole}";
    }

    private static ReportPod Pod(ClusterSnapshot cluster, Gang gang, MemberPlacement member)
    {
        var firstOfRole = 0;
        for (var r = 0; r < member.Role; r++) firstOfRole += gang.Roles[r].Count;
        var topology = cluster.Topology;
        return new(
            PodName(gang, member.Role, member.Member - firstOfRole),
            member.Member,
            member.FirstRank,
            topology.NodeNames[member.Node],
            topology.NvLinkDomains[topology.NvLinkDomainOf(member.Node)].Name,
            cluster.Nodes[member.Node].PowerLocation.Rack,
            topology.PathOf(member.Node));
    }

    private static ImmutableArray<ReportDomain> Domains(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var topology = cluster.Topology;
        var domains = ImmutableArray.CreateBuilder<ReportDomain>();
        for (var t = topology.FabricTiers - 1; t >= 0; t--)
        {
            var tier = t;
            Add(Tier.Fabric(t), node => topology.DomainOf(node, tier), d => topology.Domains(tier)[d].Path);
        }

        Add(Tier.NvLinkDomain, topology.NvLinkDomainOf, d => topology.NvLinkDomains[d].Name);
        return domains.ToImmutable();

        void Add(Tier tier, Func<int, int> domainOf, Func<int, string> pathOf)
        {
            foreach (var group in plan.Members.GroupBy(m => domainOf(m.Node)).OrderBy(g => g.Key))
            {
                domains.Add(new(tier.Name, pathOf(group.Key), group.Count(), group.Sum(m => gang.Roles[m.Role].Template.Gpus)));
            }
        }
    }
}
