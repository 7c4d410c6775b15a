using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Gangs;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Power;

/// <summary>
/// The same rack with nobody to stop the second scheduler, which pushes it over its budget. From then on nothing of ours is added there, whether it stands alone
/// or in a gang, until the rack has room again.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class OvershootTests
{
    private const int Looks = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    [ControlPlaneFact]
    public Task Rack_PushedOverByOthers_ExtenderAddsNothing() => PushAsync(Door.Extender);

    [GatesFact]
    public Task Rack_PushedOverByOthers_GatesAddNothing() => PushAsync(Door.Gates);

    private static async Task PushAsync(Door door)
    {
        await using var scene = await PowerScene.StartAsync(door, enforce: false);
        await scene.CreateAsync([.. scene.Gang("gang-before", 2, 8), scene.Single("single-before", 2)]);
        await scene.EventuallyAsync("our first pods are bound", Limit, () => Task.FromResult(scene.Judge.Pods.Count == 3));
        Assert.True(scene.Judge.Watts <= RackNode.TightBudgetWatts, $"{scene.Judge.Watts} W");
        string[] ours = [.. scene.Judge.Pods];

        // 30 GPUs are left and watts for 8 of them. The third pod of the second scheduler is over, and after it nothing happens to any pod.
        await BindTheirsAsync(scene, 0, 2);
        Assert.False(scene.Judge.FirstOver.IsCompleted);
        await BindTheirsAsync(scene, 2, 1);
        await scene.Judge.FirstOver.WaitAsync(Limit);

        await AssertToldAsync(scene);
        await BindTheirsAsync(scene, 3, 3);
        await NothingIsAddedAsync(scene, ours);
        await RoomComesBackAsync(scene);
    }

    // After the event that caused it and without another one: in the log and at the first node of the rack, for which there is no resource.
    private static async Task AssertToldAsync(PowerScene scene)
    {
        const string Sentence = "rack/rack-tight carries 43,425 W, 3,425 W over its budget of 40,000 W; move first: pod/ml/theirs-2 (priority 0, frees 3,950 W).";
        await Eventually.HoldsAsync("the overshoot is told", TimeSpan.FromSeconds(5), async () => (await scene.Api.ListAsync(KubePath.Events("kube-system"))).Any(e =>
            e["reason"]?.GetValue<string>() == "PowerOverBudget"
            && e["regarding"]?["name"]?.GetValue<string>() == RackNode.TightNames[0]
            && e["note"]!.GetValue<string>().Equals(Sentence, StringComparison.Ordinal)));
        Assert.Equal(0, scene.Judge.PodEventsSinceOver);
        Assert.Contains(scene.Served.Log, line => line.Contains(Sentence, StringComparison.Ordinal));
    }

    private static async Task BindTheirsAsync(PowerScene scene, int first, int count)
    {
        await scene.CreateAsync(Enumerable.Range(first, count).Select(i => PowerScene.Foreign($"{i}", 4)));
        await scene.EventuallyAsync("the pods of the second scheduler are bound", Limit, () =>
            Task.FromResult(scene.Judge.Pods.Count(p => p.StartsWith(PowerScene.Theirs, StringComparison.Ordinal)) == first + count));
    }

    // Pods of ours wait for the rack, of every kind, and are tried again and again; one that may go elsewhere does.
    private static async Task NothingIsAddedAsync(PowerScene scene, string[] ours)
    {
        await Eventually.HoldsAsync("toposched has seen the overshoot", TimeSpan.FromSeconds(5), async () =>
            (await scene.Served.FilterAsync(new PodObject("probe") { Gpus = 1 }.ToJson(), RackNode.TightNames)).Length == 0);
        await scene.CreateAsync([scene.Single("single-after", 1), .. scene.Gang("gang-after", 2, 1), scene.Single("anywhere", 1, anywhere: true)]);
        await scene.EventuallyAsync("what may go elsewhere is bound", Limit, async () => (await scene.NodesOfAsync("anywhere")).Values.Single() is not null);

        // One of theirs goes, and the rack is still over.
        await scene.DeleteAsync($"{PowerScene.Theirs}-0");
        for (var look = 0; look < Looks; look++)
        {
            await scene.WakeAsync();
            await Task.Delay(Pause);
            Assert.Equal(ours, scene.Judge.Pods.Where(p => !p.StartsWith(PowerScene.Theirs, StringComparison.Ordinal)));
        }

        Assert.True(scene.Judge.Watts > RackNode.TightBudgetWatts, $"{scene.Judge.Watts} W");
    }

    // That nothing else kept them: with room they are bound.
    private static async Task RoomComesBackAsync(PowerScene scene)
    {
        for (var i = 1; i < 5; i++) await scene.DeleteAsync($"{PowerScene.Theirs}-{i}");
        await scene.EventuallyAsync("what waited is bound", Limit, async () =>
            (await scene.NodesOfAsync("single-after")).Concat(await scene.NodesOfAsync("gang-after")).All(p => p.Value is not null));
        Assert.True(scene.Judge.Watts <= RackNode.TightBudgetWatts, $"{scene.Judge.Watts} W");
    }
}
