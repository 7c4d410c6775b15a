using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>Somebody sets the clock of the machine the extender runs on, hours forth and back, while a gang is planned.</summary>
[Trait("Category", "EndToEnd")]
public sealed class ClockTests
{
    [ClockFact]
    public async Task Clock_JumpsWhilePlanned_HoldsNeitherLapseNorStay()
    {
        Assert.True(FakeClock.Missing is null, FakeClock.Missing);
        var clock = new FakeClock();
        await using var scene = await FaultScene.StartAsync(null, clock.Environment);
        var gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync("gang", 4, "leaf");
        await gate.WaitForAsync(4);

        clock.Set(TimeSpan.FromHours(3));
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(12, (await scene.FreeNodesAsync()).Length);
        clock.Set(TimeSpan.FromHours(-3));
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(12, (await scene.FreeNodesAsync()).Length);
        gate.Open();
        scene.AssertHeld(await scene.WaitForBoundAsync("gang", 4));

        // A clock set back must not keep holds for hours either: this gang goes while it is planned.
        gate = scene.Proxy.Hold("bind");
        await scene.CreateGangAsync("left", 4);
        await gate.WaitForAsync(4);
        foreach (var i in Enumerable.Range(0, 4)) await scene.Api.DeleteAsync(KubePath.Pod(FaultScene.Space, $"left-{i}"));
        gate.Open();
        await scene.AssertNothingLeftAsync();
    }
}
