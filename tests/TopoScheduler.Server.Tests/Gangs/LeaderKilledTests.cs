using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>The leader dies at each call of placing a gang of 64, before the server has it and after: whoever comes next finishes it on the same nodes.</summary>
public sealed class LeaderKilledTests
{
    private const int Size = 64;

    [Fact]
    public async Task Leader_KilledAtEveryCall_SuccessorFinishesOnTheSameNodes()
    {
        var clean = await RunAsync(int.MaxValue, FakeFault.None);
        Assert.Equal(Size, clean.Nodes.Count);
        Assert.InRange(clean.Calls, Size + 2, Size + 6);
        for (var call = 0; call < clean.Calls; call++)
        {
            foreach (var fault in new[] { FakeFault.CrashBefore, FakeFault.CrashAfter, FakeFault.LoseAnswer })
            {
                var (nodes, _) = await RunAsync(call, fault);
                Assert.True(clean.Nodes.SequenceEqual(nodes), $"{fault} at call {call}: {string.Join(' ', nodes)}");
            }
        }
    }

    // Another gang is there, so that not every node is as good as the next.
    private static async Task<(IReadOnlyList<string?> Nodes, int Calls)> RunAsync(int faultAt, FakeFault fault)
    {
        var scene = new GangScene(nodes: 96);
        scene.CreateGang("other", 7);
        await scene.SettleAsync();
        scene.BindAll();
        scene.CreateGang("llama", Size);
        var calls = 0;
        scene.Handler.Fault = _ => calls++ == faultAt ? fault : FakeFault.None;
        var made = 0;
        try
        {
            await scene.SettleAsync();
            made = calls;
        }
        catch (FakeCrashException)
        {
            scene.Succeed();
        }

        await scene.WaitAsync(TimeSpan.FromSeconds(5));
        var pods = scene.Pods.Where(p => ((string)p["metadata"]!["name"]!).StartsWith("llama", StringComparison.Ordinal)).ToList();
        Assert.All(pods, p => Assert.False(GangScene.IsGated(p)));
        Assert.Equal(2, scene.Placements.Count);
        return ([.. pods.Select(GangScene.PinOf)], made);
    }
}
