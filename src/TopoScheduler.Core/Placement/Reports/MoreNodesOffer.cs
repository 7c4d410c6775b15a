using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The fewest empty nodes, each a copy of one eligible node in the same leaf, rack and feeds, that make the gang fit. Left out where the node names
/// an NVLink domain: such a domain cannot be added to. At most ⌈log2(size)⌉ + 2 plans for each of <see cref="MostModels"/> nodes copied.
/// </summary>
internal static class MoreNodesOffer
{
    /// <summary>Nodes tried as the model of the new ones at most: one in each of the emptiest narrowest switch domains.</summary>
    public const int MostModels = 2;

    /// <summary>The offer, or null when more such nodes do not help.</summary>
    public static CounterOffer? Find(WhatIf question)
    {
        var best = default((int Model, long Count, PlacementResult Result, bool Proved)?);
        foreach (var model in Models(question))
        {
            if (Fewest(question, model, (best?.Count ?? question.Gang.Size + 1) - 1) is { } found) best = (model, found.Count, found.Result, found.Proved);
        }

        if (best is not { } offer) return null;
        var topology = question.Cluster.Topology;
        var place = topology.FabricTiers > 0 ? $", in leaf {topology.Domains(0)[topology.DomainOf(offer.Model, 0)].Path}" : "";
        return WhatIf.Offer(
            CounterOfferChange.AddNodes, $"{ReportText.Count(offer.Count, "more node")} like {topology.NodeNames[offer.Model]}{place}", offer.Result) with
        {
            Smallest = offer.Proved,
            Apply = new() { Nodes = new((int)offer.Count, topology.NodeNames[offer.Model]) },
            Cost = new() { AddedNodes = (int)offer.Count },
        };
    }

    // A cluster is read anew for the most copies alone; of these, those too many are switched off. The answer is planned as it is said.
    private static (long Count, PlacementResult Result, bool Proved)? Fewest(WhatIf question, int model, long most)
    {
        if (most < 1 || question.Room?.HasNoRoom(model, (int)most) is true) return null;
        var names = Names(question.Cluster, model, (int)most);
        var all = WithCopies(question.Cluster, model, (int)most);
        if (WhatIf.Smallest(most, Plan) is not { } found) return null;
        var result = found.Value == most ? found.Result : question.Plan(WithCopies(question.Cluster, model, (int)found.Value));
        return WhatIf.Fits(result) ? (found.Value, result, found.Proved) : null;

        PlacementResult Plan(long count)
        {
            var off = names.Skip((int)count).Select(all.IndexOf).ToHashSet();
            return question.Plan(off.Count == 0 ? all : WhatIf.WithNodes(all, (node, n) => off.Contains(n) ? node with { Ready = false, Power = node.Power with { Powered = false } } : node));
        }
    }

    // In each leaf the first node any GPU role (else any role) may use; leaves with most slots for it first.
    private static IEnumerable<int> Models(WhatIf question)
    {
        var cluster = question.Cluster;
        var gang = question.Gang;
        var table = question.Table;
        var lead = 0;
        for (var r = 1; r < gang.Roles.Length; r++)
        {
            if (gang.Roles[r].Template.Gpus * gang.Roles[r].Count > gang.Roles[lead].Template.Gpus * gang.Roles[lead].Count) lead = r;
        }

        return Enumerable.Range(0, cluster.Nodes.Length)
            .Where(n => table.Removed[lead][n] is null or FitConstraint.Resources && Alone(cluster, n) && Holds(cluster, gang, lead, n))
            .GroupBy(n => cluster.Topology.FabricTiers > 0 ? cluster.Topology.DomainOf(n, 0) : 0)
            .OrderByDescending(g => g.Sum(n => (long)table.Slots[lead][n]))
            .ThenBy(g => g.Key)
            .Select(g => g.First())
            .Take(MostModels);
    }

    private static bool Alone(ClusterSnapshot cluster, int node) => cluster.Nodes[node].Location.NvLinkDomain is null;

    private static bool Holds(ClusterSnapshot cluster, Gangs.Gang gang, int role, int node) =>
        gang.Roles[role].Template.Requests.All(r => cluster.Nodes[node].Allocatable[r.Key] >= r.Value);

    /// <summary>The cluster with so many copies of a node.</summary>
    public static ClusterSnapshot WithCopies(ClusterSnapshot cluster, int model, int count)
    {
        var original = cluster.Nodes[model];
        return cluster.Rebuilt(cluster.Nodes.Concat(Names(cluster, model, count).Select(name => Copy(original, name))), cluster.PowerDomains);
    }

    private static List<string> Names(ClusterSnapshot cluster, int model, int count)
    {
        var names = new List<string>(count);
        for (var i = 1; names.Count < count; i++)
        {
            var name = $"{cluster.Nodes[model].Name}-more-{i}";
            if (cluster.IndexOf(name) < 0) names.Add(name);
        }

        return names;
    }

    private static NodeInfo Copy(NodeInfo original, string name) => original with
    {
        Name = name,
        Uid = name,
        Labels = original.Labels.ContainsKey("kubernetes.io/hostname") ? original.Labels.SetItem("kubernetes.io/hostname", name) : original.Labels,
        Problems = [],
    };
}
