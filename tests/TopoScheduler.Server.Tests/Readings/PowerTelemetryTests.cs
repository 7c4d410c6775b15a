using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Readings;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Readings;

/// <summary>Rounds of questions on a clock that is moved: what is handed on, when it is taken back, what is told.</summary>
public sealed class PowerTelemetryTests : IAsyncLifetime, IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Meter _meter = new("TopoScheduler");
    private readonly ConcurrentQueue<ImmutableArray<PowerReading>> _handed = new();
    private readonly ConcurrentQueue<string> _log = new();
    private FakePrometheus _fake = null!;
    private PowerTelemetry _telemetry = null!;
    private Func<ImmutableArray<PowerReading>, ImmutableArray<RefusedReading>> _believe = _ => [];
    private bool _isKnown = true;

    public async Task InitializeAsync()
    {
        _fake = await FakePrometheus.StartAsync();
        var options = new TelemetryOptions { Prometheus = _fake.Url, GpuQuery = "", NodeQuery = "", PduQuery = "pdus", PduTimeQuery = "times", IntervalSeconds = 15 };
        _telemetry = new(options, new(() => _isKnown, _ => 0, Hand), _meter, _time, LoggerFactory.Create(b => b.AddProvider(new Lines(_log))));
    }

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose()
    {
        _telemetry.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task AskOnce_Rounds_HandOnOnlyWhatChanged()
    {
        await ScrapeAsync("26000");
        Assert.Equal([26000], Watts());
        await RoundAsync();
        Assert.Single(_handed);
        await ScrapeAsync("27000");
        Assert.Equal(2, _handed.Count);
        Assert.Equal([27000], Watts());
    }

    // The exporter is gone, Prometheus goes on answering with its last sample.
    [Fact]
    public async Task AskOnce_SampleThatGetsOld_IsTakenBackWithinStaleSeconds()
    {
        await ScrapeAsync("26000");
        for (var round = 0; round < 3; round++) await RoundAsync();
        Assert.Equal([26000], Watts());
        _time.Advance(TimeSpan.FromSeconds(1));
        _telemetry.HandOn();
        Assert.Equal(2, _handed.Count);
        Assert.Empty(Watts());
        await RoundAsync();
        Assert.Equal(2, _handed.Count);
    }

    [Fact]
    public async Task AskOnce_PrometheusGone_IsToldOnceAndReadingsRunOut()
    {
        await ScrapeAsync("26000");
        _fake.Answer = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        for (var round = 0; round < 5; round++) await RoundAsync();
        Assert.Equal(2, _handed.Count);
        Assert.Empty(Watts());
        Assert.Equal(["Warning: telemetry.pduQuery: answered with 503."], _log);
    }

    [Fact]
    public async Task AskOnce_TroubleEnds_IsToldToo()
    {
        Scrape("26000");
        var answer = _fake.Answer;
        _fake.Answer = (context, _) => context.Response.WriteAsync("<html>");
        await RoundAsync();
        _fake.Answer = answer;
        await RoundAsync();
        Assert.Equal(["Warning: telemetry.pduQuery: the answer is malformed: expected JSON.", "Information: telemetry.pduQuery is answered as it should be again"], _log);
        Assert.Equal([26000], Watts());
    }

    [Fact]
    public async Task AskOnce_ReadingNotBelieved_IsToldOnceUntilItIsBelievedAgain()
    {
        _believe = fresh => [.. fresh.Where(r => r.Watts < 0).Select(r => new RefusedReading(r, Problem.Warning($"pdu/{r.Name}", $"has a reading of {r.Watts} W.")))];
        await ScrapeAsync("-5");
        await ScrapeAsync("-6");
        Assert.Equal(["Warning: pdu/p1 has a reading of -5 W."], _log);
        await ScrapeAsync("6");
        await ScrapeAsync("-7");
        Assert.Equal(["Warning: pdu/p1 has a reading of -5 W.", "Warning: pdu/p1 has a reading of -7 W."], _log);
    }

    [Fact]
    public async Task AskOnce_ManyReadingsNotBelieved_AFewAreTold()
    {
        _believe = _ => [.. Enumerable.Range(0, 1000).Select(i => new RefusedReading(default, Problem.Warning($"node/other-{i}", "has a reading of 1 W: no node has this name.")))];
        await ScrapeAsync("1");
        await ScrapeAsync("2");
        Assert.Equal(21, _log.Count);
        Assert.Contains("Warning: 980 more readings are not believed", _log);
    }

    [Fact]
    public async Task HandOn_ClusterNotKnownYet_Waits()
    {
        _isKnown = false;
        await ScrapeAsync("26000");
        Assert.Empty(_handed);
        _isKnown = true;
        _telemetry.HandOn();
        Assert.Equal([26000], Watts());
    }

    [Fact]
    public async Task HandOn_StateThatFails_IsHandedTheSameAgain()
    {
        _believe = _ => throw new InvalidOperationException("a defect");
        await ScrapeAsync("26000");
        _telemetry.HandOn();
        _believe = _ => [];
        _telemetry.HandOn();
        _telemetry.HandOn();
        Assert.Equal(3, _handed.Count);
        Assert.Equal(_handed.First().AsEnumerable(), _handed.Last().AsEnumerable());
        Assert.Single(_log, l => l.Contains("a defect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Time_AsksEachIntervalAndTakesBackInBetween()
    {
        Scrape("26000");
        using var stop = new CancellationTokenSource();
        var running = _telemetry.RunAsync(stop.Token);
        await EventuallyAsync(() => _handed.Count == 1);
        _fake.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        for (var second = 0; second < 46; second++) _time.Advance(TimeSpan.FromSeconds(1));
        await EventuallyAsync(() => _handed.Count == 2);
        Assert.Empty(Watts());
        await EventuallyAsync(() => _fake.Asked.Count > 2);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    // Prometheus takes a new sample, and is asked.
    private Task ScrapeAsync(string watts)
    {
        if (!_fake.Asked.IsEmpty) _time.Advance(TimeSpan.FromSeconds(15));
        Scrape(watts);
        return _telemetry.AskOnceAsync(default);
    }

    private void Scrape(string watts)
    {
        var seconds = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        _fake.Now = seconds;
        _fake.Rows["times"] = [("pdu", "p1", seconds.ToString(CultureInfo.InvariantCulture))];
        _fake.Rows["pdus"] = [("pdu", "p1", watts)];
    }

    private double[] Watts() => [.. _handed.Last().Select(r => r.Watts)];

    private Task RoundAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(15));
        return _telemetry.AskOnceAsync(default);
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var attempt = 0; !holds(); attempt++)
        {
            Assert.True(attempt < 3000, "not within 30 s");
            await Task.Delay(10);
        }
    }

    private ImmutableArray<RefusedReading> Hand(ImmutableArray<PowerReading> fresh)
    {
        _handed.Enqueue(fresh);
        return _believe(fresh);
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
