using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>Room: a section for each accelerator resource, then the power budgets.</summary>
internal static class CapacitySheet
{
    /// <summary>Lays it out.</summary>
    public static Sheet Of(CapacityView view) => new()
    {
        Title = "Capacity",
        Lead = view.Resources.IsEmpty ? CapacityWords.NoAccelerator : "",
        Figures = [.. view.Resources.SelectMany(Figure)],
        Sections = [.. view.Resources.Select(Resource), new("Power headroom", view.Power.IsEmpty ? [] : [Headroom(view.Power)])],
    };

    private static IEnumerable<SheetFigure> Figure(CapacityReport report)
    {
        yield return new($"Free {report.Resource}", Figures.Whole(report.FreeGpus), $"{Figures.Share(report.FreeGpus, report.Gpus)} of {Figures.Count(report.Gpus, "GPU")}");
        if (report.Largest is [.., var widest]) yield return new($"Largest gang of {report.Resource}", $"{CapacityWords.AtLeast(widest.Proved)}{Figures.Count(widest.Gpus, "GPU")}", $"{Figures.Count(widest.Pods, "pod")} of {Figures.Count(report.GpusPerPod, "GPU")}");
    }

    private static SheetSection Resource(CapacityReport report)
    {
        var remarks = new SheetList([.. CapacityWords.Remarks(report).Select(r => new SheetItem(r.Text))]);
        ImmutableArray<SheetBlock> tables = [Largest(report), Slots(report), Fragmentation(report)];
        return new(report.Resource, remarks.Items.IsEmpty ? tables : [remarks, .. tables]) { Detail = $"Pods of {Figures.Count(report.GpusPerPod, "GPU")}; {CapacityWords.Gpus(report)}." };
    }

    private static SheetTable Largest(CapacityReport report) => new(
        $"Largest gang {CapacityWords.Largest}",
        [new("tier"), SheetColumn.Number("pods"), SheetColumn.Number("GPUs"), new("in")],
        [.. report.Largest.Select(r => new SheetRow(r.Tier, CapacityWords.AtLeast(r.Proved) + Figures.Whole(r.Pods), Figures.Whole(r.Gpus), new SheetCell(CapacityWords.Domain(r), Ink.Dim)))]);

    private static SheetTable Slots(CapacityReport report) => new(
        $"Slots left: {CapacityWords.Slots}",
        [new("gang"), SheetColumn.Number("slots"), new("how wide")],
        [.. report.Slots.Select(s => new SheetRow(Figures.Count(s.Gpus, "GPU"), CapacityWords.AtLeast(s.Proved) + Figures.Whole(s.Count), new SheetCell(CapacityWords.Within(s), Ink.Dim)))]);

    private static SheetTable Fragmentation(CapacityReport report) => new(
        $"Fragmentation: {CapacityWords.Fragmentation}",
        [new("tier"), SheetColumn.Number("whole domains"), SheetColumn.Number("stranded GPUs"), SheetColumn.Number("of the free")],
        [.. report.Fragmentation.Select(f => new SheetRow(f.Tier, $"{Figures.Whole(f.WholeDomains)} of {Figures.Whole(f.Domains)}", Figures.Whole(f.StrandedGpus), Figures.Share(f.StrandedGpus, report.FreeGpus)))]);

    private static SheetTable Headroom(ImmutableArray<PowerHeadroom> domains) => new(
        $"Power budgets: {CapacityWords.Headroom}",
        [new("budget"), SheetColumn.Bar("drawn"), SheetColumn.Number("drawn, W"), SheetColumn.Number("of, W"), SheetColumn.Number("left")],
        [.. CapacityWords.Alike(domains).Select(r => Budget(r.Name, r.First, r.Count))])
    {
        Legend = domains.Any(d => d.HeadroomWatts < 0) ? [("before", "drawn"), ("over", "over the budget"), ("left", "left")] : [("before", "drawn"), ("left", "left")],
    };

    private static SheetRow Budget(string name, PowerHeadroom domain, int count)
    {
        var over = Math.Max(0, -domain.HeadroomWatts);
        var bar = new SheetCell($"{Figures.Whole(domain.DrawWatts)} W of {Figures.Whole(domain.BudgetWatts)} W drawn")
        {
            Parts = [("before", domain.DrawWatts - over), ("over", over)],
            Whole = Math.Max(domain.BudgetWatts, domain.DrawWatts),
        };
        return new(count > 1 ? $"{name}, each" : name, bar, Figures.Whole(domain.DrawWatts), Figures.Whole(domain.BudgetWatts), new SheetCell(CapacityWords.Left(domain), over > 0 ? Ink.Bad : Ink.Plain));
    }
}
