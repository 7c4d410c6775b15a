using System.Collections.Immutable;
using System.Text.Json;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Checks;

/// <summary>What a CI system wants of reports.</summary>
/// <param name="Rules">Conditions that must not hold.</param>
/// <param name="JUnit">The file for JUnit XML; null: none.</param>
internal sealed record ReportChecks(ImmutableArray<FailRule> Rules, string? JUnit)
{
    /// <summary>Nothing.</summary>
    public static ReportChecks None { get; } = new([], null);

    /// <summary>Holds a report against the rules.</summary>
    public CheckedReport Check(PlacementReport report)
    {
        if (Rules.IsEmpty) return new(report, []);
        using var json = JsonDocument.Parse(AnswerJson.Text(report));
        var failures = ImmutableArray.CreateBuilder<string>();
        foreach (var rule in Rules)
        {
            if (rule.HoldsFor(json.RootElement) is { } value) failures.Add($"--fail-if \"{rule.Text}\" holds: it is {value}.");
        }

        return new(report, failures.ToImmutable());
    }

    /// <summary>Writes the file for JUnit XML, if one is wanted.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(ImmutableArray<CheckedReport> reports, ImmutableArray<Problem> unread)
    {
        if (JUnit is null) return;
        try
        {
            using var stream = new FileStream(JUnit, FileMode.Create, FileAccess.Write);
            JUnitReport.Write(stream, reports, unread);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"{JUnit}: cannot be written: {e.Message}", e);
        }
    }
}
