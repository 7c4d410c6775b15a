using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>Work is done only while this replica leads, and is over before it is said to lead no more.</summary>
public sealed class LeadershipTests : IDisposable
{
    private const string Leases = "/apis/coordination.k8s.io/v1/leases";

    private readonly ManualTime _time = new();
    private readonly FakeObjects _objects;
    private readonly FakeApiHandler _handler;
    private readonly ApiClient _client;
    private readonly CancellationTokenSource _stop = new();
    private int _renewals;
    private int _terms;
    private volatile bool _works;

    public LeadershipTests()
    {
        _objects = new(1, _time);
        _handler = new(_objects);
        _client = _handler.Client();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _client.Dispose();
        _handler.Dispose();
    }

    [Fact]
    public async Task Run_ModeNone_WorksAtOnceWithoutAsking()
    {
        var leadership = Of("none");
        var running = leadership.RunAsync(WorkAsync, _stop.Token);

        Assert.True(_works && leadership.Leads);
        await StopAsync(running);
        Assert.Null(_objects.Find(Leases, "kube-system", "kube-scheduler"));
    }

    [Fact]
    public async Task Run_ModeScheduler_WorksWhileOurSchedulerHoldsItsLease()
    {
        var leadership = Of("scheduler");
        Renew("host-b_1");
        var running = leadership.RunAsync(WorkAsync, _stop.Token);
        for (var i = 0; i < 20; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_works || leadership.Leads);

        Renew("host-a_1");
        await Until(() => _works, "it leads");
        Assert.True(leadership.Leads);

        Renew("host-b_1");
        await Until(() => !_works, "it has stopped");
        Assert.False(leadership.Leads);

        Renew("host-a_2");
        await Until(() => _works, "it leads again");
        Assert.Equal(2, _terms);
        await StopAsync(running);
        Assert.False(leadership.Leads);
    }

    [Fact]
    public async Task Run_ModeScheduler_SchedulerThatRenewsNoMore_IsFollowedNoMore()
    {
        var leadership = Of("scheduler");
        Renew("host-a_1");
        var running = leadership.RunAsync(WorkAsync, _stop.Token);
        await Until(() => _works, "it leads");

        await Until(() => !_works, "its lease has lapsed");
        var terms = _terms;
        for (var i = 0; i < 20; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 1, false), (terms, _terms, leadership.Leads));

        Renew("host-a_1");
        await Until(() => _works, "it leads again");
        await StopAsync(running);
    }

    [Fact]
    public async Task Run_ModeScheduler_WorkFails_FailsWithIt()
    {
        Renew("host-a_1");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Of("scheduler").RunAsync(_ => Task.FromException(new InvalidOperationException("broken")), _stop.Token));
    }

    // What the work still writes when it is told to stop must be written before the client is disposed of.
    [Theory]
    [InlineData("lease")]
    [InlineData("scheduler")]
    public async Task Run_Stopped_EndsAfterTheWork(string mode)
    {
        Renew("host-a_1");
        var (last, over) = (new TaskCompletionSource(), false);
        var running = Of(mode, mode == "lease" ? "own" : "kube-scheduler").RunAsync(LastWordAsync, _stop.Token);
        await Until(() => _works, "it leads");

        await _stop.CancelAsync();
        await Task.Delay(50);
        Assert.False(running.IsCompleted);
        last.SetResult();
        await EndAsync(running);
        Assert.True(over);

        async Task LastWordAsync(CancellationToken cancellation)
        {
            try
            {
                await WorkAsync(cancellation);
            }
            finally
            {
                await last.Task;
                over = true;
            }
        }
    }

    [Fact]
    public async Task Run_ModeLease_TakesReleasesAndNamesItself()
    {
        var leadership = Of("lease", "own");
        var running = leadership.RunAsync(WorkAsync, _stop.Token);
        await Until(() => _works, "it leads");

        Assert.True(leadership.Leads);
        Assert.StartsWith("host-a_", Holder(), StringComparison.Ordinal);
        await StopAsync(running);
        Assert.Equal("", Holder());
        Assert.False(leadership.Leads);

        string Holder() => (string)_objects.Find(Leases, "kube-system", "own")!["spec"]!["holderIdentity"]!;
    }

    private Leadership Of(string mode, string name = "kube-scheduler") =>
        new(_client, new ElectionOptions { Name = name, Identity = "host-a" }, mode, _time, NullLogger<Leadership>.Instance);

    private async Task WorkAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _terms);
        _works = true;
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        finally
        {
            _works = false;
        }
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await EndAsync(running);
        Assert.False(_works);
    }

    private static async Task EndAsync(Task running)
    {
        try
        {
            await running.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (OperationCanceledException)
        {
            // As it is to end.
        }
    }

    private async Task Until(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"not within 30 s: {what}");
            _time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(2);
        }
    }

    private void Renew(string holder) => _objects.Put(Leases, new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kube-scheduler", ["namespace"] = "kube-system" },
        ["spec"] = new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = 15, ["renewTime"] = $"1999-01-01T00:00:00.{_renewals++:D6}Z" },
    });
}
