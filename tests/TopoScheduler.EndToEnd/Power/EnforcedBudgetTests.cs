using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Gangs;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.Power;

/// <summary>
/// A rack of 40 kW that everybody wants at once: single pods and gangs of ours, a second kube-scheduler that knows nothing of us, and pods created with a node.
/// Limits hold for every scheduler (<c>webhook.enforce: bindings</c>), so the rack fills up and is not over its budget after any event.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class EnforcedBudgetTests(ITestOutputHelper output)
{
    private const int Rounds = 5;
    private const int LeastUsedWatts = RackNode.TightBudgetWatts * 9 / 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [ControlPlaneFact]
    public Task Rack_FilledThroughTheExtenderAndByOthers_IsNeverOverItsBudget() => FillAsync(Door.Extender);

    [GatesFact]
    public Task Rack_FilledThroughGatesAndByOthers_IsNeverOverItsBudget() => FillAsync(Door.Gates);

    private async Task FillAsync(Door door)
    {
        await using var scene = await PowerScene.StartAsync(door, enforce: true);

        // 18 of the 26 GPUs there are watts for: everybody gets his share of the rack.
        await scene.CreateAsync(Mixed([.. scene.Gang("gang-first", 2, 4), .. Enumerable.Range(0, 4).Select(i => scene.Single($"single-first-{i}", 1)), .. Enumerable.Range(0, 3).Select(i => PowerScene.Foreign($"first-{i}", 2))]));
        await scene.EventuallyAsync("the first pods are bound", Limit, () => Task.FromResult(scene.Judge.Pods.Count == 9));

        // Then four times what is left, at once; toposched dies in the middle of it.
        var flood = scene.CreateAsync(Mixed(Flood(scene)));
        await Task.Delay(300);
        await scene.Served.KillAsync();
        await scene.Served.StartAgainAsync();
        await flood;
        for (var round = 0; round < Rounds; round++) await ChurnAsync(scene, round);

        await scene.EventuallyAsync("the rack is well used", Limit, () => Task.FromResult(scene.Judge.Watts >= LeastUsedWatts));
        await scene.EventuallyAsync("what may go anywhere is bound", Limit, async () =>
            (await scene.NodesOfAsync("anywhere")).Values.All(n => n is not null));
        await AssertRefusedAsync(scene);
        scene.Judge.AssertNeverOver();
        var denials = scene.Served.Log.Count(line => line.Contains("would draw", StringComparison.Ordinal));
        output.WriteLine($"{scene.Judge.Events} events, at most {scene.Judge.MostWatts} of {RackNode.TightBudgetWatts} W, {denials} pods refused since toposched came back");
        Assert.True(scene.Judge.Events > 100, $"the judge saw {scene.Judge.Events} events");
        Assert.DoesNotContain(scene.Served.Log, line => line.Contains("by a defect", StringComparison.Ordinal));
    }

    private static List<JsonObject> Flood(PowerScene scene) =>
    [
        .. Enumerable.Range(0, 12).Select(i => scene.Single($"single-{i}", 1 + (i % 2))),
        .. Enumerable.Range(0, 4).SelectMany(g => scene.Gang($"gang-{g}", 2 + (g % 2), 2)),
        .. scene.Gang("gang-large", 2, 8),
        // Its last member asks for more than the others, by which the gang may be planned before it is there.
        .. scene.Gang("gang-uneven", 3, 1).Take(2),
        scene.Gang("gang-uneven", 3, 4).Last(),
        .. Enumerable.Range(0, 12).Select(i => PowerScene.Foreign($"{i}", 1 + (i % 4))),
        .. Enumerable.Range(0, 6).Select(i => PowerScene.Static($"static-{i}", 1 + (i % 3), RackNode.TightNames[i])),
        .. scene.Gang("anywhere-gang", 2, 8, anywhere: true),
        .. Enumerable.Range(0, 4).Select(i => scene.Single($"anywhere-{i}", 2, anywhere: true)),
    ];

    // Some pods go, half of them slowly: their watts are free when they are gone and not before. Who waits is woken, and others come.
    private static async Task ChurnAsync(PowerScene scene, int round)
    {
        var leaving = Mixed(scene.Judge.Pods.Where(p => !p.StartsWith("gang", StringComparison.Ordinal))).Take(4).ToList();
        await Task.WhenAll(leaving.Select((pod, i) => scene.DeleteAsync(pod, graceSeconds: i % 2 == 0 ? 0 : 30)));
        await Task.WhenAll(
            scene.WakeAsync(),
            scene.CreateAsync(
            [
                scene.Single($"single-again-{round}", 2),
                PowerScene.Foreign($"again-{round}", 3),
                PowerScene.Static($"static-again-{round}", 2, RackNode.TightNames[round % RackNode.TightNames.Count]),
            ]));
        await Task.Delay(300);
        await Task.WhenAll(leaving.Where((_, i) => i % 2 != 0).Select(pod => scene.DeleteAsync(pod)));
        await Task.WhenAll(scene.WakeAsync(), Task.Delay(300));
    }

    // The rack is full. kube-scheduler tells the author of a pod why it could not be bound.
    private static async Task AssertRefusedAsync(PowerScene scene)
    {
        string[] late = [.. Enumerable.Range(0, 3).Select(i => $"late-{i}")];
        await scene.CreateAsync(late.Select(name => PowerScene.Foreign(name, 4)));
        foreach (var pod in late.Select(name => $"{PowerScene.Theirs}-{name}"))
        {
            await scene.EventuallyAsync($"an event says why {pod} waits", Limit, async () => (await scene.NotesAsync(pod)).Any(note =>
                note.Contains($"pod/{PowerScene.Space}/{pod} cannot go to node", StringComparison.Ordinal)
                && note.Contains($"rack/{RackNode.Tight} would draw", StringComparison.Ordinal)
                && note.Contains($"W of {RackNode.TightBudgetWatts} W", StringComparison.Ordinal)));
        }

        Assert.All(late, name => Assert.DoesNotContain($"{PowerScene.Theirs}-{name}", scene.Judge.Pods));
    }

    // Always in the same order, but in none that favours anybody.
    private static List<T> Mixed<T>(IEnumerable<T> items)
    {
        var mixed = items.ToArray();
        new Random(7).Shuffle(mixed);
        return [.. mixed];
    }
}
