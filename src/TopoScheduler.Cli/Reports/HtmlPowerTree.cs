using System.Collections.Immutable;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>The power tree as one HTML file (<see cref="HtmlPage"/>): what is over and whom to cap or move first, then every domain as a bar.</summary>
internal static class HtmlPowerTree
{
    // A list longer than this is cut; the JSON has it all.
    private const int MostRows = 1_000;
    private const int MostDomains = 50;
    private const int MostGangs = 50;

    /// <summary>Writes the page.</summary>
    public static void Write(TextWriter output, PowerView view, bool unicode)
    {
        var over = view.Overshoots.Length;
        var title = over > 0 ? $"{Figures.Count(over, "power domain")} over budget" : "Power";
        HtmlPage.Write(output, unicode, title, null, html =>
        {
            WriteHeader(html, view, over > 0 ? title : view.Domains.IsEmpty ? "No power domains" : "Within all budgets");
            if (over > 0) WriteOvershoots(html, view.Overshoots);
            if (!view.Domains.IsEmpty) WriteTree(html, view);
        });
    }

    private static void WriteHeader(HtmlWriter html, PowerView view, string verdict)
    {
        var ink = !view.Overshoots.IsEmpty ? Ink.Bad : view.Domains.IsEmpty ? Ink.Warn : Ink.Good;
        HtmlSections.OpenHeader(html, ink, ink == Ink.Good ? "✔" : ink == Ink.Bad ? "✘" : "?", verdict);
        html.Element("h1", "Power").Element("p", $"{PowerWords.Total(view)}.", "lead");
        if (view.Total.OutsideNodes > 0 && !view.Domains.IsEmpty) html.Element("p", $"{PowerWords.Outside(view.Total)}.", "warn");
        if (view.Domains.IsEmpty) html.Element("p", PowerWords.NoDomains, "warn");
        html.Close().Line();
    }

    private static void WriteOvershoots(HtmlWriter html, ImmutableArray<OvershootView> overshoots)
    {
        html.Open("section", "card").Element("h2", "Over budget").Element("p", $"In this order: {PowerWords.Advice}.", "dim").Open("ul", "offers overs").Line();
        foreach (var over in overshoots.Take(MostDomains))
        {
            html.Open("li").Element("b", PowerWords.NameOf(over)).Element("p", PowerWords.Over(over), "bad");
            if (!over.Reliefs.IsEmpty) WriteSteps(html, over.Reliefs);
            if (PowerWords.Remark(over) is { } remark) html.Element("p", remark, "warn");
            html.Close().Line();
        }

        html.Close();
        if (overshoots.Length > MostDomains) html.Element("p", Figures.Count(overshoots.Length - MostDomains, "more domain"), "dim");
        html.Close().Line();
    }

    private static void WriteSteps(HtmlWriter html, ImmutableArray<ReliefView> reliefs)
    {
        html.Open("ol", "steps");
        foreach (var relief in reliefs.Take(MostGangs))
        {
            var (verb, gang, how) = PowerWords.Do(relief);
            html.Open("li").Text($"{verb} ").Element("strong", gang).Text($"{how}: ").Element("span", PowerWords.Worth(relief), "dim").Close();
        }

        html.Close();
        if (reliefs.Length > MostGangs) html.Element("p", Figures.Count(reliefs.Length - MostGangs, "more gang"), "dim");
    }

    private static void WriteTree(HtmlWriter html, PowerView view)
    {
        html.Open("section", "card").Element("h2", "Tree");
        HtmlSections.WriteLegend(html, Legend(view));
        html.Open("ul", "power tree").Line();
        var rows = PowerTreeRow.Of(view.Domains, Glyphs.Drawn);
        foreach (var row in rows.Take(MostRows)) WriteRow(html, row);
        html.Close();
        if (rows.Length > MostRows) html.Element("p", Figures.Count(rows.Length - MostRows, "more domain"), "dim");
        html.Close().Line();
    }

    private static IEnumerable<(string Css, string Text)> Legend(PowerView view)
    {
        yield return ("before", "drawn");
        if (view.Domains.Any(d => d.OverBudget)) yield return ("over", "over the budget");
        if (view.IsMeasured) yield return ("meter", "measured");
        yield return ("left", "left");
        yield return ("stranded", "stranded: left, but nobody can use it");
    }

    private static void WriteRow(HtmlWriter html, PowerTreeRow row)
    {
        var domain = row.Domain;
        html.Open("li").Open("span", "who", ("style", $"padding-left:{HtmlWriter.Number(1.1 * row.Depth)}em")).Text(row.Name).Element("span", row.Count > 1 ? " each" : "", "dim").Close();
        WriteBar(html, row);
        html.Open("span", "figures").Element("b", Figures.Whole(domain.CommittedWatts)).Text(domain.BudgetWatts is { } budget ? $" of {Figures.Whole(budget)} W" : " W");
        if (domain.MeasuredWatts is { } measured) html.Element("span", $" · {Figures.Whole(measured)} W measured", "mark");
        html.Close();
        if (domain.HeadroomWatts is not { } left) html.Element("span", "no budget", "room dim");
        else if (left < 0) html.Element("span", $"{Figures.Whole(-left)} W over", "room bad");
        else html.Element("span", $"{Figures.Whole(left)} W left{(domain.StrandedWatts > 0 ? $", {Figures.Whole(domain.StrandedWatts.Value)} stranded" : "")}{(domain.Ample ? " · ample" : "")}", "room dim");
        html.Close().Line();
    }

    // The whole bar is the budget; of a domain that is over, what it draws.
    private static void WriteBar(HtmlWriter html, PowerTreeRow row)
    {
        var domain = row.Domain;
        if (domain.BudgetWatts is not { } budget)
        {
            html.Element("span", "");
            return;
        }

        var whole = Math.Max(budget, domain.CommittedWatts);
        var measured = domain.MeasuredWatts is { } watts ? $", {Figures.Whole(watts)} W measured" : "";
        html.Open("span", "bar", ("role", "img"), ("aria-label", $"{row.Name}: {Figures.Whole(domain.CommittedWatts)} W drawn{measured}, of {Figures.Whole(budget)} W"));
        Part(html, "before", Math.Min(domain.CommittedWatts, budget), whole);
        if (domain.OverBudget) Part(html, "over", domain.CommittedWatts - budget, whole);
        if (domain.StrandedWatts is > 0 and var stranded) Part(html, "stranded", stranded, whole);
        if (domain.MeasuredWatts is { } meter) html.Element("i", "", "meter", ("style", $"left:{HtmlWriter.Percent(meter, whole)}"));
        html.Close();
    }

    private static void Part(HtmlWriter html, string css, long watts, long whole) => html.Element("i", "", css, ("style", $"width:{HtmlWriter.Percent(watts, whole)}"));
}
