using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class ReflectorTests
{
    private static readonly FakeApiOptions Paged = new() { WatchList = FakeWatchList.Refused };

    [Theory]
    [InlineData(FakeWatchList.On, 36, 1)]
    [InlineData(FakeWatchList.Refused, 33, 2)]
    [InlineData(FakeWatchList.Ignored, 20, 1)]
    public async Task Run_AnyServer_ListsThenFollows(FakeWatchList watchList, int minor, int watches)
    {
        await using var scene = await WatchScene.StartAsync(new() { WatchList = watchList, Minor = minor }, null, "x", "y");
        await scene.Agree();
        await Eventually.IsTrue(() => scene.Api.Watches.Open == 1, "the watch is open");

        scene.Put("z", "1");
        scene.Put("x", "2");
        scene.Delete("y");
        await scene.Agree();

        Assert.Equal(1, scene.Known.Replaced);
        Assert.Equal(1, scene.Reflector.Relists);
        Assert.Equal(watches, scene.Api.Requests.Count(r => r.Contains("watch=true", StringComparison.Ordinal)));
        Assert.NotNull(scene.Reflector.LastContact);
        Assert.Contains(scene.Api.Requests, r => r.Contains("allowWatchBookmarks=true", StringComparison.Ordinal));
    }

    // Servers from 1.27 on know the wish; one that takes no notice of it all the same is found out by its silence.
    [Fact]
    public async Task Run_WishForStreamedListIgnored_FallsBackForGood()
    {
        await using var scene = await WatchScene.StartAsync(new() { WatchList = FakeWatchList.Ignored, Minor = 36 }, null, "x");
        await scene.Agree();

        Assert.Contains(scene.Notices, n => n.Kind == WatchNoticeKind.NoWatchList);
        Assert.Contains(scene.Api.Requests, r => r.Contains("limit=500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_TokenOfNextPageExpires_ListsAgain()
    {
        var options = new ReflectorOptions { PageSize = 2 };
        var first = true;
        FakeApiServer? api = null;
        var server = Paged with
        {
            First = context =>
            {
                if (first && context.Request.Query.ContainsKey("continue"))
                {
                    first = false;
                    api!.ExpiredTokens = 1;
                }

                return Task.FromResult(false);
            },
        };
        await using var scene = await WatchScene.StartAsync(server, options, "a", "b", "c", "d", "e");
        api = scene.Api;
        await scene.Agree();

        Assert.Equal(1, scene.Known.Replaced);
        Assert.False(first);
        Assert.Equal(5, scene.Api.Requests.Count(r => r.Contains("limit=2", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_StreamEnds_GoesOnFromTheLastEvent(bool abort)
    {
        await using var scene = await WatchScene.StartAsync(Paged, null, "x");
        await scene.Agree();
        await Eventually.IsTrue(() => scene.Api.Watches.Open == 1, "the watch is open");
        scene.Put("x", "2");
        await scene.Agree();
        var version = scene.Api.Objects.Version;

        scene.Api.Watches.Cut(abort);
        scene.Put("y", "1");
        await scene.Agree();

        Assert.Equal(1, scene.Known.Replaced);
        Assert.Contains(scene.Api.Requests, r => r.Contains($"resourceVersion={version}", StringComparison.Ordinal));
        Assert.Equal(1, scene.Reflector.Rewatches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_HistoryIsGone_TellsMissedDeletions(bool inStream)
    {
        await using var scene = await WatchScene.StartAsync(Paged with { ExpiresInStream = inStream }, null, "x", "y");
        await scene.Agree();
        await Eventually.IsTrue(() => scene.Api.Watches.Open == 1, "the watch is open");

        scene.Api.Watches.IsMute = true;
        scene.Delete("y");
        scene.Api.Objects.Compact();
        scene.Api.Watches.IsMute = false;
        scene.Api.Watches.Cut();
        await scene.Agree();

        Assert.Contains(scene.Notices, n => n.Kind == WatchNoticeKind.Expired);
        Assert.Equal(2, scene.Reflector.Relists);
        Assert.Equal(0, scene.Reflector.Errors);
    }

    [Fact]
    public async Task Run_Bookmark_MovesThePlace()
    {
        await using var scene = await WatchScene.StartAsync(Paged, null, "x");
        await scene.Agree();
        await Eventually.IsTrue(() => scene.Api.Watches.Open == 1, "the watch is open");

        // And on our side too, else its answer, late, would be taken for the bookmark.
        scene.Api.Objects.Put(KnownObjects.Configs, KnownObjects.Config("seen", "1"));
        await scene.Agree();

        // Changes of other kinds move the version on; only a bookmark tells us.
        var config = KnownObjects.Config("other", "1");
        scene.Api.Objects.Put("/api/v1/secrets", config);
        var heard = scene.Reflector.LastContact;
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        scene.Api.Watches.Bookmark();
        await Eventually.IsTrue(() => scene.Reflector.LastContact > heard, "the bookmark is heard");
        var version = scene.Api.Objects.Version;
        scene.Api.Objects.Compact();
        scene.Api.Watches.Cut();
        await Eventually.IsTrueWith(
            scene.Time, TimeSpan.FromSeconds(1), () => scene.Api.Requests.Any(r => r.Contains($"resourceVersion={version}", StringComparison.Ordinal)), "it goes on from the bookmark");
    }

    [Fact]
    public async Task Run_StreamFallsSilentWhereBookmarksCame_BeginsAnew()
    {
        await using var scene = await WatchScene.StartAsync(Paged, null, "x");
        await scene.Agree();
        await Eventually.IsTrue(() => scene.Api.Watches.Open == 1, "the watch is open");
        for (var i = 0; i < 3; i++)
        {
            var heard = scene.Reflector.LastContact;
            scene.Time.Advance(TimeSpan.FromSeconds(20));
            scene.Api.Watches.Bookmark();
            await Eventually.IsTrue(() => scene.Reflector.LastContact > heard, "the bookmark is heard");
        }

        scene.Api.Watches.IsMute = true;
        scene.Put("x", "2");
        await Eventually.IsTrueWith(scene.Time, TimeSpan.FromSeconds(10), () => scene.Notices.Any(n => n.Kind == WatchNoticeKind.Silent), "the silence is noticed");
        scene.Api.Watches.IsMute = false;
        scene.Api.Watches.Cut();
        await scene.Agree();

        Assert.Equal(1, scene.Reflector.Relists);
    }

    [Fact]
    public async Task Run_ObjectLosesInterest_IsRemoved()
    {
        await using var scene = await WatchScene.StartAsync(new(), null, "x", "y");
        await scene.Agree();

        scene.Put("x", "none");
        await scene.Agree();

        Assert.DoesNotContain("a/x/", scene.Known.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerFails_PausesLongerAndLonger()
    {
        var requests = 0;
        await using var scene = await WatchScene.StartAsync(new()
        {
            First = async context =>
            {
                if (Interlocked.Increment(ref requests) > 6)
                {
                    return false;
                }

                await FakeApiServer.StatusAsync(context, 500, "InternalError", "etcd is away");
                return true;
            },
        });
        var began = scene.Time.GetUtcNow();
        await scene.Agree();

        Assert.Equal(6, scene.Reflector.Errors);
        Assert.InRange((scene.Time.GetUtcNow() - began).TotalSeconds, 0.8 + 1.6 + 3.2 + 6.4 + 12.8 + 25.6, 140);
        Assert.All(scene.Notices.Where(n => n.Kind == WatchNoticeKind.Failed), n => Assert.Contains("etcd is away", n.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ObjectTooDeep_IsLeftOutAndTold()
    {
        await using var scene = await WatchScene.StartAsync(Paged, null, "x");
        var deep = KnownObjects.Config("deep", "none");
        var inner = new System.Text.Json.Nodes.JsonObject();
        for (var i = 0; i < 80; i++)
        {
            inner = new() { ["in"] = inner };
        }

        await scene.Agree();
        deep["data"] = inner;
        scene.Api.Objects.Put(KnownObjects.Configs, deep);
        scene.Put("y", "1");
        await scene.Agree();

        Assert.Contains(scene.Notices, n => n.Kind == WatchNoticeKind.Unreadable && n.Message.Contains("deeper than 64", StringComparison.Ordinal));
    }
}
