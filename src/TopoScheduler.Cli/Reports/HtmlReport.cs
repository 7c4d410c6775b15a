using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The report as one HTML file to open, print or forward: no script, nothing fetched, and a content security policy that forbids both. Works in
/// light and dark, on a desk and on a phone.
/// </summary>
internal static class HtmlReport
{
    // Held by the browser even should a text of strangers get through: no script, no fetch, no frame, no form.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'none'; base-uri 'none'; form-action 'none'";

    private static readonly string Style = ReadStyle();

    /// <summary>Writes the page.</summary>
    public static void Write(TextWriter output, ImmutableArray<ReportedPlan> reports, bool unicode)
    {
        using var page = new StringWriter(CultureInfo.InvariantCulture);
        Write(new HtmlWriter(page), page, reports);
        output.Write(unicode ? page.ToString() : Spelled(page.GetStringBuilder()));
    }

    /// <summary>The text with every character beyond ASCII as a reference, for an output that cannot carry it.</summary>
    public static string Spelled(StringBuilder text)
    {
        var spelled = new StringBuilder(text.Length + 64);
        foreach (var rune in text.ToString().EnumerateRunes())
        {
            if (rune.IsAscii) spelled.Append((char)rune.Value);
            else spelled.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};");
        }

        return spelled.ToString();
    }

    private static void Write(HtmlWriter html, StringWriter page, ImmutableArray<ReportedPlan> reports)
    {
        page.Write("<!DOCTYPE html>\n");
        html.Open("html", null, ("lang", "en")).Line();
        WriteHead(html, page, reports);
        html.Open("body").Line();
        MapDrawing.WritePatterns(html);
        html.Open("main");
        var all = reports.Select(r => r.Report).ToImmutableArray();
        ImmutableArray<Problem> ofAll = all.Length == 1 ? [] : [.. all.Skip(1).Aggregate(all[0].Problems.AsEnumerable(), (common, r) => common.Intersect(r.Problems))];
        if (all.Length > 1) WriteContents(html, all);
        for (var i = 0; i < reports.Length; i++) WriteOne(html, reports[i], i, ofAll);
        if (!ofAll.IsEmpty) HtmlSections.WriteProblems(html, ofAll, "Notes on all jobs");
        html.Element("footer", "TopoScheduler: every figure is an estimate for the cluster as it was read; nothing was changed.", "dim");
        html.Close(3).Line();
    }

    private static void WriteHead(HtmlWriter html, StringWriter page, ImmutableArray<ReportedPlan> reports)
    {
        var first = reports[0].Report;
        var title = reports.Length > 1 ? ReportWords.Tally([.. reports.Select(r => r.Report)]) : $"{ReportWords.Outcome(first.Outcome).Word}: {ReportWords.NameOf(first.Gang)}";
        html.Open("head").Line().Void("meta", null, ("charset", "utf-8")).Line();
        html.Void("meta", null, ("http-equiv", "Content-Security-Policy"), ("content", Policy)).Line();
        html.Void("meta", null, ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line();
        html.Void("meta", null, ("name", "color-scheme"), ("content", "light dark")).Line();

        // Without an icon of its own a browser asks the page's server for one.
        html.Void("link", null, ("rel", "icon"), ("href", "data:,")).Line();
        html.Element("title", $"{title} · TopoScheduler").Line();
        html.Open("style");
        page.Write(Style);
        html.Close(2).Line();
    }

    private static void WriteContents(HtmlWriter html, ImmutableArray<PlacementReport> reports)
    {
        html.Open("nav", "card", ("aria-label", "Jobs")).Element("h1", ReportWords.Tally(reports)).Element("p", "Each was planned beside the earlier ones.", "dim").Open("ol");
        for (var i = 0; i < reports.Length; i++)
        {
            var (word, ink) = ReportWords.Outcome(reports[i].Outcome);
            html.Open("li").Open("a", null, ("href", $"#job-{i + 1}")).Element("b", ReportWords.NameOf(reports[i].Gang)).Close().Text(" ")
                .Element("span", word.ToLowerInvariant(), HtmlSections.Css(ink));
            html.Element("span", reports[i].Placement is { } placement ? $" {PlacementTree.Place(placement)}" : "", "dim").Close();
        }

        html.Close(2).Line();
    }

    private static void WriteOne(HtmlWriter html, ReportedPlan plan, int index, ImmutableArray<Problem> saidOnce)
    {
        var report = plan.Report;
        var (word, ink) = ReportWords.Outcome(report.Outcome);
        html.Open("article", null, ("id", $"job-{index + 1}")).Line();
        html.Open("header", $"card {HtmlSections.Css(ink)}").Open("p", "verdict").Element("span", Sign(report.Outcome), "sign", ("aria-hidden", "true")).Element("strong", word).Close();
        html.Open("h1").Element("span", $"{report.Gang.Kind} {report.Gang.Namespace}/", "dim").Text(report.Gang.Name).Close();
        html.Element("p", ReportWords.SizeOf(report.Gang), "size").Element("p", report.Summary, "lead");
        HtmlSections.WriteTiles(html, report);
        html.Close().Line();
        HtmlSections.WriteReasons(html, report);
        HtmlSections.WriteOffers(html, report);
        if (report.Outcome != PlacementOutcome.Invalid) MapSection.Write(html, plan.Cluster, report);
        HtmlPower.Write(html, report);
        if (report.Placement is { Pods.IsEmpty: false } placement) HtmlSections.WriteWhere(html, placement, report.Gang);
        HtmlSections.WriteProblems(html, [.. report.Problems.Except(saidOnce)], "Notes");
        if (report.Outcome != PlacementOutcome.Invalid) html.Element("p", ReportWords.Effort(report.Search), "dim effort");
        html.Close().Line();
    }

    private static string Sign(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => "✔",
        PlacementOutcome.Undecided => "?",
        _ => "✘",
    };

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css") ?? throw new InvalidOperationException("report.css is not in the assembly");
        using var reader = new StreamReader(stream);
        return "\n" + reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
