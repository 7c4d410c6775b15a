using TopoScheduler.Core;
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
        var errors = view.Findings.Count(f => f.Severity == Severity.Error);
        var warnings = view.Findings.Count(f => f.Severity == Severity.Warning);
        var (sign, ink) = errors > 0 ? (glyphs.Cross, Ink.Bad) : warnings > 0 ? ("!", Ink.Warn) : (glyphs.Tick, Ink.Good);
        page.Write(page.Line().Add(
            $"{sign} {Figures.Count(errors, "error")}, {Figures.Count(warnings, "warning")}, {Figures.Count(view.Findings.Length - errors - warnings, "note")}", ink)
            .Add($"   {Figures.Count(view.Nodes, "node")}"));
        foreach (var finding in view.Findings) WriteOne(page, finding);
    }

    private static void WriteOne(TextPage page, Finding finding)
    {
        var (word, ink) = finding.Severity switch
        {
            Severity.Error => ("error", Ink.Bad),
            Severity.Warning => ("warning", Ink.Warn),
            _ => ("note", Ink.Dim),
        };
        page.Blank();
        page.Write(page.Line().Field(word, 8, ink).Add(finding.Rule, Ink.Bold));
        page.Paragraph(page.Line().Add(TextPage.Indent), $"{SafeText.Cut(Objects(finding), page.Style.Most(MostObjects), "...")}: {finding.Message}");
        page.Paragraph(page.Line().Add($"{TextPage.Indent}fix  ", Ink.Good), finding.Fix);
    }

    // node/n1, node/n2, node/n3 are "node n[1-3]".
    private static string Objects(Finding finding)
    {
        var kinds = finding.Objects.GroupBy(o => o.Contains('/', StringComparison.Ordinal) ? o[..o.IndexOf('/', StringComparison.Ordinal)] : "", StringComparer.Ordinal);
        return string.Join("; ", kinds.Select(g => g.Count() == 1 ? g.First() : $"{g.Count()} {g.Key}s {NameRanges.Of(g.Select(o => o[(g.Key.Length + 1)..]))}"));
    }
}
