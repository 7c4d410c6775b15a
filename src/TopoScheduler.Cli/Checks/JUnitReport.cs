using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Checks;

/// <summary>A report on one job with the conditions that hold for it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Failures">One sentence for each condition of <c>--fail-if</c> that holds.</param>
internal sealed record CheckedReport(PlacementReport Report, ImmutableArray<string> Failures);

/// <summary>Reports as JUnit XML, which every CI system shows: a test case a job, failed where it does not fit or a condition holds.</summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings Layout = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    /// <summary>Writes it.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="reports">One test case each.</param>
    /// <param name="unread">Errors of job files that no report tells: a test case each too.</param>
    public static void Write(Stream stream, ImmutableArray<CheckedReport> reports, ImmutableArray<Problem> unread)
    {
        using var xml = XmlWriter.Create(stream, Layout);
        var errors = unread.Length + reports.Count(r => r.Report.Outcome == PlacementOutcome.Invalid);
        var failures = reports.Count(IsFailure);
        xml.WriteStartElement("testsuites");
        Counts(xml, reports.Length + unread.Length, failures, errors);
        xml.WriteStartElement("testsuite");
        Counts(xml, reports.Length + unread.Length, failures, errors);
        foreach (var report in reports) WriteCase(xml, report);
        foreach (var problem in unread)
        {
            Start(xml, "input", problem.Object);
            Verdict(xml, "error", "Invalid", problem.Message, "");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static bool IsFailure(CheckedReport one) => one.Report.Outcome is PlacementOutcome.NoFit or PlacementOutcome.Undecided || (one.Report.Outcome != PlacementOutcome.Invalid && !one.Failures.IsEmpty);

    private static void WriteCase(XmlWriter xml, CheckedReport one)
    {
        var (report, gang) = (one.Report, one.Report.Gang);
        Start(xml, $"{gang.Namespace}.{gang.Kind}", gang.Name);
        if (report.Outcome == PlacementOutcome.Invalid) Verdict(xml, "error", "Invalid", report.Summary, Lines(report.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Object}: {p.Message}")));
        else if (report.Outcome is PlacementOutcome.NoFit or PlacementOutcome.Undecided) Verdict(xml, "failure", report.Outcome.ToString(), report.Summary, Lines([.. report.Reasons.Select(r => r.Message), .. one.Failures]));
        else if (!one.Failures.IsEmpty) Verdict(xml, "failure", "FailIf", one.Failures[0], Lines([.. one.Failures, report.Summary]));
        else xml.WriteElementString("system-out", Safe(report.Summary));
        xml.WriteEndElement();
    }

    private static void Start(XmlWriter xml, string group, string name)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Safe(group));
        xml.WriteAttributeString("name", Safe(name));
        xml.WriteAttributeString("time", "0");
    }

    private static void Verdict(XmlWriter xml, string element, string type, string message, string text)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("message", Safe(message));
        xml.WriteString(Safe(text));
        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, int tests, int failures, int errors)
    {
        xml.WriteAttributeString("name", "toposched report");
        xml.WriteAttributeString("tests", tests.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", failures.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", errors.ToString(CultureInfo.InvariantCulture));
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

    // Names come from strangers' files; XML forbids most control characters even escaped.
    private static string Safe(string text)
    {
        var safe = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) safe.Append(text[i]).Append(text[++i]);
            else safe.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : '?');
        }

        return safe.ToString();
    }
}
