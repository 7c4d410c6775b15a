using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>Plans variations of one question: another gang, other pods, other budgets. Counts the plans.</summary>
internal sealed class WhatIf(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy)
{
    /// <summary>The cluster asked about.</summary>
    public ClusterSnapshot Cluster { get; } = cluster;

    /// <summary>The gang asked about.</summary>
    public Gang Gang { get; } = gang;

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

    /// <summary>The cluster without any budget.</summary>
    public static ClusterSnapshot WithoutBudgets(ClusterSnapshot cluster) => cluster.WithPower(
        PowerModelBuilder.Build(cluster.Topology.NodeNames, [.. Enumerable.Repeat(PowerLocation.None, cluster.Nodes.Length)]));

    /// <summary>
    /// The cluster with some nodes changed or added in the places there are, its pods, and its budgets: those it is asked under, which need not be
    /// those the labels state.
    /// </summary>
    public static ClusterSnapshot WithNodes(ClusterSnapshot cluster, IEnumerable<NodeInfo> nodes)
    {
        var pods = Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n));
        var changed = ClusterSnapshot.Create(nodes, pods, cluster.PowerDomains);
        return changed.WithPower(changed.Power.WithBudgets(cluster.Power.Domains.ToDictionary(d => d.Id, d => d.BudgetWatts)));
    }

    /// <summary>
    /// The largest index in 0 … count−1 for which <paramref name="plan"/> fits, when everything below one that fits fits too. One plan where not even the
    /// first fits, else at most ⌈log2(count)⌉ + 1.
    /// </summary>
    public static (int Index, PlacementResult Result)? Largest(int count, Func<int, PlacementResult> plan)
    {
        if (count < 1) return null;
        var first = plan(0);
        if (!Fits(first)) return null;
        var best = (Index: 0, Result: first);
        int low = 1, high = count - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var result = plan(middle);
            if (Fits(result)) (best, low) = ((middle, result), middle + 1);
            else high = middle - 1;
        }

        return best;
    }

    /// <summary>
    /// The smallest value in 1 … most for which <paramref name="plan"/> fits, when everything above one that fits fits too. One plan where not even the
    /// largest fits, else at most ⌈log2(most)⌉ + 1.
    /// </summary>
    public static (long Value, PlacementResult Result)? Smallest(long most, Func<long, PlacementResult> plan)
    {
        if (most < 1) return null;
        var last = plan(most);
        if (!Fits(last)) return null;
        var best = (Value: most, Result: last);
        long low = 1, high = most - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var result = plan(middle);
            if (Fits(result)) (best, high) = ((middle, result), middle - 1);
            else low = middle + 1;
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
