using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The largest smaller gang that fits: members are taken from the role with the most members (the last of equals). Where the gang states its
/// parallelism only the dp degree shrinks, and whole segments go at once. At most ⌈log2(size)⌉ + 2 plans; one where the
/// largest that <see cref="RoomBound"/> has room for is the answer.
/// </summary>
internal static class SizeOffer
{
    /// <summary>The offer, or null when no smaller gang fits.</summary>
    public static CounterOffer? Find(WhatIf question)
    {
        var gang = question.Gang;
        var role = LargestRole(gang);
        var candidates = new List<Gang>();
        for (var count = 1; count < gang.Roles[role].Count; count++)
        {
            if (gang.Size - gang.Roles[role].Count + count >= question.Least) break;
            if (Shrunk(gang, role, count) is { } smaller) candidates.Add(smaller);
        }

        var most = question.Room?.Most() ?? long.MaxValue;
        var tooLarge = candidates.Count(c => c.Size > most);
        if (WhatIf.Largest(candidates.Count, i => question.Plan(candidates[i]), tooLarge) is not { } best) return null;
        var fits = candidates[best.Index];
        var degree = DataParallel(fits);
        var detail = $"{ReportText.Pods(fits.Size, fits.Gpus)} instead of {ReportText.Pods(gang.Size, gang.Gpus)}"
            + (gang.Roles.Length > 1 ? $", role {gang.Roles[role].Name} with {fits.Roles[role].Count}" : "")
            + (degree > 0 ? $", dp={degree}" : "");
        var (before, after) = gang.Gpus > 0 && fits.Gpus > 0 ? (gang.Gpus, fits.Gpus) : (gang.Size, fits.Size);
        return WhatIf.Offer(CounterOfferChange.FewerPods, detail, best.Result) with
        {
            Smallest = best.Proved,
            Apply = new()
            {
                Pods = fits.Size,
                Roles = [.. gang.Roles.Select((r, i) => new OfferedRole(r.Name, i == role ? r.Count - (gang.Size - fits.Size) : r.Count))],
                DataParallel = degree > 0 ? degree : null,
            },
            Cost = new() { SlowdownPercent = Math.Round(100.0 * before / after - 100, 2) },
        };
    }

    /// <summary>The gang under this offer.</summary>
    public static Gang Made(Gang gang, OfferedChange change)
    {
        var smaller = WhatIf.WithCounts(gang, [.. change.Roles.Select(r => r.Pods)]);
        return change.DataParallel is { } degree ? WithDegree(smaller, degree) : smaller;
    }

    private static Gang WithDegree(Gang gang, int degree) =>
        gang with { Hints = gang.Hints with { Parallelism = [.. gang.Hints.Parallelism.Select(d => d.Name == "dp" ? d with { Degree = degree } : d)] } };

    private static int LargestRole(Gang gang)
    {
        var largest = 0;
        for (var r = 1; r < gang.Roles.Length; r++)
        {
            if (gang.Roles[r].Count >= gang.Roles[largest].Count) largest = r;
        }

        return largest;
    }

    // Null where the smaller size breaks the parallelism or a segment.
    private static Gang? Shrunk(Gang gang, int role, int count)
    {
        var smaller = WhatIf.WithCounts(gang, gang.Roles.Select((r, i) => i == role ? count : r.Count).ToImmutableArray());
        var segment = gang.Hints.SegmentSize;
        if (segment > 0 && gang.Size % segment == 0 && smaller.Size % segment != 0) return null;
        var dimensions = gang.Hints.Parallelism;
        if (dimensions.IsEmpty || smaller.Gpus == gang.Gpus) return smaller;
        var degree = DataParallel(gang);
        if (degree == 0 || gang.Gpus % degree != 0 || smaller.Gpus % (gang.Gpus / degree) != 0) return null;
        var left = smaller.Gpus / (gang.Gpus / degree);
        return left == 0 ? null : WithDegree(smaller, left);
    }

    private static int DataParallel(Gang gang) => gang.Hints.Parallelism.FirstOrDefault(d => d.Name == "dp").Degree;
}
