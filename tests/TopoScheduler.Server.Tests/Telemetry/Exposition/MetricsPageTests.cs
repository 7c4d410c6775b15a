using System.Diagnostics;
using System.Text;
using TopoScheduler.Core.Placement;
using TopoScheduler.Server.Telemetry;
using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Telemetry.Exposition;

public sealed class MetricsPageTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly SchedulerMetrics _metrics;
    private readonly List<string> _trouble = [];
    private readonly MetricsPage _page;

    public MetricsPageTests()
    {
        _metrics = new(_time);
        _page = new(_metrics.Meter, _time, _trouble.Add);
    }

    public void Dispose()
    {
        _page.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Read_Recorded_CountsByLabelsAndBuckets()
    {
        _metrics.Outcome("filter", "placed");
        _metrics.Outcome("filter", "placed");
        _metrics.Outcome("queue", "no_fit", FitConstraint.PodCount);
        _metrics.Gap(0);
        _metrics.Gap(0.05);
        _metrics.Gap(0.3);
        _metrics.Gap(100);

        var page = ExpositionReader.Read(_page.Read().Span);

        Assert.Equal(2, page.Samples.Single(s => s.Key == "toposcheduler_plans_total filter placed none").Value);
        Assert.Equal(1, page.Samples.Single(s => s.Key == "toposcheduler_plans_total queue no_fit pod_count").Value);
        double Bucket(string le) => page.Samples.Single(s => s.Key == $"toposcheduler_gang_communication_gap_ratio_bucket {le}").Value;
        Assert.Equal([1, 2, 2, 2, 3, 3, 4], [Bucket("0"), Bucket("0.05"), Bucket("0.1"), Bucket("0.2"), Bucket("0.5"), Bucket("5"), Bucket("+Inf")]);
        Assert.Equal(100.35, page.Samples.Single(s => s.Key == "toposcheduler_gang_communication_gap_ratio_sum").Value, 9);
        Assert.Equal("histogram", page.Types["toposcheduler_gang_communication_gap_ratio"]);
        Assert.Equal(MetricCatalogue.PlanOutcomes.Description, page.Help["toposcheduler_plans_total"]);
    }

    // Names of power domains come from labels and objects of strangers.
    [Fact]
    public void Read_LabelsOfAnyText_ComeBackAsTheyWere()
    {
        var dice = new Random(7);
        const string Nasty = "\\\"\n\r\t{},= a\u00e9\u4e2d\0\u2028#";
        string[] names =
        [
            "", "\\", "\\n", "\"", "\n", "a\\\"", "\ud83d\ude00", "# HELP x y",
            .. Enumerable.Range(0, 500).Select(n => $"{n}" + string.Concat(Enumerable.Range(0, dice.Next(12)).Select(_ => Nasty[dice.Next(Nasty.Length)]))),
        ];
        MetricCatalogue.CommittedWatts.Observe(_metrics.Meter, () => names.Select(n => MetricCatalogue.CommittedWatts.Of(1L, "rack", n)));

        var read = ExpositionReader.Read(_page.Read().Span).Samples.Where(s => s.Name == "toposcheduler_power_committed_watts").Select(s => s.Labels["name"]);
        Assert.Equal(names, read);
    }

    [Fact]
    public void Read_HalfACharacter_IsStillUtf8()
    {
        MetricCatalogue.CommittedWatts.Observe<long>(_metrics.Meter, () => [MetricCatalogue.CommittedWatts.Of(1L, "rack", "a\ud800b")]);
        Assert.Equal("a\ufffdb", ExpositionReader.Read(_page.Read().Span).Samples.Single(s => s.Name == "toposcheduler_power_committed_watts").Labels["name"]);
    }

    [Fact]
    public void Read_NumbersOfAllKinds_AreWrittenAsPrometheusReadsThem()
    {
        double[] values = [0, -0.0, 1.5, -3e300, 5e-324, 123456789.125, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        MetricCatalogue.CommittedWatts.Observe(_metrics.Meter, () => values.Select((v, i) => MetricCatalogue.CommittedWatts.Of(v, "rack", $"{i}")));
        Assert.Equal(values, ExpositionReader.Read(_page.Read().Span).Samples.Where(s => s.Name == "toposcheduler_power_committed_watts").Select(s => s.Value));
    }

    [Fact]
    public void Read_AskedOften_IsMadeOnceASecond()
    {
        var asked = 0;
        MetricCatalogue.Nodes.Observe<int>(_metrics.Meter, () => [MetricCatalogue.Nodes.Of(++asked)]);
        for (var i = 0; i < 10; i++) _page.Read();
        Assert.Equal(1, asked);
        _time.Advance(MetricsPage.Fresh);
        Assert.Contains("toposcheduler_nodes 2\n", Encoding.UTF8.GetString(_page.Read().Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AGaugeThatFails_LeavesTheOthers()
    {
        MetricCatalogue.Leader.Observe<int>(_metrics.Meter, () => throw new InvalidOperationException("no leader today"));
        MetricCatalogue.Nodes.Observe<int>(_metrics.Meter, () => [MetricCatalogue.Nodes.Of(3)]);
        var page = ExpositionReader.Read(_page.Read().Span);
        Assert.Contains(page.Samples, s => s is { Name: "toposcheduler_nodes", Value: 3 });
        Assert.Equal(["no leader today"], _trouble);
    }

    [Fact]
    public void Read_MoreWordsThanALabelHas_CountsTheRestTogether()
    {
        for (var i = 0; i < RecordedMetric.MostSeries + 100; i++) _metrics.Bound($"word-{i}");
        var binds = ExpositionReader.Read(_page.Read().Span).Samples.Where(s => s.Name == "toposcheduler_binds_total").ToList();
        Assert.Equal(RecordedMetric.MostSeries + 1, binds.Count);
        Assert.Equal(100, binds.Single(s => s.Labels["outcome"] == RecordedMetric.Other).Value);
    }

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        const int Each = 20_000;
        Parallel.For(0, 4, t =>
        {
            for (var i = 0; i < Each; i++)
            {
                _metrics.Gap(0.25);
                _metrics.Bound(t % 2 == 0 ? "bound" : "refused");
            }
        });
        var page = ExpositionReader.Read(_page.Read().Span);
        Assert.Equal(4 * Each, page.Samples.Single(s => s.Key == "toposcheduler_gang_communication_gap_ratio_count").Value);
        Assert.Equal(Each, page.Samples.Single(s => s.Key == "toposcheduler_gang_communication_gap_ratio_sum").Value);
        Assert.Equal(2 * Each, page.Samples.Single(s => s.Key == "toposcheduler_binds_total bound").Value);
    }

    // A verb allocates 264 bytes; what it records adds none.
    [Fact]
    public void Record_SeriesThatAreThere_AllocatesNothing()
    {
        void Record()
        {
            _metrics.Answered("filter", VerbOutcome.Answered, Stopwatch.GetTimestamp());
            _metrics.Filtered("fits");
            _metrics.Planned("filter", Stopwatch.GetTimestamp());
            _metrics.Outcome("filter", "placed", FitConstraint.Power);
        }

        for (var i = 0; i < 1_000; i++) Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Record();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512);
    }
}
