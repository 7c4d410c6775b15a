using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>A control plane with gates: the cluster's own kube-scheduler, kube-controller-manager, a labelled fleet, and replicas of the controller of gangs.</summary>
internal sealed class GateScene : IAsyncDisposable
{
    /// <summary>The namespace of the jobs.</summary>
    public const string Space = "ml";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private GateScene(KubeControlPlane plane, IReadOnlyList<FleetNode> fleet, LimitsWatcher watcher) => (Plane, Fleet, Watcher) = (plane, fleet, watcher);

    public KubeControlPlane Plane { get; }

    public KubeApi Api => Plane.Api;

    public IReadOnlyList<FleetNode> Fleet { get; }

    public LimitsWatcher Watcher { get; }

    /// <summary>The replicas, in the order they were started.</summary>
    public List<ServedExtender> Replicas { get; } = [];

    /// <summary>Starts one.</summary>
    /// <param name="fleet">Its nodes.</param>
    /// <param name="scheduler">Whether its kube-scheduler runs.</param>
    /// <param name="older">Whether the resource is installed as it was first defined.</param>
    public static async Task<GateScene> StartAsync(IReadOnlyList<FleetNode> fleet, bool scheduler = true, bool older = false)
    {
        var plane = await KubeControlPlane.StartAsync(new() { ControllerManager = true });
        await (older ? OlderDefinition.InstallAsync(plane) : GangResource.InstallAsync(plane));
        await plane.Api.CreateManyAsync(KubePath.Nodes, fleet.Select(n => n.ToNode().ToJson()));
        await plane.Api.CreateNamespaceAsync(Space);
        if (scheduler) await plane.StartSchedulerAsync(new(SchedulerOptions.DefaultName));
        return new(plane, fleet, await LimitsWatcher.StartAsync(plane.Api, fleet));
    }

    /// <summary>Starts another replica.</summary>
    public async Task<ServedExtender> StartReplicaAsync(params string[] environment)
    {
        var replica = await ServedExtender.StartAsync(Plane, ["TOPOSCHEDULER__GANGS__CONTROLLER=true", "TOPOSCHEDULER__ELECTION__LEASESECONDS=3", .. environment]);
        Replicas.Add(replica);
        return replica;
    }

    /// <summary>A Job whose pods take a node each and carry the gate.</summary>
    public static JobObject Job(string name, int size, params (string Key, string Value)[] hints) => new(name, size, new PodObject("pod")
    {
        Gpus = FleetNode.Gpus,
        Gates = ["toposcheduler.io/gang"],
        Annotations = hints.ToDictionary(h => h.Key, h => h.Value),
    })
    {
        Indexed = true,
    };

    public Task CreateAsync(JobObject job)
    {
        // A pod that is evicted counts as failed.
        var json = job.ToJson();
        json["spec"]!["backoffLimit"] = 100;
        return Api.CreateAsync(KubePath.Jobs(Space), json);
    }

    /// <summary>The pods of a job that are not being deleted.</summary>
    public async Task<IReadOnlyList<JsonObject>> PodsAsync(string job) =>
        [.. (await Api.ListAsync($"{KubePath.Pods(Space)}?labelSelector=job-name%3D{job}")).Where(p => p["metadata"]!["deletionTimestamp"] is null)];

    /// <summary>Waits until so many pods of a job are bound; their nodes by index.</summary>
    public async Task<SortedDictionary<int, string>> WaitForBoundAsync(string job, int count)
    {
        var nodes = new SortedDictionary<int, string>();
        try
        {
            await Eventually.HoldsAsync($"{count} pods of {job} are bound", Limit, async () =>
            {
                nodes = new((await PodsAsync(job)).Where(p => p["spec"]!["nodeName"] is not null).ToDictionary(IndexOf, p => p["spec"]!["nodeName"]!.GetValue<string>()));
                return nodes.Count == count;
            });
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.Message}; {string.Join('\n', (await Api.ListAsync(KubePath.GangPlacements(Space))).Select(p => p["status"]?["message"]))}; {Replicas[^1].Tail}");
        }

        return nodes;
    }

    /// <summary>The placement of a job, once it says so.</summary>
    public async Task<JsonObject> WaitForPhaseAsync(string job, string phase)
    {
        JsonObject? placement = null;
        await Eventually.HoldsAsync($"the placement of {job} says {phase}", Limit, async () =>
        {
            placement = (await Api.ListAsync(KubePath.GangPlacements(Space))).FirstOrDefault(p => p["spec"]!["gang"]!["name"]!.GetValue<string>() == job);
            return placement is not null && GangResource.PhaseOf(placement) == phase;
        });
        return placement!;
    }

    public static int IndexOf(JsonObject pod) =>
        int.Parse(pod["metadata"]!["annotations"]!["batch.kubernetes.io/job-completion-index"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);

    public static bool IsGated(JsonObject pod) => pod["spec"]!["schedulingGates"] is JsonArray { Count: > 0 };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        foreach (var replica in Replicas) await replica.DisposeAsync();
        await Plane.DisposeAsync();
    }
}
