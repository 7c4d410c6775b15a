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
        if (view.Resources.IsEmpty) page.Write(page.Line().Add(CapacityWords.NoAccelerator, Ink.Bold));
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
        page.Write(line.Add($"  {CapacityWords.Gpus(report)}"));
        foreach (var (text, ink) in CapacityWords.Remarks(report)) page.Write(page.Line().Add($"{TextPage.Indent}{text}", ink));
        WriteLargest(page, report);
        WriteSlots(page, report);
        WriteFragmentation(page, report);
    }

    private static void WriteLargest(TextPage page, CapacityReport report)
    {
        page.Heading("LARGEST GANG", CapacityWords.Largest);
        foreach (var row in report.Largest)
        {
            var line = page.Labelled(row.Tier).Field($"{CapacityWords.AtLeast(row.Proved)}{Figures.Count(row.Pods, "pod")}", 20, right: true)
                .Add("  ").Field(Figures.Count(row.Gpus, "GPU"), 14, Ink.Bold, right: true);
            if (CapacityWords.Domain(row) is { Length: > 0 } domain) line.Add("  ").Add(SafeText.CutMiddle(domain, line.Left, page.Style.Glyphs.Ellipsis), Ink.Dim);
            page.Write(line);
        }
    }

    private static void WriteSlots(TextPage page, CapacityReport report)
    {
        page.Heading("SLOTS LEFT", CapacityWords.Slots);
        foreach (var slots in report.Slots)
        {
            page.Write(page.Labelled($"{slots.Gpus} GPUs").Field(CapacityWords.AtLeast(slots.Proved) + Figures.Whole(slots.Count), 20, Ink.Bold, right: true).Add($"  {CapacityWords.Within(slots)}", Ink.Dim));
        }
    }

    private static void WriteFragmentation(TextPage page, CapacityReport report)
    {
        page.Heading("FRAGMENTATION", CapacityWords.Fragmentation);
        foreach (var row in report.Fragmentation)
        {
            var line = page.Labelled(row.Tier).Field($"{Figures.Whole(row.WholeDomains)} of {Figures.Whole(row.Domains)} whole", 24, right: true);
            page.Write(line.Add("  ").Field($"{Figures.Whole(row.StrandedGpus)} stranded", 18, right: true).Add($"  {Figures.Share(row.StrandedGpus, report.FreeGpus)} of the free", Ink.Dim));
        }
    }

    private static void WritePower(TextPage page, ImmutableArray<PowerHeadroom> domains)
    {
        if (domains.IsEmpty) return;
        page.Heading("POWER HEADROOM", CapacityWords.Headroom);
        var alike = CapacityWords.Alike(domains);
        var digits = alike.Max(r => Figures.Whole(Math.Max(r.First.BudgetWatts, r.First.DrawWatts)).Length);
        foreach (var (name, domain, count) in alike.Take(page.Style.Most(MostBudgets)))
        {
            var over = domain.HeadroomWatts < 0;
            page.Write(page.Line().Add(TextPage.Indent).Field(SafeText.CutMiddle(name, NameColumns, page.Style.Glyphs.Ellipsis), NameColumns).Add(" ")
                .Bar(0, domain.DrawWatts, domain.BudgetWatts, BarColumns, over ? Ink.Bad : Ink.Plain)
                .Add($" {Figures.Whole(domain.DrawWatts).PadLeft(digits)} of {Figures.Whole(domain.BudgetWatts).PadLeft(digits)} W{(count > 1 ? " each" : "")}")
                .Add($"  {CapacityWords.Left(domain)}", over ? Ink.Bad : Ink.Dim));
        }

        if (alike.Length > page.Style.Most(MostBudgets)) page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {alike.Skip(MostBudgets).Sum(r => r.Count)} more", Ink.Dim));
    }
}
