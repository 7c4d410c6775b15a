using System.Collections.Immutable;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>The parts of the HTML page that are words and figures.</summary>
internal static class HtmlSections
{
    // A list longer than this is cut; the JSON has it all.
    private const int MostRows = 200;
    private const int MostOpenNotes = 3;

    /// <summary>Class of the stylesheet for an ink.</summary>
    public static string Css(Ink ink) => ink switch
    {
        Ink.Good => "good",
        Ink.Warn => "warn",
        Ink.Bad => "bad",
        _ => "dim",
    };

    /// <summary>Begins the head of a page or article with its verdict.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="ink">Whether it is good news.</param>
    /// <param name="sign">That as a sign.</param>
    /// <param name="verdict">That in words.</param>
    public static void OpenHeader(HtmlWriter html, Ink ink, string sign, string verdict) =>
        html.Open("header", $"card {Css(ink)}").Open("p", "verdict").Element("span", sign, "sign", ("aria-hidden", "true")).Element("strong", verdict).Close();

    /// <summary>What the parts of bars and the signs of drawings mean.</summary>
    public static void WriteLegend(HtmlWriter html, IEnumerable<(string Css, string Text)> signs)
    {
        html.Open("ul", "legend", ("aria-label", "Legend"));
        foreach (var (css, text) in signs) html.Open("li").Element("i", "", $"sw {css}").Text(text).Close();
        html.Close();
    }

    /// <summary>The figures an admin looks for first.</summary>
    public static void WriteTiles(HtmlWriter html, PlacementReport report)
    {
        html.Open("dl", "tiles");
        if (report.Placement is { } placement) Tile(html, "Where", PlacementTree.Place(placement), Used(placement));
        if (report.Estimate is { } estimate)
        {
            Tile(html, "Communication", $"{Figures.Milliseconds(estimate.CommunicationMs)} per step", ReportWords.Gap(estimate));
            if (!estimate.CrossTierBytes.IsEmpty) Tile(html, "Crosses, per step", ReportWords.Crossing(estimate), $"uniformity {Figures.Digits(estimate.Uniformity)} of 1");
            if (estimate.DataStagingSeconds is { } seconds) Tile(html, "Data staging", $"{Figures.Digits(seconds)} s", "before the first step");
        }

        if (report.Power is { } power && (report.Placement is not null || power.AddedWatts > 0))
        {
            Tile(html, "Power", $"{(report.Placement is null ? "" : "+")}{Figures.Watts(power.AddedWatts)}", Fullest(report, power));
        }

        if (report.Memory is { } memory)
        {
            var detail = $"{(memory.Fits ? "fits" : "does not fit")}, {Figures.Count(memory.MinimumGpus, "GPU")} at least";
            var floor = memory.LatencyFloorMs is { } ms ? $"; {Figures.Milliseconds(ms)} per token at best" : "";
            Tile(html, "Memory per GPU", $"{Figures.Bytes(memory.RequiredBytesPerGpu)} of {Figures.Bytes(memory.AvailableBytesPerGpu)}", detail + floor);
        }

        html.Close().Line();
    }

    /// <summary>Why not.</summary>
    public static void WriteReasons(HtmlWriter html, PlacementReport report)
    {
        if (report.Reasons.IsEmpty) return;
        html.Open("section", "card").Element("h2", report.Outcome == PlacementOutcome.Undecided ? "In the way" : "Why not").Open("ul", "reasons");
        foreach (var (reason, message) in ReportWords.Reasons(report).Take(MostRows))
        {
            html.Open("li").Element("span", ConstraintNames.Policy.ConvertName(reason.Constraint.ToString()), "tag bad");
            html.Open("span").Text(message);
            if (reason.RemovedNodes > 0 && !reason.Message.Contains($"{reason.RemovedNodes} ", StringComparison.Ordinal)) html.Text(" ").Element("span", $"removes {Figures.Count(reason.RemovedNodes, "node")}", "dim");
            html.Close(2);
        }

        html.Close(2).Line();
    }

    /// <summary>What was different from the cluster as it is.</summary>
    public static void WriteScenario(HtmlWriter html, ReportScenario scenario)
    {
        html.Open("section", "card").Element("h2", ScenarioSection.Title).Element("p", scenario.Summary, "dim").Open("ul", "reasons");
        foreach (var (label, text, ink) in ScenarioSection.Rows(scenario, MostRows))
        {
            html.Open("li").Element("span", label, $"tag {Css(ink)}").Element("span", text).Close();
        }

        html.Close(2).Line();
    }

    /// <summary>What would make it fit.</summary>
    public static void WriteOffers(HtmlWriter html, PlacementReport report)
    {
        if (report.CounterOffers.IsEmpty) return;
        html.Open("section", "card").Element("h2", "What would make it fit").Element("p", "The smallest change of each kind, verified by planning again, cheapest first.", "dim");
        WriteOfferList(html, report.CounterOffers);
        html.Close().Line();
    }

    /// <summary>Changes that would make a gang fit, without a heading.</summary>
    public static void WriteOfferList(HtmlWriter html, ImmutableArray<CounterOffer> offers)
    {
        html.Open("ul", "offers");
        foreach (var offer in offers)
        {
            html.Open("li").Element("b", ReportWords.Change(offer.Change)).Element("p", offer.Detail.TrimEnd('.')).Element("p", $"→ {ReportWords.Then(offer)}", "then").Close();
        }

        html.Close();
    }

    /// <summary>Where the members are, domain by domain.</summary>
    public static void WriteWhere(HtmlWriter html, ReportPlacement placement, ReportGang gang)
    {
        html.Open("section", "card").Element("h2", "Where").Line();
        HtmlTable.Write(html, WhereTable.Of(placement, gang), MostRows);
        html.Close().Line();
    }

    /// <summary>What is wrong or assumed; notes alone are folded.</summary>
    public static void WriteProblems(HtmlWriter html, ImmutableArray<Problem> problems, string heading)
    {
        if (problems.IsEmpty) return;
        var notes = problems.GroupBy(p => (p.Severity, p.Message)).OrderBy(g => g.Key.Severity).ToList();
        html.Open("section", "card").Open("details", null, notes[0].Key.Severity < Severity.Info || notes.Count <= MostOpenNotes ? [("open", "open")] : []);
        html.Open("summary").Element("h2", heading).Text(" ").Element("span", Count(notes.ConvertAll(n => n.Key.Severity)), "dim").Close().Open("ul", "reasons");
        foreach (var note in notes.Take(MostRows))
        {
            var (word, ink) = ReportWords.Severity(note.Key.Severity);
            html.Open("li").Element("span", word, $"tag {Css(ink)}").Open("span").Element("b", NameRanges.Of(note.Select(p => p.Object))).Text($": {note.Key.Message}").Close(2);
        }

        html.Close();
        if (notes.Count > MostRows) html.Element("p", $"… {Figures.Whole(notes.Count - MostRows)} more (-o json lists all)", "dim");
        html.Close(2).Line();
    }

    /// <summary>One figure of a list of tiles.</summary>
    public static void Tile(HtmlWriter html, string name, string value, string detail)
    {
        html.Open("div").Element("dt", name).Open("dd").Element("b", value);
        if (detail.Length > 0) html.Element("span", detail, "dim");
        html.Close(2);
    }

    private static string Used(ReportPlacement placement)
    {
        var nodes = placement.Pods.Select(p => p.Node).Distinct(StringComparer.Ordinal).Count();
        var racks = placement.Pods.Select(p => p.Rack).OfType<string>().Distinct(StringComparer.Ordinal).Count();
        return Figures.Count(nodes, "node") + (racks > 0 ? $" in {Figures.Count(racks, "rack")}" : "");
    }

    private static string Fullest(PlacementReport report, ReportPower power)
    {
        var cap = power.GpuCapWatts is { } watts ? $"every GPU capped at {watts} W" : "";
        if (report.Placement is null) return cap;
        if (power.Domains.IsEmpty) return cap.Length > 0 ? cap : "no budget is labelled here";
        var fullest = power.Domains.MaxBy(PowerSection.Fill)!;
        var share = $"{Named.Of(fullest.Kind, fullest.Name)} fullest, {Figures.Share(fullest.AfterWatts, fullest.BudgetWatts)}";
        return cap.Length > 0 ? $"{cap}; {share}" : share;
    }

    private static string Count(List<Severity> severities)
    {
        var counts = severities.GroupBy(s => s).OrderBy(g => g.Key);
        return string.Join(", ", counts.Select(g => Figures.Count(g.Count(), ReportWords.Severity(g.Key).Word)));
    }
}
