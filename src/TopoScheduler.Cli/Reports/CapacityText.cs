using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>Room for people: one block for each accelerator resource, then the power budgets.</summary>
internal static class CapacityText
{
    private const int NameColumns = 26;
    private const int BarColumns = 20;
    private const int MostBudgets = 24;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, CapacityView view)
    {
        if (view.Resources.IsEmpty) page.Write(page.Line().Add("No node offers an accelerator.", Ink.Bold));
        for (var i = 0; i < view.Resources.Length; i++)
        {
            if (i > 0) page.Blank();
            WriteResource(page, view.Resources[i]);
        }

        WritePower(page, view.Power);
    }

    private static void WriteResource(TextPage page, CapacityReport report)
    {
        page.Write(page.Line().Add($"{report.Resource}", Ink.Bold).Add($"   pods of {Figures.Count(report.GpusPerPod, "GPU")}"));
        var line = page.Line().Add(TextPage.Indent).Bar(report.BusyGpus, report.ClosedGpus, report.Gpus, BarColumns, Ink.Bad);
        page.Write(line.Add($"  {Figures.Whole(report.Gpus)} GPUs: {Figures.Whole(report.FreeGpus)} free, {Figures.Whole(report.BusyGpus)} busy, {Figures.Whole(report.ClosedGpus)} on closed nodes"));
        if (report.RemainderGpus > 0) page.Write(page.Line().Add($"{TextPage.Indent}{Figures.Whole(report.RemainderGpus)} of the free are too few on their node for such a pod", Ink.Dim));
        if (report.PowerStrandedGpus > 0) page.Write(page.Line().Add($"{TextPage.Indent}{Figures.Whole(report.PowerStrandedGpus)} of the free cannot be used at full draw: their power budgets are short", Ink.Warn));
        WriteLargest(page, report);
        WriteSlots(page, report);
        WriteFragmentation(page, report);
    }

    private static void WriteLargest(TextPage page, CapacityReport report)
    {
        page.Heading("LARGEST GANG", "inside one domain");
        foreach (var row in report.Largest)
        {
            var line = page.Labelled(row.Tier).Field($"{(row.Proved ? "" : "at least ")}{Figures.Count(row.Pods, "pod")}", 20, right: true)
                .Add("  ").Field(Figures.Count(row.Gpus, "GPU"), 14, Ink.Bold, right: true);
            if (row.Domain is { } domain && domain != row.Tier) line.Add("  ").Add(SafeText.CutMiddle(domain, line.Left, page.Style.Glyphs.Ellipsis), Ink.Dim);
            page.Write(line);
        }
    }

    private static void WriteSlots(TextPage page, CapacityReport report)
    {
        page.Heading("SLOTS LEFT", "gangs placed one after the other");
        foreach (var slots in report.Slots)
        {
            var where = string.Join(", ", slots.WithinTier.Select(t => $"{Figures.Whole(t.Count)} in one {t.Tier}"));
            page.Write(page.Labelled($"{slots.Gpus} GPUs").Field((slots.Proved ? "" : "at least ") + Figures.Whole(slots.Count), 20, Ink.Bold, right: true).Add($"  {where}", Ink.Dim));
        }
    }

    private static void WriteFragmentation(TextPage page, CapacityReport report)
    {
        page.Heading("FRAGMENTATION", "free GPUs that no whole-domain gang can use");
        foreach (var row in report.Fragmentation)
        {
            var line = page.Labelled(row.Tier).Field($"{Figures.Whole(row.WholeDomains)} of {Figures.Whole(row.Domains)} whole", 24, right: true);
            page.Write(line.Add("  ").Field($"{Figures.Whole(row.StrandedGpus)} stranded", 18, right: true).Add($"  {Figures.Share(row.StrandedGpus, report.FreeGpus)} of the free", Ink.Dim));
        }
    }

    private static void WritePower(TextPage page, ImmutableArray<PowerHeadroom> domains)
    {
        if (domains.IsEmpty) return;
        page.Heading("POWER HEADROOM", "draw of nodes and bound pods in the worst feed state");
        var alike = domains.GroupBy(d => (d.Kind, d.BudgetWatts, d.DrawWatts)).Select(g => (Name: Named.Of(g.Key.Kind, NameRanges.Of(g.Select(d => d.Name))), First: g.First(), Count: g.Count())).ToList();
        var digits = alike.Max(r => Figures.Whole(Math.Max(r.First.BudgetWatts, r.First.DrawWatts)).Length);
        foreach (var (name, domain, count) in alike.Take(page.Style.Most(MostBudgets)))
        {
            var over = domain.HeadroomWatts < 0;
            page.Write(page.Line().Add(TextPage.Indent).Field(SafeText.CutMiddle(name, NameColumns, page.Style.Glyphs.Ellipsis), NameColumns).Add(" ")
                .Bar(0, domain.DrawWatts, domain.BudgetWatts, BarColumns, over ? Ink.Bad : Ink.Plain)
                .Add($" {Figures.Whole(domain.DrawWatts).PadLeft(digits)} of {Figures.Whole(domain.BudgetWatts).PadLeft(digits)} W{(count > 1 ? " each" : "")}")
                .Add($"  {(over ? $"{Figures.Watts(-domain.HeadroomWatts)} over" : $"{Figures.Watts(domain.HeadroomWatts)} left")}", over ? Ink.Bad : Ink.Dim));
        }

        if (alike.Count > page.Style.Most(MostBudgets)) page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {alike.Skip(MostBudgets).Sum(r => r.Count)} more", Ink.Dim));
    }
}
