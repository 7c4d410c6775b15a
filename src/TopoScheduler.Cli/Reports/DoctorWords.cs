using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Labels.Lint;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the forms of the findings say alike.</summary>
internal static class DoctorWords
{
    /// <summary><c>6 errors, 32 warnings, 13 notes</c>, and how bad that is.</summary>
    public static (string Words, Ink Ink) Tally(DoctorView view)
    {
        var errors = view.Findings.Count(f => f.Severity == Severity.Error);
        var warnings = view.Findings.Count(f => f.Severity == Severity.Warning);
        var ink = errors > 0 ? Ink.Bad : warnings > 0 ? Ink.Warn : Ink.Good;
        return ($"{Figures.Count(errors, "error")}, {Figures.Count(warnings, "warning")}, {Figures.Count(view.Findings.Length - errors - warnings, "note")}", ink);
    }

    /// <summary>What a finding is about: node/n1, node/n2, node/n3 are <c>3 nodes n[1-3]</c>.</summary>
    public static string Objects(Finding finding)
    {
        var kinds = finding.Objects.GroupBy(o => o.Contains('/', StringComparison.Ordinal) ? o[..o.IndexOf('/', StringComparison.Ordinal)] : "", StringComparer.Ordinal);
        return string.Join("; ", kinds.Select(g => g.Count() == 1 ? g.First() : $"{g.Count()} {g.Key}s {NameRanges.Of(g.Select(o => o[(g.Key.Length + 1)..]))}"));
    }
}
