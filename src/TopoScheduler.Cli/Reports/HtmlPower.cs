using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>Power budgets as bars: drawn before, added by the gang, left.</summary>
internal static class HtmlPower
{
    private const int MostOpenRows = 24;
    private const int MostRows = 400;

    /// <summary>Writes it; nothing when the report says nothing of power.</summary>
    public static void Write(HtmlWriter html, PlacementReport report)
    {
        if (report.Power is not { } power) return;
        html.Open("section", "card").Element("h2", "Power").Element("p", ReportWords.Power(report, power), "dim");
        if (power.Domains.IsEmpty)
        {
            html.Close().Line();
            return;
        }

        var rows = PowerSection.Rows(power.Domains);
        var kept = PowerSection.Fullest(rows, MostOpenRows);
        HtmlSections.WriteLegend(html, Legend(report, power));
        WriteRows(html, kept);
        var rest = rows.Except(kept).ToList();
        if (rest.Count > 0)
        {
            html.Open("details").Element("summary", $"{Figures.Count(rest.Sum(r => r.Count), "more budget")}, less full");
            WriteRows(html, [.. rest.Take(MostRows)]);
            html.Close();
        }

        html.Close().Line();
    }

    private static IEnumerable<(string Css, string Text)> Legend(PlacementReport report, ReportPower power)
    {
        yield return ("before", "drawn before");
        if (power.Domains.Any(d => d.AfterWatts > d.BeforeWatts)) yield return ("added", report.Placement is null ? "the gang would add" : "the gang adds");
        yield return ("left", "headroom");
    }

    private static void WriteRows(HtmlWriter html, List<PowerRow> rows)
    {
        html.Open("ul", "power").Line();
        foreach (var row in rows)
        {
            var domain = row.Domain;
            var (before, after, budget) = (domain.BeforeWatts, domain.AfterWatts, domain.BudgetWatts);
            var name = Named.Of(domain.Kind, row.Name);
            var each = row.Count > 1 ? " each" : "";
            html.Open("li").Open("span", "who").Text(name).Element("span", each, "dim").Close();
            html.Open("span", "bar", ("role", "img"), ("aria-label", $"{name}: {Figures.Whole(before)} W before, {Figures.Whole(after)} W after, of {Figures.Whole(budget)} W"));
            var whole = Math.Max(budget, after);
            html.Element("i", "", "before", ("style", $"width:{HtmlWriter.Percent(before, whole)}")).Element("i", "", after > budget ? "over" : "added", ("style", $"width:{HtmlWriter.Percent(after - before, whole)}")).Close();
            html.Open("span", "figures");
            if (after != before) html.Text($"{Figures.Whole(before)} → ");
            html.Element("b", Figures.Whole(after)).Text($" of {Figures.Whole(budget)} W").Close();
            if (after > budget) html.Element("span", $"{Figures.Whole(after - budget)} W over", "room bad");
            else html.Element("span", $"{Figures.Whole(budget - after)} W left · {Figures.Share(after, budget)}", "room dim");
            html.Close().Line();
        }

        html.Close();
    }
}
