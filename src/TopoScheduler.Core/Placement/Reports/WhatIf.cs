using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>Plans variations of one question: another gang, other pods, other budgets. Counts the plans.</summary>
/// <param name="asked">The cluster, whose budgets may change with time.</param>
/// <param name="gang">The gang.</param>
/// <param name="policy">What plans depend on.</param>
/// <param name="now">The moment; null where nobody knows.</param>
/// <param name="emptied">The same nodes emptied before, for who asks of one cluster often.</param>
internal sealed class WhatIf(ClusterSnapshot asked, Gang gang, PlacementPolicy policy, DateTimeOffset? now = null, EmptiedCluster? emptied = null)
{
    private EligibilityTable? _table;
    private RoomBound? _room;

    /// <summary>The cluster asked about, with the lowest budgets there are while the gang runs.</summary>
    public ClusterSnapshot Cluster { get; } = asked.Over(gang.Hints.ExpectedDuration);

    /// <summary>The cluster asked about, its budgets as they change with time.</summary>
    public ClusterSnapshot Asked { get; } = asked;

    /// <summary>The moment; null where nobody knows.</summary>
    public DateTimeOffset? Now { get; } = now;

    /// <summary>The gang asked about.</summary>
    public Gang Gang { get; } = gang;

    /// <summary>The cluster with nothing on it but DaemonSet and mirror pods, and without budgets; made when it is first asked for.</summary>
    public ClusterSnapshot Emptied => emptied?.Snapshot ?? new EmptiedCluster(Cluster).Snapshot;

    /// <summary>Which nodes the gang may use in the cluster as it is.</summary>
    public EligibilityTable Table => _table ??= Eligibility.Evaluate(Cluster, Gang);

    /// <summary>What needs no plan because there is certainly no room; null where nothing is known.</summary>
    public RoomBound? Room => _room ??= RoomBound.Of(Cluster, Gang, Table);

    /// <summary>Plans made.</summary>
    public int Plans { get; private set; }

    /// <summary>Fewest members the gang may start with.</summary>
    public int Least => Gang.LeastMembers;

    /// <summary>True for a result with a plan.</summary>
    public static bool Fits(PlacementResult result) => result.Plan is not null;

    /// <summary>Plans another gang on the same cluster.</summary>
    public PlacementResult Plan(Gang other) => Plan(Cluster, other);

    /// <summary>Plans the same gang on another cluster.</summary>
    public PlacementResult Plan(ClusterSnapshot other) => Plan(other, Gang);

    /// <summary>Plans another gang on another cluster.</summary>
    public PlacementResult Plan(ClusterSnapshot otherCluster, Gang otherGang)
    {
        Plans++;
        return PlacementEngine.Plan(otherCluster, otherGang, policy);
    }

    /// <summary>Plans the same gang on some nodes of the same cluster.</summary>
    /// <param name="allowed">By node index: whether it may be used.</param>
    public PlacementResult PlanOn(bool[] allowed)
    {
        Plans++;
        return PlacementEngine.Plan(Cluster, Gang, policy, allowed);
    }

    /// <summary>The cluster without any budget.</summary>
    public static ClusterSnapshot WithoutBudgets(ClusterSnapshot cluster) => cluster.WithPower(
        PowerModelBuilder.Build(cluster.Topology.NodeNames, [.. Enumerable.Repeat(PowerLocation.None, cluster.Nodes.Length)]));

    /// <summary>The cluster with some nodes changed in what is no part of network and power tree.</summary>
    public static ClusterSnapshot WithNodes(ClusterSnapshot cluster, Func<NodeInfo, int, NodeInfo> change) =>
        cluster.With([.. cluster.Nodes.Select(change)], cluster.Power);

    /// <summary>
    /// The largest index in 0 … count−1 for which <paramref name="plan"/> fits, when everything below one that fits fits too. One plan where not even the
    /// first fits, else at most ⌈log2(count)⌉ + 1. Proved: the next one certainly does not fit.
    /// </summary>
    /// <param name="count">How many there are.</param>
    /// <param name="plan">Plans for one.</param>
    /// <param name="last">So many of the last do not fit, for certain: the one before them is asked first.</param>
    public static (int Index, PlacementResult Result, bool Proved)? Largest(int count, Func<int, PlacementResult> plan, int last = 0) =>
        Smallest(count, value => plan(count - (int)value), last + 1) is { } found ? (count - (int)found.Value, found.Result, found.Proved) : null;

    /// <summary>
    /// The smallest value in 1 … most for which <paramref name="plan"/> fits, when everything above one that fits fits too. One plan where not even the
    /// largest fits, else at most ⌈log2(most)⌉ + 1. Proved: the next one certainly does not fit.
    /// </summary>
    /// <param name="most">The largest value.</param>
    /// <param name="plan">Plans for a value.</param>
    /// <param name="least">Nothing below it fits, for certain: it is asked first, and often the answer. One plan more where it is not.</param>
    public static (long Value, PlacementResult Result, bool Proved)? Smallest(long most, Func<long, PlacementResult> plan, long least = 1)
    {
        if (most < least) return null;
        if (least > 1 && least < most)
        {
            var first = plan(least);
            if (Fits(first)) return (least, first, true);
            if (Smallest(most - least, value => plan(least + value)) is not { } above) return null;
            return above.Value > 1 ? (least + above.Value, above.Result, above.Proved) : (least + 1, above.Result, first.Outcome == PlacementOutcome.NoFit);
        }

        if (least > 1) return plan(most) is var only && Fits(only) ? (most, only, true) : null;
        if (most < 1) return null;
        var last = plan(most);
        if (!Fits(last)) return null;
        var best = (Value: most, Result: last, Proved: true);
        long low = 1, high = most - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var result = plan(middle);
            if (Fits(result)) (best.Value, best.Result, high) = (middle, result, middle - 1);
            else (best.Proved, low) = (result.Outcome == PlacementOutcome.NoFit, middle + 1);
        }

        return best;
    }

    /// <summary>An offer verified by its plan.</summary>
    public static CounterOffer Offer(CounterOfferChange change, string detail, PlacementResult result) =>
        new(change, detail, result.Outcome, result.Plan?.Score.OwnTimeMs);

    /// <summary>The gang with the given number of members in each role, all of them required.</summary>
    public static Gang WithCounts(Gang gang, ImmutableArray<int> counts)
    {
        var roles = gang.Roles
            .Select((role, r) => role with { Count = counts[r], PodNames = role.PodNames.IsDefault ? [] : [.. role.PodNames.Take(counts[r])] })
            .Where(role => role.Count > 0)
            .ToImmutableArray();
        return gang with { Roles = roles, MinMembers = roles.Sum(r => r.Count) };
    }
}
