using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>Counts the gangs of a size that fit side by side.</summary>
/// <remarks>
/// No tier is required of them and their pods are alike, so there are as many as the largest gang of the whole cluster has pods for: whoever places that many pods has
/// placed them all. Phases: (1) gangs are packed where they sit narrowest (<see cref="SlotPacking"/>), which mostly makes as many; (2) where it does not, pods that fit
/// together otherwise are packed: the lightest first, then the plan of the largest gang; (3) where it is not known that there are no more, the engine is asked for one more
/// after the other.
/// </remarks>
/// <param name="cluster">Nodes, pods and power domains.</param>
/// <param name="room">Room for the pods of the question.</param>
/// <param name="largest">The largest gang of the whole cluster.</param>
/// <param name="policy">The policy.</param>
internal sealed class SlotCounter(ClusterSnapshot cluster, GangRoom room, LargestGang largest, PlacementPolicy policy)
{
    private int[]? _podsOfLargest;

    /// <summary>Counts them.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="size">Devices of a gang.</param>
    public GangSlots Count(CapacityQuestion question, int size)
    {
        var members = (size + question.PerPod - 1) / question.PerPod;
        var (gangs, proved) = Place(members, question.MostPlans);
        ImmutableArray<SlotsOfTier> within = [.. gangs.GroupBy(g => g.Tier).OrderBy(g => g.Key).Select(g => new SlotsOfTier(g.Key.Name, g.Count()))];
        return new(size, members, gangs.Count, proved, within);
    }

    /// <summary>Places them; proved where no more fit.</summary>
    /// <param name="members">Members of a gang.</param>
    /// <param name="mostPlans">Plans made at most to look for more than were packed.</param>
    internal (List<PackedGang> Gangs, bool Proved) Place(int members, int mostPlans)
    {
        var most = largest.Pods / members;
        var gangs = SlotPacking.Of(room.Problem, members);
        if (gangs.Count < most) gangs = Larger(gangs, SlotPacking.Of(room.Problem, members, SlotPacking.LightestFirst(room.Problem)));
        if (gangs.Count < most) gangs = Larger(gangs, SlotPacking.Of(room.Problem, members, _podsOfLargest ??= PodsOfLargest()));
        // Where pods have gone since watts were measured others may take their place: one after the other may be more than all at once.
        return largest.Proved && gangs.Count >= most && !cluster.IsMeasured ? (gangs, true) : PlanMore(gangs, members, mostPlans);
    }

    private static List<PackedGang> Larger(List<PackedGang> first, List<PackedGang> second) => second.Count > first.Count ? second : first;

    private int[] PodsOfLargest()
    {
        var pods = new int[cluster.Nodes.Length];
        var plan = PlacementEngine.Plan(cluster, CapacityQuestion.Gang(room.Pod, largest.Pods, "largest", null), policy).Plan;
        foreach (var member in plan?.Members ?? []) pods[member.Node]++;
        return pods;
    }

    private (List<PackedGang> Gangs, bool Proved) PlanMore(List<PackedGang> gangs, int members, int mostPlans)
    {
        var now = cluster.Plus(gangs.SelectMany((g, i) => PodsOf(g.Nodes, i)));
        for (var plans = 0; plans < mostPlans; plans++)
        {
            var result = PlacementEngine.Plan(now, CapacityQuestion.Gang(room.Pod, members, NameOf(gangs.Count), null), policy);
            if (result.Plan is not { } plan) return (gangs, result.Outcome == PlacementOutcome.NoFit);
            int[] nodes = [.. plan.Members.Select(m => m.Node)];
            now = now.Plus(PodsOf(nodes, gangs.Count));
            gangs.Add(new(PlacementDescription.Narrowest(cluster, plan).Tier, nodes));
        }

        return (gangs, false);
    }

    private IEnumerable<PodInfo> PodsOf(int[] nodes, int gang) =>
        nodes.Select((n, i) => new PodInfo($"{NameOf(gang)}-{i}", "", cluster.Nodes[n].Name, room.Pod, Gang: new(room.Pod.Namespace, "Capacity", NameOf(gang))));

    private static string NameOf(int gang) => string.Create(CultureInfo.InvariantCulture, $"slot-{gang}");
}
