using System.Text.Json.Nodes;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>An API server without sockets, some nodes, and the process that leads at the moment.</summary>
internal sealed class GangScene
{
    private readonly GangOptions _options;

    public GangScene(int nodes, int? rackBudget = null, GangOptions? options = null, int seed = 1, AuditLog? audit = null)
    {
        _options = options ?? new() { PatchesAtOnce = 1, RankMaps = false };
        Objects = new(seed, Time);
        Handler = new(Objects) { Answered = (request, answer) => Calls.Add((request, answer)) };
        for (var n = 0; n < nodes; n++) Objects.Put(GangObjects.Nodes, GangObjects.Node(n, rackBudget));
        Life = new(Objects, Handler, _options, audit: audit);
    }

    public ManualTime Time { get; } = new();

    public FakeObjects Objects { get; }

    public FakeApiHandler Handler { get; }

    public List<(FakeRequest Request, FakeAnswer Answer)> Calls { get; } = [];

    public GangLife Life { get; private set; }

    /// <summary>Writes that reached the server.</summary>
    public IEnumerable<FakeRequest> Writes => Calls.Where(c => c.Request.Method != "GET").Select(c => c.Request);

    /// <summary>The process dies, and another one begins.</summary>
    public void Succeed() => Life = new(Objects, Handler, _options);

    /// <summary>Tells everything and looks, until nothing happens any more.</summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 50; round++)
        {
            Life.Informers.TellAll();
            var before = Objects.Version;
            await Life.StepAsync();
            if (Objects.Version == before && Life.Informers.Behind == 0 && round > 0) return;
        }

        Assert.Fail("it does not come to rest");
    }

    /// <summary>Time passes, in steps in which the controller may act.</summary>
    public async Task WaitAsync(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            Life.Informers.TellAll();
            await Life.StepAsync();
        }

        await SettleAsync();
    }

    /// <summary>Time passes second by second; whenever the process dies another one begins.</summary>
    public async Task LiveAsync(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            try
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                Life.Informers.TellAll();
                await Life.StepAsync();
            }
            catch (FakeCrashException)
            {
                Succeed();
            }
            catch (Exception e) when (e is Kubernetes.Api.ApiException or Kubernetes.Api.ApiUnavailableException)
            {
                // The first look could not read what was planned: it is tried again.
            }
        }
    }

    public JsonObject? Pod(string name) => Objects.Find(GangObjects.Pods, GangObjects.Space, name);

    public IReadOnlyList<JsonObject> Pods => Objects.All(GangObjects.Pods, GangObjects.Space).Objects;

    public IReadOnlyList<JsonObject> Placements => Objects.All(GangObjects.Placements, GangObjects.Space).Objects;

    /// <summary>The one placement there is.</summary>
    public JsonObject Placement => Assert.Single(Placements);

    public static string? Phase(JsonObject placement) => (string?)placement["status"]?["phase"];

    public static string Message(JsonObject placement) => (string?)placement["status"]?["message"] ?? "";

    public static bool IsGated(JsonObject pod) => pod["spec"]!["schedulingGates"] is JsonArray { Count: > 0 };

    /// <summary>The node a pod is pinned to; null when it is not.</summary>
    public static string? PinOf(JsonObject pod) =>
        (string?)pod["spec"]!["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"]?[0]?["matchFields"]?[0]?["values"]?[0];

    /// <summary>Binds every pod whose gate is off to the node it is pinned to.</summary>
    public void BindAll()
    {
        foreach (var pod in Pods.Where(p => !IsGated(p) && p["spec"]!["nodeName"] is null).ToList())
        {
            var bound = (JsonObject)pod.DeepClone();
            bound["spec"]!["nodeName"] = PinOf(pod);
            Objects.Put(GangObjects.Pods, bound);
        }
    }

    public void CreateGang(string name, int size, int gpus = GangObjects.GpusPerNode, params (string, string)[] annotations)
    {
        for (var m = 0; m < size; m++) Create(GangObjects.Pod(name, m, size, gpus, annotations));
    }

    /// <summary>A Job and its pods, as its controller makes them.</summary>
    public string CreateJob(string name, int size, int gpus = GangObjects.GpusPerNode, params (string, string)[] annotations)
    {
        var job = Objects.Put(GangObjects.Jobs, GangObjects.Job(name, size, gpus, annotations));
        for (var i = 0; i < size; i++) CreateJobPod(job, i, "a");
        return (string)job["metadata"]!["uid"]!;
    }

    /// <summary>The pod of one index of a Job; another end for each that stands in for one before it.</summary>
    public void CreateJobPod(JsonObject job, int index, string end)
    {
        var (name, uid) = ((string)job["metadata"]!["name"]!, (string)job["metadata"]!["uid"]!);
        var template = (JsonObject)job["spec"]!["template"]!.DeepClone();
        var metadata = (JsonObject)template["metadata"]!;
        metadata["name"] = FormattableString.Invariant($"{name}-{index}-{end}");
        metadata["namespace"] = GangObjects.Space;
        metadata["labels"] = new JsonObject { ["batch.kubernetes.io/job-name"] = name, ["batch.kubernetes.io/controller-uid"] = uid };
        metadata["annotations"]!["batch.kubernetes.io/job-completion-index"] = FormattableString.Invariant($"{index}");
        metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = name, ["uid"] = uid, ["controller"] = true });
        Create(new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata.DeepClone(), ["spec"] = template["spec"]!.DeepClone() });
    }

    public JsonObject Job(string name) => Objects.Find(GangObjects.Jobs, GangObjects.Space, name)!;

    /// <summary>Changes a node.</summary>
    public void ChangeNode(string name, Action<JsonObject> change)
    {
        var node = (JsonObject)Objects.Find(GangObjects.Nodes, "", name)!.DeepClone();
        change(node);
        Objects.Put(GangObjects.Nodes, node);
    }

    /// <summary>Binds one pod somewhere, as another scheduler does; it fills the node.</summary>
    public void CreateForeign(string name, string node)
    {
        var pod = GangObjects.Pod(name, 0, 1);
        ((JsonObject)pod["metadata"]!["annotations"]!).Clear();
        ((JsonObject)pod["spec"]!).Remove("schedulingGates");
        pod["spec"]!["nodeName"] = node;
        Create(pod);
    }

    public void Create(JsonObject pod)
    {
        pod["metadata"]!["creationTimestamp"] = Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Objects.Put(GangObjects.Pods, pod);
    }
}
