using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>A gang that cannot be read as a whole is nobody's trouble but its own.</summary>
public sealed class UnreadableGangTests
{
    // Plain pods of two kinds: one tells nothing of the others, and a new leader has not seen those that are bound as they were before.
    [Fact]
    public async Task Start_MembersThatDifferAreNotAllThere_PlacesOtherGangs()
    {
        var scene = new GangScene(nodes: 8);
        foreach (var member in Enumerable.Range(0, 4)) Put(scene, member);
        await scene.SettleAsync();
        scene.BindAll();
        await scene.SettleAsync();
        Assert.Equal("Bound", GangScene.Phase(scene.Placement));
        foreach (var member in new[] { 1, 3 })
        {
            Assert.True(scene.Objects.Delete(GangObjects.Pods, GangObjects.Space, $"mixed-{member}"));
            Put(scene, member);
        }

        scene.Succeed();
        scene.CreateGang("other", 2);
        await scene.SettleAsync();

        Assert.All(new[] { 0, 1 }, m => Assert.NotNull(GangScene.PinOf(scene.Pod($"other-{m}")!)));
        Assert.Contains(scene.Placements, p => GangScene.Message(p).Contains("2 of 4 members are there and they differ", StringComparison.Ordinal));
    }

    // Its plan holds room that nobody else may be given before it can be held again.
    [Fact]
    public async Task Start_JobIsNotAnswered_WaitsAndKeepsThePlan()
    {
        var scene = new GangScene(nodes: 4);
        scene.CreateJob("llama", 4);
        // The plan is saved, and the leader dies before any pod goes.
        scene.Handler.Fault = r => r.Method == HttpMethod.Patch && r.RequestUri!.AbsolutePath.Contains("/pods/", StringComparison.Ordinal) ? FakeFault.CrashBefore : FakeFault.None;
        await Assert.ThrowsAsync<FakeCrashException>(scene.SettleAsync);
        var plan = scene.Placement["status"]!["plan"]!.ToJsonString();

        scene.Handler.Fault = r => r.RequestUri!.AbsolutePath.Contains("/jobs/", StringComparison.Ordinal) ? FakeFault.Refuse : FakeFault.None;
        scene.Succeed();
        scene.CreateGang("other", 1);
        await Assert.ThrowsAsync<ApiUnavailableException>(scene.SettleAsync);
        Assert.True(GangScene.IsGated(scene.Pod("other-0")!));

        scene.Handler.Fault = null;
        scene.Succeed();
        await scene.SettleAsync();
        var llama = scene.Placements.Single(p => ((string)p["metadata"]!["name"]!).StartsWith("job-llama", StringComparison.Ordinal));
        Assert.Equal(plan, llama["status"]!["plan"]!.ToJsonString());
        Assert.All(Enumerable.Range(0, 4), m => Assert.NotNull(GangScene.PinOf(scene.Pod($"llama-{m}-a")!)));
        Assert.True(GangScene.IsGated(scene.Pod("other-0")!));
    }

    private static void Put(GangScene scene, int member)
    {
        var pod = GangObjects.Pod("mixed", member, 4, member < 2 ? 8 : 4);
        pod["metadata"]!["creationTimestamp"] = scene.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        scene.Objects.Put(GangObjects.Pods, pod);
    }
}
