using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Leases;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class LeaseElectorTests
{
    private const string Leases = "/apis/coordination.k8s.io/v1/leases";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Run_TwoCandidates_OneLeadsAndTheOtherFollows()
    {
        await using var api = await FakeApiServer.StartAsync();
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        await using var a = new Candidate(client, "a");
        await Until(() => a.Elector.IsLeader, "a leads");
        await using var b = new Candidate(client, "b");
        await Until(() => b.Elector.Holder == "a", "b sees a");
        var began = _time.GetUtcNow();
        await Until(() => _time.GetUtcNow() - began > TimeSpan.FromSeconds(60), "a minute passes");
        Assert.True(a.Elector.IsLeader);
        Assert.Equal((1, 0), (a.Terms, b.Terms));

        await a.StopAsync();
        await Until(() => b.Elector.IsLeader, "b leads");
        Assert.Equal(1, b.Terms);
        Assert.Equal(1, (int)Lease(api)["spec"]!["leaseTransitions"]!);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", (string)Lease(api)["spec"]!["renewTime"]!);
    }

    // Others' clocks say nothing: a record far in the future or past lapses only when it stands still by our clock.
    [Theory]
    [InlineData("1999-01-01T00:00:00.000000Z")]
    [InlineData("2222-01-01T00:00:00.000000Z")]
    public async Task Run_HolderDies_TakesOverAfterItsDurationByOurClock(string renewTime)
    {
        await using var api = await FakeApiServer.StartAsync();
        var spec = new JsonObject { ["holderIdentity"] = "dead", ["leaseDurationSeconds"] = 15, ["renewTime"] = renewTime, ["acquireTime"] = renewTime, ["leaseTransitions"] = 4, ["strategy"] = "kept" };
        api.Objects.Put(Leases, new() { ["metadata"] = new JsonObject { ["name"] = "l", ["namespace"] = "ns", ["labels"] = new JsonObject { ["kept"] = "yes" } }, ["spec"] = spec });
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        var began = _time.GetUtcNow();
        await using var a = new Candidate(client, "a");
        await Until(() => a.Elector.Holder == "dead", "a sees the holder");
        _time.SetWallClock(TimeSpan.FromDays(400));
        await Until(() => a.Elector.IsLeader, "a leads");

        Assert.InRange((_time.GetUtcNow() - TimeSpan.FromDays(400) - began).TotalSeconds, 15, 60);
        var lease = Lease(api);
        Assert.Equal(("a", 5), ((string)lease["spec"]!["holderIdentity"]!, (int)lease["spec"]!["leaseTransitions"]!));
        Assert.Equal(("kept", "yes"), ((string?)lease["spec"]!["strategy"], (string?)lease["metadata"]!["labels"]!["kept"]));
    }

    [Fact]
    public async Task Run_ServerAway_WorkStopsAtTheRenewDeadline()
    {
        var away = false;
        await using var api = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                if (away)
                {
                    await FakeApiServer.StatusAsync(context, 503, "ServiceUnavailable", "away");
                }

                return away;
            },
        });
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        await using var a = new Candidate(client, "a");
        await Until(() => a.Elector.IsLeader && a.Works, "a leads");

        away = true;
        var began = _time.GetUtcNow();
        await Until(() => !a.Works, "the work stops");
        Assert.False(a.Elector.IsLeader);
        Assert.InRange((_time.GetUtcNow() - began).TotalSeconds, 5, 14.9);

        away = false;
        await Until(() => a.Elector.IsLeader && a.Works, "a leads again");
        Assert.Equal(2, a.Terms);
        Assert.NotEmpty(a.Failures);
    }

    [Fact]
    public async Task Run_SomebodyElseWrites_LosesAtOnce()
    {
        await using var api = await FakeApiServer.StartAsync();
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        await using var a = new Candidate(client, "a");
        await Until(() => a.Elector.IsLeader && a.Works, "a leads");

        var lease = Lease(api);
        lease["spec"]!["holderIdentity"] = "thief";
        api.Objects.Put(Leases, lease);
        await Until(() => !a.Works, "the work stops");

        Assert.False(a.Elector.IsLeader);
        Assert.Equal("thief", a.Elector.Holder);
        Assert.Equal("thief", (string?)Lease(api)["spec"]!["holderIdentity"]);
    }

    [Fact]
    public async Task Run_Stopped_ReleasesAfterTheWork()
    {
        await using var api = await FakeApiServer.StartAsync();
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        await using var a = new Candidate(client, "a");
        await Until(() => a.Elector.IsLeader && a.Works, "a leads");
        await a.StopAsync();

        Assert.False(a.Works);
        Assert.Equal(("", 1), ((string?)Lease(api)["spec"]!["holderIdentity"], (int)Lease(api)["spec"]!["leaseDurationSeconds"]!));
    }

    [Fact]
    public void Options_TimesThatDoNotGoTogether_AreRefused()
    {
        var options = new LeaseOptions { Namespace = "ns", Name = "l", Identity = "a" };
        using var client = new ApiClient(new() { Server = new("http://127.0.0.1:1") }, "test");

        Assert.Throws<ArgumentException>(() => new LeaseElector(client, options with { RenewDeadline = TimeSpan.FromSeconds(15) }));
        Assert.Throws<ArgumentException>(() => new LeaseElector(client, options with { RetryPeriod = TimeSpan.FromSeconds(9) }));
        Assert.Throws<ArgumentException>(() => new LeaseElector(client, options with { Identity = "" }));
    }

    private static JsonObject Lease(FakeApiServer api) => api.Objects.Find(Leases, "ns", "l")!;

    private Task Until(Func<bool> condition, string what) => Eventually.IsTrueWith(_time, TimeSpan.FromSeconds(0.1), condition, what);

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private int _terms;
        private volatile bool _works;

        public Candidate(ApiClient client, string identity)
        {
            Elector = new(client, new() { Namespace = "ns", Name = "l", Identity = identity, Random = new(3), Failed = Failures.Enqueue });
            _running = Elector.RunAsync(WorkAsync, _stop.Token);
        }

        public LeaseElector Elector { get; }

        public System.Collections.Concurrent.ConcurrentQueue<string> Failures { get; } = new();

        public int Terms => Volatile.Read(ref _terms);

        public bool Works => _works;

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(TimeSpan.FromSeconds(30));
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

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
    }
}
