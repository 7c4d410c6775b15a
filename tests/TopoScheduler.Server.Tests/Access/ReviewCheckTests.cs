using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.Permissions;

namespace TopoScheduler.Server.Tests.Access;

public sealed class ReviewCheckTests
{
    private static readonly RouteAccess Push = RouteAccess.Bearer("create", "powerreadings");
    private static readonly RouteAccess Read = RouteAccess.Bearer("get", "powerreadings");

    [Fact]
    public async Task Judge_KnownAndAllowed_AsksOnceForEachAndRemembers()
    {
        await using var scene = await Scene.StartAsync();

        for (var i = 0; i < 3; i++) Assert.Equal(new CallerVerdict(CallerStanding.Allowed, "system:serviceaccount:ml:exporter"), await scene.JudgeAsync(ReviewDouble.Right, Push));

        Assert.Equal(["TokenReview", "SubjectAccessReview"], scene.Reviews.Asked.Select(a => a.Kind));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
            {"user":"system:serviceaccount:ml:exporter","uid":"u1","groups":["system:serviceaccounts","system:authenticated"],
            "extra":{"authentication.kubernetes.io/pod-name":["p"]},"resourceAttributes":{"group":"toposcheduler.io","resource":"powerreadings","verb":"create"}}
            """),
            scene.Reviews.Asked.Last().Spec));
    }

    [Fact]
    public async Task Judge_AnotherWish_AsksForTheRightAlone()
    {
        await using var scene = await Scene.StartAsync();
        await scene.JudgeAsync(ReviewDouble.Right, Push);

        Assert.Equal(CallerStanding.Forbidden, (await scene.JudgeAsync(ReviewDouble.Right, Read)).Standing);
        Assert.Equal((1, 2), (scene.Reviews.Count("TokenReview"), scene.Reviews.Count("SubjectAccessReview")));
    }

    [Fact]
    public async Task Judge_Stranger_IsUnknownAndRememberedForDenySeconds()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal(new CallerVerdict(CallerStanding.Unknown), await scene.JudgeAsync("guess", Push));
        scene.Time.Advance(TimeSpan.FromSeconds(9));
        await scene.JudgeAsync("guess", Push);
        Assert.Equal(1, scene.Reviews.Count("TokenReview"));

        scene.Time.Advance(TimeSpan.FromSeconds(2));
        await scene.JudgeAsync("guess", Push);
        Assert.Equal((2, 0), (scene.Reviews.Count("TokenReview"), scene.Reviews.Count("SubjectAccessReview")));
    }

    [Fact]
    public async Task Judge_RevokedToken_EndsAfterAllowSeconds()
    {
        await using var scene = await Scene.StartAsync();
        await scene.JudgeAsync(ReviewDouble.Right, Push);
        scene.Reviews.Revoked = true;

        scene.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(CallerStanding.Allowed, (await scene.JudgeAsync(ReviewDouble.Right, Push)).Standing);
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(CallerStanding.Unknown, (await scene.JudgeAsync(ReviewDouble.Right, Push)).Standing);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Judge_ReviewsFail_NobodyIsLetInAndNothingIsRemembered(int status)
    {
        await using var scene = await Scene.StartAsync();
        scene.Reviews.Fails = status;
        var verdict = await scene.JudgeAsync(ReviewDouble.Right, Push);
        Assert.Equal(CallerStanding.Unavailable, verdict.Standing);
        Assert.DoesNotContain(ReviewDouble.Right, verdict.Trouble, StringComparison.Ordinal);

        scene.Reviews.Fails = 0;
        Assert.Equal(CallerStanding.Allowed, (await scene.JudgeAsync(ReviewDouble.Right, Push)).Standing);
    }

    [Fact]
    public async Task Judge_NoApiServer_IsUnavailable()
    {
        using var client = new ApiClient(new ApiConnection { Server = new("http://127.0.0.1:1") }, "test");
        using var check = new ReviewCheck(client, new(), TimeProvider.System);
        Assert.Equal(CallerStanding.Unavailable, (await check.JudgeAsync(ReviewDouble.Right, Push, CancellationToken.None)).Standing);
    }

    [Theory]
    [InlineData("toposched", "toposched", true)]
    [InlineData("toposched", "other", false)]
    [InlineData("toposched", "", false)]
    [InlineData("a,toposched", "toposched", true)]
    [InlineData("", "", true)]
    public async Task Judge_Audiences_OneMustComeBack(string wanted, string answered, bool known)
    {
        await using var scene = await Scene.StartAsync(new() { Audiences = wanted });
        scene.Reviews.Audiences = answered.Length == 0 ? [] : [answered];
        Assert.Equal(known, (await scene.JudgeAsync(ReviewDouble.Right, Push)).Standing == CallerStanding.Allowed);
    }

    [Fact]
    public async Task Judge_AllThatItAsks_IsWhatThePageOfPermissionsLists()
    {
        await using var scene = await Scene.StartAsync();
        await scene.JudgeAsync(ReviewDouble.Right, Push);

        var page = PermissionPage.Load(RepositoryFiles.Root);
        Assert.Equal(
            page.For("controller", tokens: true).Except(page.For("controller")).Select(p => p.ToString()).Order(StringComparer.Ordinal),
            scene.Requests.Select(r => Permission.Of(r.Split(' ')[0], r.Split(' ')[1], watches: false)!.ToString()).Order(StringComparer.Ordinal));
    }

    // Guesses fill a memory of their own: whoever is known is not asked about again because of them.
    [Fact]
    public async Task Judge_ManyGuesses_DoNotPushOutTheKnown()
    {
        await using var scene = await Scene.StartAsync();
        await scene.JudgeAsync(ReviewDouble.Right, Push);
        for (var i = 0; i < 1_100; i++) await scene.JudgeAsync($"guess-{i}", Push);
        var asked = scene.Reviews.Asked.Count;

        await scene.JudgeAsync(ReviewDouble.Right, Push);
        Assert.Equal(asked, scene.Reviews.Asked.Count);
    }

    [Fact]
    public async Task Judge_ManyAtOnce_AskFewTimes()
    {
        await using var scene = await Scene.StartAsync();
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scene.JudgeAsync(ReviewDouble.Right, Push)));

        Assert.All(verdicts, v => Assert.Equal(CallerStanding.Allowed, v.Standing));
        Assert.InRange(scene.Reviews.Count("TokenReview"), 1, 4);
    }

    [Fact]
    public void Cache_MoreThanItHolds_ForgetsTheOldest()
    {
        var cache = new ExpiringCache<int>(3, TimeProvider.System);
        for (var i = 0; i < 10; i++) cache.Put($"{i}", i, TimeSpan.FromHours(1));
        Assert.Equal((3, false, true), (cache.Count, cache.TryGet("6", out _), cache.TryGet("7", out _)));

        for (var i = 0; i < 10; i++) cache.Put("same", i, TimeSpan.FromHours(1));
        Assert.True(cache.TryGet("same", out var last));
        Assert.Equal((9, true), (last, cache.Count <= 3));
        cache.Put("never", 1, TimeSpan.Zero);
        Assert.False(cache.TryGet("never", out _));
    }

    private sealed class Scene : IAsyncDisposable
    {
        private readonly FakeApiServer _api;
        private readonly ApiClient _client;
        private readonly ReviewCheck _check;

        private Scene(FakeApiServer api, ReviewDouble reviews, AccessOptions options)
        {
            (_api, Reviews) = (api, reviews);
            _client = new(new ApiConnection { Server = api.Address }, "test");
            _check = new(_client, options, Time);
        }

        public ReviewDouble Reviews { get; }

        public ManualTime Time { get; } = new();

        public IEnumerable<string> Requests => _api.Requests;

        public static async Task<Scene> StartAsync(AccessOptions? options = null)
        {
            var reviews = new ReviewDouble();
            return new(await FakeApiServer.StartAsync(new() { First = reviews.AnswerAsync }), reviews, options ?? new());
        }

        public Task<CallerVerdict> JudgeAsync(string token, RouteAccess access) => _check.JudgeAsync(token, access, CancellationToken.None).AsTask();

        public async ValueTask DisposeAsync()
        {
            _check.Dispose();
            _client.Dispose();
            await _api.DisposeAsync();
        }
    }
}
