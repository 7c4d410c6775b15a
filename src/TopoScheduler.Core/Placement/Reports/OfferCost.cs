namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// What a counter-offer costs. What does not apply is absent. Offers are compared part by part, in the order of the parts here, and the lower is cheaper:
/// nodes that must be bought, work of others that is lost, time the job takes longer, time it waits, watts that must be granted. Equal in all of these, the
/// one with the shorter step comes first, then the order of <see cref="CounterOfferChange"/>. No weights: a wait of a year is cheaper than an eviction.
/// </summary>
public sealed record OfferCost : IComparable<OfferCost>
{
    /// <summary>Nodes that are added.</summary>
    public int? AddedNodes { get; init; }

    /// <summary>
    /// GPU-hours of evicted pods that have run since they started: the most that is lost. Absent where the start of one is not known.
    /// </summary>
    public double? EvictedGpuHours { get; init; }

    /// <summary>GPUs of evicted pods.</summary>
    public int? EvictedGpus { get; init; }

    /// <summary>Evicted pods.</summary>
    public int? EvictedPods { get; init; }

    /// <summary>How much longer the job takes, in percent: under a cap, or because it has fewer GPUs (fewer pods where it has none).</summary>
    public double? SlowdownPercent { get; init; }

    /// <summary>Seconds until it can start.</summary>
    public int? WaitSeconds { get; init; }

    /// <summary>Watts by which budgets rise, in all.</summary>
    public long? AddedWatts { get; init; }

    /// <summary>By the order described above.</summary>
    public int CompareTo(OfferCost? other)
    {
        if (other is null) return 1;
        var order = (AddedNodes ?? 0).CompareTo(other.AddedNodes ?? 0);
        // Unknown hours are taken for more than any known: nobody says that little is lost.
        if (order == 0) order = (EvictedPods is null ? 0 : EvictedGpuHours ?? double.MaxValue).CompareTo(other.EvictedPods is null ? 0 : other.EvictedGpuHours ?? double.MaxValue);
        if (order == 0) order = (EvictedGpus ?? 0).CompareTo(other.EvictedGpus ?? 0);
        if (order == 0) order = (EvictedPods ?? 0).CompareTo(other.EvictedPods ?? 0);
        if (order == 0) order = (SlowdownPercent ?? 0).CompareTo(other.SlowdownPercent ?? 0);
        if (order == 0) order = (WaitSeconds ?? 0).CompareTo(other.WaitSeconds ?? 0);
        return order != 0 ? order : (AddedWatts ?? 0).CompareTo(other.AddedWatts ?? 0);
    }

    /// <summary>Cheaper than <paramref name="b"/>.</summary>
    public static bool operator <(OfferCost a, OfferCost b) => Comparer<OfferCost>.Default.Compare(a, b) < 0;

    /// <summary>Dearer than <paramref name="b"/>.</summary>
    public static bool operator >(OfferCost a, OfferCost b) => Comparer<OfferCost>.Default.Compare(a, b) > 0;

    /// <summary>At most as dear as <paramref name="b"/>.</summary>
    public static bool operator <=(OfferCost a, OfferCost b) => Comparer<OfferCost>.Default.Compare(a, b) <= 0;

    /// <summary>At least as dear as <paramref name="b"/>.</summary>
    public static bool operator >=(OfferCost a, OfferCost b) => Comparer<OfferCost>.Default.Compare(a, b) >= 0;
}
