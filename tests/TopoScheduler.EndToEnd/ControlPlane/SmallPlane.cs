namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>
/// One control plane for the tests of a collection that do not disturb each other: four nodes under two leaves, kube-controller-manager and a
/// plain kube-scheduler of the default name. Each test works in namespaces of its own.
/// </summary>
public sealed class SmallPlane : IAsyncLifetime
{
    private KubeControlPlane? _plane;

    /// <summary>The control plane; where its programs are missing the test that asks fails.</summary>
    internal KubeControlPlane Plane
    {
        get
        {
            Assert.True(_plane is not null, ControlPlaneBinaries.Missing);
            return _plane!;
        }
    }

    /// <summary>The names of its nodes.</summary>
    internal static IReadOnlyList<string> NodeNames { get; } = [.. Nodes.Select(n => n.Name)];

    private static IEnumerable<NodeObject> Nodes => Enumerable.Range(1, 4).Select(i => new NodeObject($"node-{i}")
    {
        Leaf = i <= 2 ? "leaf-1" : "leaf-2",
        Spine = "spine-1",
        Rack = $"rack-{i}",
        RackBudgetWatts = 24000,
    });

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        // Without the programs the tests are skipped, or fail one by one.
        if (ControlPlaneBinaries.Missing is not null) return;
        _plane = await KubeControlPlane.StartAsync(new() { ControllerManager = true });
        await _plane.Api.CreateManyAsync(KubePath.Nodes, Nodes.Select(n => n.ToJson()));
        await _plane.StartSchedulerAsync(new(SchedulerOptions.DefaultName));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_plane is not null) await _plane.DisposeAsync();
    }
}
