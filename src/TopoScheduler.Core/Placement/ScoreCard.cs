using System.Collections.Immutable;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement;

/// <summary>Use of one tier by a placement.</summary>
/// <param name="Tier">The tier.</param>
/// <param name="Used">Domains of it that hold a member.</param>
/// <param name="FreeBroken">Of those, how many held no pod (DaemonSets aside) before.</param>
/// <param name="SlotsLeft">Slots for another member that remain in the used domains.</param>
public readonly record struct TierUse(Tier Tier, int Used, int FreeBroken, long SlotsLeft);

/// <summary>
/// The parts of the total order of <c>design.md</c> §4 for one placement, in order; lower is better, compared left to right, no weights.
/// </summary>
public sealed record ScoreCard : IComparable<ScoreCard>
{
    /// <summary>1. Members beyond gang-min left out.</summary>
    public int LeftOut { get; init; }

    /// <summary>2. Preferred tier missed.</summary>
    public bool PreferredMissed { get; init; }

    /// <summary>3. A GPU cap is needed (0 none), and then its slowdown.</summary>
    public double CapSlowdown { get; init; }

    /// <summary>4. Own time in ms per step, rounded up to three significant digits.</summary>
    public double OwnTimeMs { get; init; }

    /// <summary>5 and 6. Use per tier, widest first: core, spine, leaf, nvlink-domain, node. Part 5 compares (Used, FreeBroken) in this order,
    /// part 6 SlotsLeft in the reverse order.</summary>
    public ImmutableArray<TierUse> Tiers { get; init; } = [];

    /// <summary>7. Highest power fill after placement, in millionths; higher is better.</summary>
    public long PowerFillPpm { get; init; }

    /// <summary>8. Node indices used, ascending; node indices follow fabric order and then ordinal names.</summary>
    public ImmutableArray<int> Nodes { get; init; } = [];

    /// <inheritdoc/>
    public int CompareTo(ScoreCard? other)
    {
        if (other is null) return -1;
        var order = LeftOut.CompareTo(other.LeftOut);
        if (order == 0) order = PreferredMissed.CompareTo(other.PreferredMissed);
        if (order == 0) order = CapSlowdown.CompareTo(other.CapSlowdown);
        if (order == 0) order = OwnTimeMs.CompareTo(other.OwnTimeMs);
        if (order == 0) order = CompareSpread(other);
        if (order == 0) order = CompareTightness(other);
        if (order == 0) order = other.PowerFillPpm.CompareTo(PowerFillPpm);
        return order != 0 ? order : CompareNodes(other);
    }

    /// <summary>Part 5 alone: per tier, widest first, domains used, then whole free domains broken.</summary>
    public int CompareSpread(ScoreCard other)
    {
        for (var t = 0; t < Tiers.Length; t++)
        {
            var order = Tiers[t].Used.CompareTo(other.Tiers[t].Used);
            if (order == 0) order = Tiers[t].FreeBroken.CompareTo(other.Tiers[t].FreeBroken);
            if (order != 0) return order;
        }

        return 0;
    }

    /// <summary>Part 6 alone: slots left in the opened domains, narrowest first.</summary>
    internal int CompareTightness(ScoreCard other)
    {
        for (var t = Tiers.Length - 1; t >= 0; t--)
        {
            var order = Tiers[t].SlotsLeft.CompareTo(other.Tiers[t].SlotsLeft);
            if (order != 0) return order;
        }

        return 0;
    }

    private int CompareNodes(ScoreCard other)
    {
        for (var i = 0; i < Math.Min(Nodes.Length, other.Nodes.Length); i++)
        {
            var order = Nodes[i].CompareTo(other.Nodes[i]);
            if (order != 0) return order;
        }

        return Nodes.Length.CompareTo(other.Nodes.Length);
    }
}
