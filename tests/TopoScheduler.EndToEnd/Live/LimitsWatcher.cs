using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// An independent eye: watches pods by itself, keeps books of its own, and after every single event asks whether a node or rack is over its limits. It
/// shares no code with the product and knows nothing of plans. The nodes are those of <see cref="FleetNode"/>.
/// </summary>
internal sealed class LimitsWatcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, FleetNode> _nodes;
    private readonly ConcurrentDictionary<string, int> _rackBudgets;
    private readonly Dictionary<string, (string Node, int Gpus)> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly Task _watching;
    private long _events;

    private LimitsWatcher(KubeApi api, IEnumerable<FleetNode> nodes, IReadOnlyList<JsonObject> pods, string version)
    {
        _nodes = nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        _rackBudgets = new(_nodes.Values.DistinctBy(n => n.Rack).ToDictionary(n => n.Rack, n => n.RackBudgetWatts));
        foreach (var pod in pods) Take(pod);
        _watching = WatchAsync(api, version);
    }

    /// <summary>How many events it has judged.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>What was over its limits, and when.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Starts to watch.</summary>
    public static async Task<LimitsWatcher> StartAsync(KubeApi api, IEnumerable<FleetNode> nodes)
    {
        var list = await api.GetAsync(KubePath.AllPods);
        return new(api, nodes, [.. list["items"]!.AsArray().Select(i => i!.AsObject())], list["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    /// <summary>From now on a rack may draw so much.</summary>
    public void SetBudget(string rack, int watts) => _rackBudgets[rack] = watts;

    /// <summary>Fails when anything was ever over its limits.</summary>
    public void AssertHeld()
    {
        Assert.False(_watching.IsCompleted, $"the watcher has ended: {_watching.Exception}");
        Assert.True(_violations.IsEmpty, $"{_violations.Count} times over a limit: {string.Join("; ", _violations.Take(5))}");
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
        }

        _stop.Dispose();
    }

    private async Task WatchAsync(KubeApi api, string version)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var seen in api.WatchAsync(KubePath.AllPods, version, _stop.Token))
                {
                    if (seen.Type == "ERROR")
                    {
                        version = await ListAsync(api);
                        break;
                    }

                    version = seen.Object["metadata"]?["resourceVersion"]?.GetValue<string>() ?? version;
                    if (seen.Type == "BOOKMARK") continue;
                    if (seen.Type == "DELETED") _pods.Remove(UidOf(seen.Object));
                    else Take(seen.Object);
                    Interlocked.Increment(ref _events);
                    Judge(seen.Name);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or KubeApiException && !_stop.IsCancellationRequested)
            {
                // The API server is away, as some tests want it.
                await Task.Delay(100, _stop.Token);
            }
        }
    }

    // The history is gone: the present is judged as a whole.
    private async Task<string> ListAsync(KubeApi api)
    {
        var list = await api.GetAsync(KubePath.AllPods);
        _pods.Clear();
        foreach (var pod in list["items"]!.AsArray()) Take(pod!.AsObject());
        Judge("a list");
        return list["metadata"]!["resourceVersion"]!.GetValue<string>();
    }

    private void Take(JsonObject pod)
    {
        var node = pod["spec"]?["nodeName"]?.GetValue<string>();
        var phase = pod["status"]?["phase"]?.GetValue<string>();
        if (node is null || phase is "Succeeded" or "Failed")
        {
            _pods.Remove(UidOf(pod));
            return;
        }

        var gpus = pod["spec"]!["containers"]!.AsArray().Sum(c => int.Parse(c!["resources"]?["requests"]?["nvidia.com/gpu"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture));
        _pods[UidOf(pod)] = (node, gpus);
    }

    private void Judge(string cause)
    {
        var gpus = _pods.Values.Where(p => _nodes.ContainsKey(p.Node)).GroupBy(p => p.Node).ToDictionary(g => g.Key, g => g.Sum(p => p.Gpus));
        foreach (var (node, taken) in gpus.Where(g => g.Value > FleetNode.Gpus)) _violations.Enqueue($"{node} has {taken} GPUs taken after {cause}");
        foreach (var rack in _nodes.Values.GroupBy(n => n.Rack))
        {
            var watts = rack.Sum(n => FleetNode.Draw(gpus.GetValueOrDefault(n.Name)));
            if (watts > _rackBudgets[rack.Key]) _violations.Enqueue($"{rack.Key} draws {watts} of {_rackBudgets[rack.Key]} W after {cause}");
        }
    }

    private static string UidOf(JsonObject pod) => pod["metadata"]!["uid"]!.GetValue<string>();
}
