using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>How many pods of a question domains hold within their power budgets, counted without a plan.</summary>
internal sealed class GangRoom
{
    private readonly PowerCount _power;

    /// <param name="cluster">Nodes, pods and power domains.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="devices">Free devices.</param>
    /// <param name="policy">The policy.</param>
    public GangRoom(ClusterSnapshot cluster, CapacityQuestion question, FreeDevices devices, PlacementPolicy policy)
    {
        Pod = question.Pod(cluster);
        var all = (int)Math.Clamp(devices.Slots.Sum(s => (long)s), 1, int.MaxValue / 2);
        var gang = CapacityQuestion.Gang(Pod, all, "room", null);
        Problem = PlacementProblem.Compile(cluster.Over(gang.Hints.ExpectedDuration), gang, policy);
        Problem.Configure(all, null);
        _power = new(new DomainSearch(Problem, new StepBudget(0)), -1);
    }

    /// <summary>A pod of the question.</summary>
    public PodTemplate Pod { get; }

    /// <summary>All pods there could be as one gang, on this cluster.</summary>
    public PlacementProblem Problem { get; }

    /// <summary>Most pods that one of these domains holds: exactly, or at the most where budgets cross.</summary>
    public (int Pods, bool IsExact) MostOf(IReadOnlyList<ImmutableArray<int>> domains)
    {
        var slots = Problem.Kinds[0].Slots;
        var bySlots = domains.Select(nodes => (Active: nodes.Where(n => slots[n] > 0).ToArray(), Slots: nodes.Sum(n => (long)slots[n]))).OrderByDescending(d => d.Slots);
        var (most, exact) = (0, true);
        foreach (var (active, free) in bySlots)
        {
            if (free <= most) break;
            var here = _power.MembersOn(active);
            if (here.Members > most) (most, exact) = here;
            else if (here.Members == most) exact |= here.IsExact;
        }

        return (most, exact);
    }
}
