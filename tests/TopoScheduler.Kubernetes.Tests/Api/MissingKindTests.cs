using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>A kind that the server does not have, because the definition of the resource was not applied.</summary>
public sealed class MissingKindTests
{
    private static readonly ReflectorOptions Optional = new() { MissingPause = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(36)]
    [InlineData(20)]
    public async Task Run_KindMayBeMissing_IsKnownToHaveNoObjectsUntilItComes(int minor)
    {
        var objects = new FakeObjects();
        objects.Withhold(KnownObjects.Configs);
        await using var scene = await WatchScene.StartAsync(new() { Objects = objects, Minor = minor }, Optional, "x");
        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(0.1), () => scene.Reflector.HasSynced, "nobody has any");
        Assert.Equal(("", 1), (scene.Known.Text, scene.Known.Replaced));
        Assert.All(scene.Notices, n => Assert.True(n.Kind is WatchNoticeKind.Missing or WatchNoticeKind.NoWatchList, n.ToString()));

        // Said twice, then left alone for half a minute.
        await Eventually.IsTrue(() => scene.Time.Waiting > 0, "it waits");
        var asked = scene.Api.Requests.Count;
        scene.Time.Advance(TimeSpan.FromSeconds(29));
        await Task.Delay(50);
        Assert.Equal(asked, scene.Api.Requests.Count);
        objects.Withhold(KnownObjects.Configs, withheld: false);
        await scene.Agree();

        scene.Put("y", "1");
        await scene.Agree();
        Assert.Equal(2, scene.Known.Replaced);
    }

    [Fact]
    public async Task Run_KindTakenAway_ForgetsItsObjectsOnlyWhenItIsSaidAgain()
    {
        var objects = new FakeObjects();
        await using var scene = await WatchScene.StartAsync(new() { Objects = objects, Minor = 20 }, Optional, "x");
        await scene.Agree();
        await Eventually.IsTrue(() => scene.Api.Watches.Open == 1, "the watch is open");

        // Once, as a server says it that is just starting.
        objects.Withhold(KnownObjects.Configs);
        scene.Api.Watches.Cut();
        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(0.1), () => scene.Notices.Any(n => n.Kind == WatchNoticeKind.Missing), "it is said");
        objects.Withhold(KnownObjects.Configs, withheld: false);
        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(0.1), () => scene.Reflector.Relists == 2, "all are read again");
        Assert.NotEqual("", scene.Known.Text);
        Assert.Equal(2, scene.Known.Replaced);

        objects.Withhold(KnownObjects.Configs);
        scene.Api.Watches.Cut();
        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(0.1), () => scene.Known.Text.Length == 0, "it is said twice");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Run_AnyOtherFailure_IsNotTakenForNone(int code)
    {
        await using var scene = await WatchScene.StartAsync(Failing(code), Optional, "x");

        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(1), () => scene.Reflector.Errors >= 4, "it has failed often");

        Assert.False(scene.Reflector.HasSynced);
        Assert.Equal(0, scene.Known.Replaced);
    }

    [Fact]
    public async Task Run_MissingKindNotExpected_IsAFailureLikeAnyOther()
    {
        await using var scene = await WatchScene.StartAsync(Failing(404), null, "x");

        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(1), () => scene.Reflector.Errors >= 4, "it has failed often");

        Assert.False(scene.Reflector.HasSynced);
    }

    private static FakeApiOptions Failing(int code) => new()
    {
        First = async context =>
        {
            if (context.Request.Path == "/version") return false;
            await FakeApiServer.StatusAsync(context, code, "", "no");
            return true;
        },
    };
}
