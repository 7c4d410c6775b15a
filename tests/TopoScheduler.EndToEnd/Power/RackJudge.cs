using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Power;

/// <summary>
/// An independent judge of one rack: watches nodes and pods by itself, and after every single event works out what the rack is committed to. It shares no code
/// with the product. All its arithmetic: a node draws its idle watts, and for each GPU that is taken an eighth of what it draws beyond them, rounded up per pod.
/// </summary>
internal sealed class RackJudge : IAsyncDisposable
{
    private const string Prefix = "toposcheduler.io/";
    private const int Gpus = 8;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, (int Idle, int Max)> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Name, string Node, int Gpus)> _pods = new(StringComparer.Ordinal);
    private readonly List<string> _over = [];
    private readonly TaskCompletionSource<string> _firstOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _rack;
    private readonly int _budgetWatts;
    private Task _watching = Task.CompletedTask;
    private int _events;
    private int? _sinceOver;
    private int _watts;
    private int _most;

    private RackJudge(string rack, int budgetWatts) => (_rack, _budgetWatts) = (rack, budgetWatts);

    /// <summary>How many events it has judged.</summary>
    public int Events => Read(() => _events);

    /// <summary>What the rack is committed to now.</summary>
    public int Watts => Read(() => _watts);

    /// <summary>The most it ever was.</summary>
    public int MostWatts => Read(() => _most);

    /// <summary>Done with the first event after which the rack was over its budget: what the event was.</summary>
    public Task<string> FirstOver => _firstOver.Task;

    /// <summary>Events of pods after that one, wherever they are.</summary>
    public int PodEventsSinceOver => Read(() => _sinceOver ?? 0);

    /// <summary>The pods on the rack now, by name.</summary>
    public IReadOnlyList<string> Pods => Read(() => _pods.Values.Where(p => _nodes.ContainsKey(p.Node)).Select(p => p.Name).Order(StringComparer.Ordinal).ToList());

    /// <summary>Reads nodes and pods, then watches both.</summary>
    public static async Task<RackJudge> StartAsync(KubeApi api, string rack, int budgetWatts)
    {
        var judge = new RackJudge(rack, budgetWatts);
        var nodes = await judge.ListAsync(api, KubePath.Nodes);
        var pods = await judge.ListAsync(api, KubePath.AllPods);
        judge._watching = Task.WhenAll(judge.WatchAsync(api, KubePath.Nodes, nodes), judge.WatchAsync(api, KubePath.AllPods, pods));
        return judge;
    }

    /// <summary>Fails when the rack was over its budget after any event, or nobody has looked.</summary>
    public void AssertNeverOver()
    {
        Assert.False(_watching.IsCompleted, $"the judge has ended: {_watching.Exception}");
        var over = Read(() => _over.ToList());
        Assert.True(over.Count == 0, $"{over.Count} times over the budget: {string.Join("; ", over.Take(5))}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException)
        {
            // As it was told.
        }

        _stop.Dispose();
    }

    private async Task<string> ListAsync(KubeApi api, string path)
    {
        var list = await api.GetAsync(path);
        foreach (var item in list["items"]!.AsArray()) Judge("LISTED", item!.AsObject(), path);
        return list["metadata"]!["resourceVersion"]!.GetValue<string>();
    }

    private async Task WatchAsync(KubeApi api, string path, string version)
    {
        while (true)
        {
            // A server ends a watch now and then; the next goes on where it stopped, so no event is missed.
            await foreach (var seen in api.WatchAsync(path, version, _stop.Token))
            {
                Assert.True(seen.Type != "ERROR", $"the watch of {path} was refused: {seen.Object.ToJsonString()}");
                version = seen.Object["metadata"]!["resourceVersion"]!.GetValue<string>();
                if (seen.Type != "BOOKMARK") Judge(seen.Type, seen.Object, path);
            }
        }
    }

    private void Judge(string type, JsonObject seen, string path)
    {
        lock (_lock)
        {
            if (path == KubePath.Nodes) TakeNode(type, seen);
            else TakePod(type, seen);
            _events++;
            if (path != KubePath.Nodes) _sinceOver++;
            _watts = _nodes.Sum(n => WattsOf(n.Key, n.Value.Idle, n.Value.Max));
            _most = Math.Max(_most, _watts);
            if (_watts <= _budgetWatts) return;
            var over = string.Create(CultureInfo.InvariantCulture, $"{_watts} of {_budgetWatts} W after {type} of {seen["metadata"]!["name"]}");
            _over.Add(over);
            _sinceOver ??= 0;
            _firstOver.TrySetResult(over);
        }
    }

    private int WattsOf(string node, int idle, int max) =>
        Math.Min(max, idle + _pods.Values.Where(p => p.Node == node).Sum(p => ((p.Gpus * (max - idle)) + Gpus - 1) / Gpus));

    private void TakeNode(string type, JsonObject node)
    {
        var (name, labels) = (node["metadata"]!["name"]!.GetValue<string>(), node["metadata"]!["labels"]!);
        if (type == "DELETED" || labels[Prefix + "rack"]?.GetValue<string>() != _rack) _nodes.Remove(name);
        else _nodes[name] = (Number(labels[Prefix + "node-idle-watts"]), Number(labels[Prefix + "node-max-watts"]));
    }

    // A pod that is being deleted runs until it is gone; one that has finished draws nothing.
    private void TakePod(string type, JsonObject pod)
    {
        var uid = pod["metadata"]!["uid"]!.GetValue<string>();
        var node = pod["spec"]!["nodeName"]?.GetValue<string>();
        if (type == "DELETED" || node is null || pod["status"]!["phase"]?.GetValue<string>() is "Succeeded" or "Failed") _pods.Remove(uid);
        else _pods[uid] = (pod["metadata"]!["name"]!.GetValue<string>(), node, pod["spec"]!["containers"]!.AsArray().Sum(c => Number(c!["resources"]?["requests"]?["nvidia.com/gpu"])));
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock) return read();
    }

    private static int Number(JsonNode? text) => text is null ? 0 : int.Parse(text.GetValue<string>(), CultureInfo.InvariantCulture);
}
