using TopoScheduler.Kubernetes.Labels.Lint;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>Findings for people: how many first, then each with what it is about and what to do.</summary>
internal static class DoctorText
{
    private const int MostObjects = 200;

    /// <summary>Writes them.</summary>
    public static void Write(TextPage page, DoctorView view)
    {
        var glyphs = page.Style.Glyphs;
        var (words, ink) = DoctorWords.Tally(view);
        var sign = ink switch { Ink.Bad => glyphs.Cross, Ink.Warn => "!", _ => glyphs.Tick };
        page.Write(page.Line().Add($"{sign} {words}", ink).Add($"   {Figures.Count(view.Nodes, "node")}"));
        foreach (var finding in view.Findings) WriteOne(page, finding);
    }

    private static void WriteOne(TextPage page, Finding finding)
    {
        var (word, ink) = ReportWords.Severity(finding.Severity);
        page.Blank();
        page.Write(page.Line().Field(word, 8, ink).Add(finding.Rule, Ink.Bold));
        page.Paragraph(page.Line().Add(TextPage.Indent), $"{SafeText.Cut(DoctorWords.Objects(finding), page.Style.Most(MostObjects), "...")}: {finding.Message}");
        page.Paragraph(page.Line().Add($"{TextPage.Indent}fix  ", Ink.Good), finding.Fix);
    }
}
