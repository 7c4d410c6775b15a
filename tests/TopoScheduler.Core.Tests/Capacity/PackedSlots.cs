using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Capacity;

/// <summary>Slots with their nodes, put on the cluster one after the other.</summary>
internal sealed class PackedSlots
{
    private readonly List<PackedGang> _gangs;
    private readonly List<string> _faults = [];

    private PackedSlots(ClusterSnapshot cluster, PodTemplate pod, List<PackedGang> gangs)
    {
        (_gangs, Cluster) = (gangs, cluster);
        foreach (var gang in gangs)
        {
            Cluster = Cluster.Plus(gang.Nodes.Select((n, i) => new PodInfo($"packed-{i}", "", cluster.Nodes[n].Name, pod)));
            foreach (var node in gang.Nodes.Distinct()) Check(node);
            if (Narrowest(cluster, gang.Nodes) != gang.Tier) _faults.Add($"[{string.Join(' ', gang.Nodes)}] is not {gang.Tier}");
        }
    }

    /// <summary>The cluster with all of them.</summary>
    public ClusterSnapshot Cluster { get; }

    /// <summary>The slots for gangs of so many members.</summary>
    public static PackedSlots Of(ClusterSnapshot cluster, CapacityQuestion question, int members)
    {
        var room = new GangRoom(cluster, question, FreeDevices.Of(cluster, question), PlacementPolicy.Default);
        var largest = CapacityReporter.Largest(cluster, room, Tier.Cluster, PlacementPolicy.Default);
        var (gangs, _) = new SlotCounter(cluster, room, largest, PlacementPolicy.Default).Place(members, question.MostPlans);
        return new(cluster, room.Pod, gangs);
    }

    /// <summary>Gangs that the engine places one after the other: the narrowest tier of each.</summary>
    public static List<Tier> OneByOne(ClusterSnapshot cluster, Gang gang)
    {
        var placed = new List<Tier>();
        while (PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default) is { Plan: { } plan })
        {
            cluster = cluster.Plus(plan.Members.Select(m => new PodInfo($"p{placed.Count}-{m.Member}", "", cluster.Nodes[m.Node].Name, gang.Roles[0].Template)));
            placed.Add(Narrowest(cluster, [.. plan.Members.Select(m => m.Node)]));
        }

        return placed;
    }

    /// <summary>Everything wrong with them and with what is told of them.</summary>
    public IEnumerable<string> Faults(GangSlots told)
    {
        if (_gangs.Count != told.Count) yield return $"{_gangs.Count} packed, told {told}";
        if (_gangs.Exists(g => g.Nodes.Length != told.Pods)) yield return "a gang is not whole";
        var within = _gangs.GroupBy(g => g.Tier).OrderBy(g => g.Key).Select(g => new SlotsOfTier(g.Key.Name, g.Count()));
        if (!within.SequenceEqual(told.WithinTier)) yield return $"told [{string.Join(", ", told.WithinTier)}], packed [{string.Join(", ", within)}]";
        foreach (var fault in _faults) yield return fault;
    }

    // What nodes and power domains have, from the objects alone.
    private void Check(int node)
    {
        var info = Cluster.Nodes[node];
        if (!CapacityQuestion.IsOpen(info)) _faults.Add($"{info.Name} takes no pods");
        if (Cluster.UsedOf(node).Any(a => a.Value > info.Allocatable[a.Key])) _faults.Add($"{info.Name} is over");
        if (Cluster.PodsOf(node).Length > info.Allocatable[ResourceList.Pods]) _faults.Add($"{info.Name} has too many pods");
        foreach (var share in Cluster.Power.SharesOf(node))
        {
            if (Cluster.HeadroomOf(share.Constraint) < 0) _faults.Add($"{Cluster.Power.Domains[Cluster.Power.Constraints[share.Constraint].Domain].Id} is over");
        }
    }

    private static Tier Narrowest(ClusterSnapshot cluster, int[] nodes) => CapacityReporter.Tiers(cluster.Topology)
        .First(t => Partitions.Of(cluster.Topology, t) is var domainOf && nodes.Select(n => domainOf[n]).Distinct().Count() == 1);
}
