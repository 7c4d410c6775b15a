namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>That the faults of these tests are what they are called: a restart keeps objects, a compaction forgets versions.</summary>
[Trait("Category", "EndToEnd")]
[Collection(SmallPlaneGroup.Name)]
public sealed class ControlPlaneFaultTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [ControlPlaneFact]
    public async Task Restart_ApiServer_KeepsObjectsAndCutsWatches()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        var created = await plane.Api.CreateAsync(KubePath.Nodes, new NodeObject("node-1").ToJson());
        using var patience = new CancellationTokenSource(Limit);
        var first = new TaskCompletionSource<WatchEvent>();
        var watching = WatchToTheEndAsync();
        await first.Task.WaitAsync(Limit);

        await plane.RestartApiServerAsync();

        await watching;
        Assert.Equal(created["metadata"]!["uid"]!.GetValue<string>(), (await plane.Api.GetAsync(KubePath.Node("node-1")))["metadata"]!["uid"]!.GetValue<string>());
        await plane.Api.SetNodeReadyAsync("node-1", ready: false);
        await plane.RestartApiServerAsync(politely: true);
        await plane.Api.WaitForAsync(KubePath.Nodes, "the node is not Ready", Limit, nodes => nodes.Single()["status"]!["conditions"]![0]!["status"]!.GetValue<string>() == "False");

        async Task WatchToTheEndAsync()
        {
            try
            {
                await foreach (var change in plane.Api.WatchAsync(KubePath.Nodes, "0", patience.Token)) first.TrySetResult(change);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                // Cut off.
            }
        }
    }

    [ControlPlaneFact]
    public async Task Compaction_WatchAtOldVersion_Answers410()
    {
        await using var plane = await KubeControlPlane.StartAsync(new() { WatchCache = false });
        var old = await plane.Api.VersionAsync(KubePath.Nodes);
        await plane.Api.CreateAsync(KubePath.Nodes, new NodeObject("node-1").ToJson());
        Assert.Equal("ADDED", (await FirstAsync(plane, old)).Type);

        await plane.CompactEtcdAsync();

        Assert.Equal(410, (await FirstAsync(plane, old)).Code);
    }

    [ControlPlaneFact]
    public async Task CompactionAndRestart_WatchCache_Answers410()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        var old = await plane.Api.VersionAsync(KubePath.Nodes);
        await plane.Api.CreateAsync(KubePath.Nodes, new NodeObject("node-1").ToJson());
        await plane.CompactEtcdAsync();
        Assert.Equal("ADDED", (await FirstAsync(plane, old)).Type);

        await plane.RestartApiServerAsync();

        Assert.Equal(410, (await FirstAsync(plane, old)).Code);
    }

    private static async Task<WatchEvent> FirstAsync(KubeControlPlane plane, string version)
    {
        using var patience = new CancellationTokenSource(Limit);
        await foreach (var change in plane.Api.WatchAsync(KubePath.Nodes, version, patience.Token)) return change;
        throw new InvalidOperationException("the watch ended without an event");
    }
}
