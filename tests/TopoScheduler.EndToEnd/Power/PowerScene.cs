using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Gangs;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Power;

/// <summary>How our pods reach their nodes.</summary>
internal enum Door
{
    /// <summary>A kube-scheduler that asks our extender.</summary>
    Extender,

    /// <summary>Our gate: toposched plans them and any kube-scheduler binds them.</summary>
    Gates,
}

/// <summary>
/// The two racks of <see cref="RackNode"/>, toposched with its webhook, the kube-scheduler of our pods and a second one that knows nothing of us, and the
/// judge of the tight rack. Pods are told by the beginning of their names.
/// </summary>
internal sealed class PowerScene : IAsyncDisposable
{
    /// <summary>The namespace of the pods.</summary>
    public const string Space = "ml";

    /// <summary>Begins the names of the second scheduler's pods.</summary>
    public const string Theirs = "theirs";

    private const string OurScheduler = "topo";
    private const string TheirScheduler = "plain";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> OnTightRack = new() { ["toposcheduler.io/rack"] = RackNode.Tight };

    private readonly Door _door;
    private readonly WebhookFiles _webhook;
    private int _wakes;

    private PowerScene(Door door, KubeControlPlane plane, WebhookFiles webhook, ServedExtender served, RackJudge judge) =>
        (_door, Plane, _webhook, Served, Judge) = (door, plane, webhook, served, judge);

    /// <summary>The control plane.</summary>
    public KubeControlPlane Plane { get; }

    /// <summary>Its API.</summary>
    public KubeApi Api => Plane.Api;

    /// <summary>toposched.</summary>
    public ServedExtender Served { get; }

    /// <summary>The judge of the tight rack.</summary>
    public RackJudge Judge { get; }

    /// <summary>Starts everything.</summary>
    /// <param name="door">How our pods reach their nodes.</param>
    /// <param name="enforce">Whether limits hold for the second scheduler too.</param>
    public static async Task<PowerScene> StartAsync(Door door, bool enforce)
    {
        var plane = await KubeControlPlane.StartAsync();
        await GangResource.InstallAsync(plane);
        await plane.Api.CreateManyAsync(KubePath.Nodes, RackNode.All.Select(n => n.ToNode().ToJson()));
        await plane.Api.CreateNamespaceAsync(Space);
        var webhook = new WebhookFiles(plane.Folder);
        var served = await ServedExtender.StartAsync(plane, [.. webhook.Settings(enforce), .. Settings(door)]);
        await Task.WhenAll(
            plane.StartSchedulerAsync(new(OurScheduler) { Extenders = door == Door.Extender ? [served.Entry] : [], PodMaxBackoffSeconds = 2 }),
            plane.StartSchedulerAsync(new(TheirScheduler) { PodMaxBackoffSeconds = 2 }),
            enforce ? webhook.ApplyValidatingAsync(plane.Api, RackNode.All[0].Name) : Task.CompletedTask);
        return new(door, plane, webhook, served, await RackJudge.StartAsync(plane.Api, RackNode.Tight, RackNode.TightBudgetWatts));
    }

    /// <summary>A pod of ours that stands alone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="gpus">GPUs it asks for.</param>
    /// <param name="anywhere">It may go to either rack; else it wants the tight one.</param>
    public JsonObject Single(string name, int gpus, bool anywhere = false) => Ours(name, gpus, anywhere).ToJson();

    /// <summary>A gang of ours.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Members.</param>
    /// <param name="gpus">GPUs each of them asks for.</param>
    /// <param name="anywhere">It may go to either rack; else it wants the tight one.</param>
    public IEnumerable<JsonObject> Gang(string name, int size, int gpus, bool anywhere = false) => PodObject.Gang(name, size, Ours("", gpus, anywhere));

    /// <summary>A pod that the second scheduler is to bind in the tight rack.</summary>
    public static JsonObject Foreign(string name, int gpus) =>
        new PodObject($"{Theirs}-{name}") { Gpus = gpus, SchedulerName = TheirScheduler, NodeSelector = OnTightRack }.ToJson();

    /// <summary>A pod that is created on a node, without any scheduler.</summary>
    public static JsonObject Static(string name, int gpus, string node) => new PodObject(name) { Gpus = gpus, NodeName = node }.ToJson();

    /// <summary>
    /// Creates pods, many at once. While toposched does not answer no pod is created: as a controller would, this tries again, but for pods that name a node.
    /// Those may be refused.
    /// </summary>
    public Task CreateAsync(IEnumerable<JsonObject> pods) => Parallel.ForEachAsync(pods, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pod, _) =>
    {
        var mayBeRefused = pod["spec"]!["nodeName"] is not null;
        await Eventually.HoldsAsync($"{pod["metadata"]!["name"]} is created", Limit, async () =>
        {
            try
            {
                await Api.CreateAsync(KubePath.Pods(Space), pod);
                return true;
            }
            catch (KubeApiException e) when (e.Code == HttpStatusCode.InternalServerError || (mayBeRefused && e.Code == HttpStatusCode.Forbidden))
            {
                return mayBeRefused;
            }
        });
    });

    /// <summary>Deletes a pod. With a grace period it stays, terminating, until it is deleted without one: no kubelet ends it here.</summary>
    public Task DeleteAsync(string pod, int graceSeconds = 0) =>
        Api.SendAsync(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"{KubePath.Pod(Space, pod)}?gracePeriodSeconds={graceSeconds}"));

    /// <summary>Waits for something, and wakes waiting pods now and then as the life of a cluster would.</summary>
    public async Task EventuallyAsync(string what, TimeSpan limit, Func<Task<bool>> holds)
    {
        var turn = 0;
        await Eventually.HoldsAsync(what, limit, async () =>
        {
            if (turn++ % 10 == 0) await WakeAsync();
            return await holds();
        });
    }

    /// <summary>A label that changes on a node has kube-scheduler try the pods that wait.</summary>
    public Task WakeAsync() => Api.PatchAsync(
        KubePath.Node(RackNode.All[^1].Name), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["test/turn"] = $"t{Interlocked.Increment(ref _wakes)}" } } });

    /// <summary>The pods whose names begin so, by name; null where they have no node.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> NodesOfAsync(string beginning) => (await Api.ListAsync(KubePath.Pods(Space)))
        .Where(p => p["metadata"]!["name"]!.GetValue<string>().StartsWith(beginning, StringComparison.Ordinal))
        .ToDictionary(p => p["metadata"]!["name"]!.GetValue<string>(), p => p["spec"]!["nodeName"]?.GetValue<string>());

    /// <summary>What the events about a pod say.</summary>
    public async Task<IReadOnlyList<string>> NotesAsync(string pod) => [.. (await Api.ListAsync(KubePath.Events(Space)))
        .Where(e => e["regarding"]?["name"]?.GetValue<string>() == pod)
        .Select(e => e["note"]?.GetValue<string>() ?? "")];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Judge.DisposeAsync();
        await Served.DisposeAsync();
        await Plane.DisposeAsync();
        _webhook.Dispose();
    }

    private static string[] Settings(Door door) => door == Door.Gates
        ? ["TOPOSCHEDULER__GANGS__CONTROLLER=true", "TOPOSCHEDULER__ELECTION__MODE=none"]
        : ["TOPOSCHEDULER__WEBHOOK__GATE=false", "TOPOSCHEDULER__EXTENDER__HOLDSECONDS=10", "TOPOSCHEDULER__EXTENDER__ONLYFAILEDNODES=true"];

    private PodObject Ours(string name, int gpus, bool anywhere) => new(name)
    {
        Gpus = gpus,
        SchedulerName = OurScheduler,
        NodeSelector = anywhere ? new Dictionary<string, string>() : OnTightRack,
        Gates = _door == Door.Gates ? ["toposcheduler.io/gang"] : [],
    };
}
