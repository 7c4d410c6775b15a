using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using TopoScheduler.Server.Controllers.Gangs;
using TopoScheduler.Server.Telemetry;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Telemetry;

/// <summary>What the page of metrics says is what there is, both ways.</summary>
public sealed partial class MetricsReferenceTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "reference", "metrics.md"));

    [Fact]
    public void Page_Rows_AreTheCatalogue()
    {
        var rows = Row().Matches(Page).Select(r => (
            Name: r.Groups["name"].Value, Kind: r.Groups["kind"].Value, Unit: r.Groups["unit"].Value,
            Labels: string.Join(' ', Word().Matches(r.Groups["labels"].Value).Select(w => w.Groups[1].Value))));
        var there = MetricCatalogue.All.Select(m => (m.Name, Kind: m.Kind.ToString().ToLowerInvariant(), m.Unit, Labels: string.Join(' ', m.Labels)));
        Assert.Equal(there.OrderBy(m => m.Name, StringComparer.Ordinal), rows.OrderBy(m => m.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Page_Buckets_AreThoseOfTheCatalogue()
    {
        foreach (var metric in MetricCatalogue.All.Where(m => m.Kind == MetricKind.Histogram))
        {
            var said = BucketRow().Matches(Page).SingleOrDefault(r => r.Groups["name"].Value == metric.Name);
            Assert.True(said is not null, $"the page says no buckets of {metric.Name}");
            Assert.Equal(metric.Buckets, said.Groups["bounds"].Value.Split(", ").Select(b => double.Parse(b, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    // Instruments that nobody entered would not be told, and entries that nobody makes would be promises.
    [Fact]
    public void Instruments_OfAServer_AreTheCatalogue()
    {
        var time = new ManualTime();
        using var metrics = new SchedulerMetrics(time);
        var published = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter)) published.Add(instrument);
            },
        };
        new SchedulerGauges(time).Observe(metrics.Meter);
        _ = new ReadingMetrics(metrics.Meter, () => [], () => []);
        _ = new AccessMetrics(metrics.Meter, () => 0);
        _ = new ApiMetrics(metrics.Meter);
        listener.Start();

        Assert.Equal(
            MetricCatalogue.All.Select(m => (m.Name, (string?)m.Unit, (string?)m.Description)).OrderBy(m => m.Name, StringComparer.Ordinal),
            published.Select(i => (i.Name, i.Unit, i.Description)).OrderBy(m => m.Name, StringComparer.Ordinal));
        foreach (var instrument in published)
        {
            var kind = instrument.GetType().Name switch { var n when n.Contains("Counter", StringComparison.Ordinal) => MetricKind.Counter, var n when n.Contains("Histogram", StringComparison.Ordinal) => MetricKind.Histogram, _ => MetricKind.Gauge };
            Assert.Equal(MetricCatalogue.All.Single(m => m.Name == instrument.Name).Kind, kind);
        }
    }

    [Fact]
    public void Catalogue_Names_SayTheirUnit() => Assert.All(MetricCatalogue.All, m =>
    {
        Assert.Matches("^toposcheduler_[a-z]+(_[a-z]+)*$", m.Name);
        Assert.Equal(m.Kind == MetricKind.Counter, m.Name.EndsWith("_total", StringComparison.Ordinal));
        Assert.Equal(m.Unit == "s", m.Name.EndsWith("_seconds", StringComparison.Ordinal));
        Assert.Equal(m.Unit == "W", m.Name.EndsWith("_watts", StringComparison.Ordinal));
        Assert.Equal(m.Kind == MetricKind.Histogram, m.Buckets.Length > 0);
        Assert.Equal(m.Buckets.Distinct().Order(), m.Buckets);
    });

    // Every word a label may have that comes from an enum of ours.
    [Fact]
    public void Page_Words_AreAllSaid()
    {
        IEnumerable<string> words =
        [
            .. Enum.GetValues<Core.Placement.FitConstraint>().Select(Words.Of), .. Enum.GetValues<Core.Placement.PlacementOutcome>().Select(Words.Of),
            .. Enum.GetValues<Kubernetes.Api.BindOutcome>().Select(Words.Of), .. Enum.GetValues<ReleaseOutcome>().Select(Words.Of),
            .. Enum.GetValues<Core.Placement.Live.WaitCause>().Select(Words.Of),
            .. Enum.GetValues<Core.Cluster.CommitRefusal>().Where(r => r != Core.Cluster.CommitRefusal.None).Select(Words.Of),
            VerbOutcome.Answered, VerbOutcome.NotReady, VerbOutcome.Refused, VerbOutcome.Gone, VerbOutcome.Defect,
        ];
        Assert.All(words, w => Assert.Contains($"`{w}`", Page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| `(?<name>toposcheduler_\w+)` \| (?<kind>counter|gauge|histogram) \| `(?<unit>[^`]+)` \|(?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `(?<name>toposcheduler_\w+)` \| (?<bounds>[0-9., ]+) \|", RegexOptions.Multiline)]
    private static partial Regex BucketRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();
}
