using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the forms of the room that is left say alike.</summary>
internal static class CapacityWords
{
    /// <summary>Said where there is nothing to count.</summary>
    public const string NoAccelerator = "No node offers an accelerator.";

    /// <summary>What the largest gangs are.</summary>
    public const string Largest = "inside one domain";

    /// <summary>What the slots are.</summary>
    public const string Slots = "gangs placed one after the other";

    /// <summary>What the fragmentation is.</summary>
    public const string Fragmentation = "free GPUs that no whole-domain gang can use";

    /// <summary>What the headroom is.</summary>
    public const string Headroom = "draw of nodes and bound pods in the worst feed state";

    /// <summary>All devices in one clause.</summary>
    public static string Gpus(CapacityReport report) =>
        $"{Figures.Whole(report.Gpus)} GPUs: {Figures.Whole(report.FreeGpus)} free, {Figures.Whole(report.BusyGpus)} busy, {Figures.Whole(report.ClosedGpus)} on closed nodes";

    /// <summary>What keeps free devices from being used.</summary>
    public static IEnumerable<(string Text, Ink Ink)> Remarks(CapacityReport report)
    {
        if (report.RemainderGpus > 0) yield return ($"{Figures.Whole(report.RemainderGpus)} of the free are too few on their node for such a pod", Ink.Dim);
        if (report.PowerStrandedGpus > 0) yield return ($"{Figures.Whole(report.PowerStrandedGpus)} of the free cannot be used at full draw: their power budgets are short", Ink.Warn);
    }

    /// <summary>Before a figure that may be larger.</summary>
    public static string AtLeast(bool proved) => proved ? "" : "at least ";

    /// <summary>A domain that takes the largest gang; empty where the tier says it or nothing fits.</summary>
    public static string Domain(LargestGang row) => row.Domain is { } domain && domain != row.Tier ? domain : "";

    /// <summary>How wide the gangs of a size are: <c>12 in one leaf</c></summary>
    public static string Within(GangSlots slots) => string.Join(", ", slots.WithinTier.Select(t => $"{Figures.Whole(t.Count)} in one {t.Tier}"));

    /// <summary>Budgets with equal figures are one.</summary>
    public static ImmutableArray<(string Name, PowerHeadroom First, int Count)> Alike(ImmutableArray<PowerHeadroom> domains) =>
        [.. domains.GroupBy(d => (d.Kind, d.BudgetWatts, d.DrawWatts)).Select(g => (Named.Of(g.Key.Kind, NameRanges.Of(g.Select(d => d.Name))), g.First(), g.Count()))];

    /// <summary>What is left of a budget, or how far it is over.</summary>
    public static string Left(PowerHeadroom domain) => domain.HeadroomWatts < 0 ? $"{Figures.Watts(-domain.HeadroomWatts)} over" : $"{Figures.Watts(domain.HeadroomWatts)} left";
}
