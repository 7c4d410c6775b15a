using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>What a step costs, and whether the model fits the GPUs' memory.</summary>
internal static class CostSection
{
    // A gap worth a look, and one that is within what the estimator can tell apart (domain-model.md §2.5: -27%..+15%).
    private const double SmallGapPercent = 15;

    /// <summary>Writes it; nothing when there is neither an estimate nor a model.</summary>
    public static void Write(TextPage page, PlacementReport report)
    {
        if (report.Estimate is null && report.Memory is null) return;
        page.Heading("COST");
        if (report.Estimate is not null) WriteEstimate(page, report.Estimate);
        if (report.Memory is not null) WriteMemory(page, report.Memory);
    }

    /// <summary>Bytes by tier, narrowest tier first.</summary>
    public static IEnumerable<KeyValuePair<string, double>> NarrowestFirst(IEnumerable<KeyValuePair<string, double>> bytes) =>
        bytes.OrderBy(p => Width(p.Key)).ThenBy(p => p.Key, StringComparer.Ordinal);

    private static void WriteEstimate(TextPage page, ReportEstimate estimate)
    {
        var gap = estimate.GapPercent;
        var line = page.Labelled("communication").Add($"{Figures.Milliseconds(estimate.CommunicationMs)} per step", Ink.Bold);
        if (gap < 0.5) line.Add("   as good as on the empty cluster", Ink.Good);
        else line.Add($"   +{Figures.Digits(gap)}%", gap > SmallGapPercent ? Ink.Warn : Ink.Plain).Add($" over {Figures.Milliseconds(estimate.BestPossibleMs)} on the empty cluster");
        page.Write(line);
        if (!estimate.CrossTierBytes.IsEmpty)
        {
            var parts = NarrowestFirst(estimate.CrossTierBytes).Select(p => $"{p.Key} {Figures.Bytes(p.Value)}");
            page.Paragraph(page.Labelled("crosses"), $"{string.Join(", ", parts)} per step");
        }

        page.Write(page.Labelled("uniformity").Add($"{Figures.Digits(estimate.Uniformity)} of 1"));
        if (estimate.DataStagingSeconds is { } seconds) page.Write(page.Labelled("data staging").Add($"{Figures.Digits(seconds)} s before the first step"));
    }

    private static void WriteMemory(TextPage page, ReportMemory memory)
    {
        var line = page.Labelled("memory").Bar(0, memory.RequiredBytesPerGpu, memory.AvailableBytesPerGpu, 10, memory.Fits ? Ink.Accent : Ink.Bad)
            .Add($" {Figures.Bytes(memory.RequiredBytesPerGpu)} of {Figures.Bytes(memory.AvailableBytesPerGpu)} per GPU: ");
        line.Add(memory.Fits ? "fits" : "does not fit", memory.Fits ? Ink.Good : Ink.Bad).Add($", {Figures.Count(memory.MinimumGpus, "GPU")} at least");
        page.Write(line);
        if (memory.LatencyFloorMs is { } floor) page.Write(page.Labelled("latency floor").Add($"{Figures.Milliseconds(floor)} per token"));
    }

    private static int Width(string tier) => Core.Topology.Tier.TryParse(tier, out var known) ? known.IsFabric ? 2 + known.FabricIndex : tier == "cluster" ? int.MaxValue : 0 : int.MaxValue;
}
