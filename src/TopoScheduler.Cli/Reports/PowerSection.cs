using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>Watts: what the gang adds, and how full every budget it touches gets.</summary>
internal static class PowerSection
{
    private const int MostRows = 12;
    private const int MostBarColumns = 20;
    private const int NameColumns = 22;

    /// <summary>Writes it; nothing when the report says nothing of power.</summary>
    public static void Write(TextPage page, PlacementReport report)
    {
        if (report.Power is not { } power) return;
        page.Heading("POWER", ReportWords.Power(report, power));
        if (power.Domains.IsEmpty) return;
        var rows = Rows(power.Domains);
        var kept = Fullest(rows, page.Style.Most(MostRows));
        var figures = kept.Max(r => Math.Max(Digits(r.Domain.BudgetWatts), Math.Max(Digits(r.Domain.BeforeWatts), Digits(r.Domain.AfterWatts))));
        foreach (var row in kept) WriteRow(page, row, figures);
        var rest = rows.Except(kept).ToList();
        if (rest.Count == 0) return;
        var fullest = rest.MaxBy(r => Fill(r.Domain))!.Domain;
        page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {rest.Sum(r => r.Count)} more, at most {Figures.Share(fullest.AfterWatts, fullest.BudgetWatts)} full", Ink.Dim));
    }

    /// <summary>Racks in the same state are one row: a gang treats many alike.</summary>
    public static List<PowerRow> Rows(ImmutableArray<ReportPowerDomain> domains) =>
        [.. domains.GroupBy(d => (d.Kind, d.BudgetWatts, d.BeforeWatts, d.AfterWatts)).Select(g => new PowerRow(NameRanges.Of(g.Select(d => d.Name)), g.Count(), g.First()))];

    /// <summary>The fullest of each rung, then the fullest of all, in the report's order: a wide domain must not hide behind many racks.</summary>
    public static List<PowerRow> Fullest(List<PowerRow> rows, int most)
    {
        var first = rows.GroupBy(r => r.Domain.Kind).Select(g => g.MaxBy(r => Fill(r.Domain))!);
        var kept = first.Concat(rows.OrderByDescending(r => Fill(r.Domain))).Distinct().Take(most).ToHashSet();
        return [.. rows.Where(kept.Contains)];
    }

    private static void WriteRow(TextPage page, PowerRow row, int figures)
    {
        var glyphs = page.Style.Glyphs;
        var (before, after, budget) = (row.Domain.BeforeWatts, row.Domain.AfterWatts, row.Domain.BudgetWatts);
        var over = after > budget;
        var bar = Math.Clamp(MostBarColumns + page.Style.Width - TextStyle.DefaultWidth, 4, MostBarColumns);
        var line = page.Line().Add(TextPage.Indent).Field(SafeText.CutMiddle(Named.Of(row.Domain.Kind, row.Name), NameColumns, glyphs.Ellipsis), NameColumns).Add(" ")
            .Bar(before, Math.Max(0, after - before), budget, bar, over ? Ink.Bad : Ink.Accent).Add(" ")
            .Field(Figures.Whole(before), figures, right: true);
        if (after != before) line.Add($" {glyphs.Arrow} ").Field(Figures.Whole(after), figures, over ? Ink.Bad : Ink.Bold, right: true);
        line.Add(" of ").Field(Figures.Whole(budget), figures, right: true).Add(" W").Add(row.Count > 1 ? " each" : "");
        if (over) line.Add($"  {Figures.Whole(after - budget)} W over", Ink.Bad);
        else if (after == before) line.Add($"  {Figures.Whole(budget - after)} W left", Ink.Bold);
        else line.Add($"  {Figures.Share(after, budget)}", Ink.Dim);
        page.Write(line);
    }

    /// <summary>How full a budget gets.</summary>
    public static double Fill(ReportPowerDomain domain) => domain.BudgetWatts <= 0 ? double.MaxValue : (double)domain.AfterWatts / domain.BudgetWatts;

    private static int Digits(long watts) => Figures.Whole(watts).Length;
}

/// <summary>Power domains of one kind in the same state, as one row.</summary>
internal sealed record PowerRow(string Name, int Count, ReportPowerDomain Domain);
