using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Leases;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>A lease that others write: who holds it, and for how long that can be believed.</summary>
public sealed class LeaseFollowerTests : IDisposable
{
    private const string Leases = "/apis/coordination.k8s.io/v1/leases";

    private readonly ManualTime _time = new();
    private readonly FakeObjects _objects;
    private readonly FakeApiHandler _handler;
    private readonly ApiClient _client;
    private readonly LeaseFollower _follower;
    private int _renewals;

    public LeaseFollowerTests()
    {
        _objects = new(1, _time);
        _handler = new(_objects);
        _client = _handler.Client();
        _follower = new(_client, "kube-system", "kube-scheduler", "node-1");
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    [Theory]
    [InlineData("node-1_6c9a", true)]
    [InlineData("node-1", true)]
    [InlineData("node-1_", true)]
    [InlineData("node-10_6c9a", false)]
    [InlineData("node-1-b_6c9a", false)]
    [InlineData("NODE-1_6c9a", false)]
    [InlineData("node-2_6c9a", false)]
    [InlineData("", false)]
    public async Task IsHeld_Holder_IsOursUpToTheUnderscore(string holder, bool expected)
    {
        Renew(holder);

        Assert.Equal(expected, await IsHeldAsync());
        Assert.Equal(holder, _follower.Holder);
    }

    [Fact]
    public async Task IsHeld_NoLease_IsNobodys()
    {
        Assert.False(await IsHeldAsync());
        Assert.Equal("", _follower.Holder);
        Renew("node-1_a");
        Assert.True(await IsHeldAsync());
        Assert.True(_objects.Delete(Leases, "kube-system", "kube-scheduler"));
        Assert.False(await IsHeldAsync());
    }

    [Fact]
    public async Task IsHeld_HandedOver_FollowsAtOnce()
    {
        foreach (var (holder, ours) in new[] { ("node-1_a", true), ("node-2_b", false), ("node-1_c", true), ("", false) })
        {
            Renew(holder);
            Assert.Equal(ours, await IsHeldAsync());
        }
    }

    // By our own clock, whatever the record says of the time: a renewal is a change, and nothing else is.
    [Theory]
    [InlineData(15)]
    [InlineData(3)]
    public async Task IsHeld_NotRenewedForItsDuration_HasLapsed(int seconds)
    {
        Renew("node-1_a", seconds);
        Assert.True(await IsHeldAsync());
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.True(await IsHeldAsync());
            Renew("node-1_a", seconds);
            Assert.True(await IsHeldAsync());
        }

        _time.SetWallClock(TimeSpan.FromDays(400));
        Assert.True(await IsHeldAsync());
        _time.Advance(TimeSpan.FromSeconds(seconds - 0.01));
        Assert.True(await IsHeldAsync());
        _time.Advance(TimeSpan.FromSeconds(0.01));
        Assert.False(await IsHeldAsync());
        Assert.Equal("node-1_a", _follower.Holder);

        Renew("node-1_a", seconds);
        Assert.True(await IsHeldAsync());
    }

    [Theory]
    [InlineData(FakeFault.Refuse)]
    [InlineData(FakeFault.LoseAnswer)]
    public async Task IsHeld_NoAnswer_BelievesTheLastOneUntilItWouldHaveLapsed(FakeFault fault)
    {
        Renew("node-1_a");
        Assert.True(await IsHeldAsync());

        _handler.Fault = _ => fault;
        Renew("node-2_b");
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.True(await IsHeldAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsHeldAsync());

        _handler.Fault = null;
        Assert.False(await IsHeldAsync());
        Assert.Equal("node-2_b", _follower.Holder);
    }

    [Fact]
    public async Task IsHeld_NeverAnAnswer_IsNot()
    {
        Renew("node-1_a");
        _handler.Fault = _ => FakeFault.Refuse;

        Assert.False(await IsHeldAsync());
    }

    [Fact]
    public async Task IsHeld_RecordThatIsNone_IsNoNews()
    {
        Renew("node-1_a");
        Assert.True(await IsHeldAsync());
        var lease = _objects.Find(Leases, "kube-system", "kube-scheduler")!.DeepClone();
        lease["spec"]!["leaseDurationSeconds"] = "soon";
        _objects.Put(Leases, (JsonObject)lease);

        Assert.True(await IsHeldAsync());
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(await IsHeldAsync());
    }

    [Fact]
    public async Task IsHeld_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _follower.IsHeldAsync(stop.Token));
    }

    private Task<bool> IsHeldAsync() => _follower.IsHeldAsync(default);

    // The times of a record are another machine's.
    private void Renew(string holder, int seconds = 15)
    {
        var time = $"1999-01-01T00:00:00.{_renewals++:D6}Z";
        _objects.Put(Leases, new()
        {
            ["metadata"] = new JsonObject { ["name"] = "kube-scheduler", ["namespace"] = "kube-system" },
            ["spec"] = new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = seconds, ["acquireTime"] = "1999-01-01T00:00:00.000000Z", ["renewTime"] = time },
        });
    }
}
