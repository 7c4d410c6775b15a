using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>
/// kube-scheduler, one decision a step. Pods that no gate holds go, by priority, age and name, to one of the nodes where they fit, drawn by a seed: whoever
/// depends on which one is found out. A pod that fits nowhere is told why in its status, once, and is tried again at every step.
/// </summary>
public sealed class FakeKubeScheduler
{
    private readonly FakeObjects _objects;
    private readonly FakeCaller _caller;
    private readonly Random _random;
    private readonly string _name;

    /// <summary>Of some objects.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="seed">Of the choice among nodes that fit.</param>
    /// <param name="name">The pods it is for.</param>
    public FakeKubeScheduler(FakeObjects objects, int seed = 0, string name = "default-scheduler") =>
        (_objects, _caller, _random, _name) = (objects, new(objects), new(seed), name);

    /// <summary>Binds one pod, or says why it cannot; false when there was nothing to do.</summary>
    public bool Step() => _objects.Atomically(() =>
    {
        var nodes = _objects.All(FakeCaller.Nodes, null).Objects;
        var pods = _objects.All(FakeCaller.Pods, null).Objects;
        var used = Used(pods);
        return pods.Where(IsMine)
            .OrderByDescending(p => p["spec"]?["priority"].Whole() ?? 0)
            .ThenBy(p => (string?)p["metadata"]!["creationTimestamp"], StringComparer.Ordinal)
            .Any(pod => Schedule(pod, nodes, used));
    });

    /// <summary>Steps until there is nothing to do.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    private static Dictionary<string, Dictionary<string, long>> Used(IReadOnlyList<JsonObject> pods)
    {
        var used = new Dictionary<string, Dictionary<string, long>>();
        foreach (var pod in pods.Where(p => p.Node().Length > 0 && !p.IsOver()))
        {
            if (!used.TryGetValue(pod.Node(), out var sum))
            {
                used[pod.Node()] = sum = [];
            }

            foreach (var (name, amount) in FakeNodeFit.Requests(pod))
            {
                sum[name] = sum.GetValueOrDefault(name) + amount;
            }
        }

        return used;
    }

    private bool IsMine(JsonObject pod) =>
        pod.Node().Length == 0 && !pod.IsGated() && !pod.IsTerminating() && !pod.IsOver() && ((string?)pod["spec"]?["schedulerName"] ?? "default-scheduler") == _name;

    private bool Schedule(JsonObject pod, IReadOnlyList<JsonObject> nodes, Dictionary<string, Dictionary<string, long>> used)
    {
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var fits = new List<string>();
        foreach (var node in nodes)
        {
            if (FakeNodeFit.Reason(pod, node, used.GetValueOrDefault(node.Name()) ?? []) is { } reason)
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            }
            else
            {
                fits.Add(node.Name());
            }
        }

        if (fits.Count > 0)
        {
            Bind(pod, fits[_random.Next(fits.Count)]);
            return true;
        }

        var all = string.Join(", ", reasons.Select(r => $"{r.Value} {r.Key}"));
        return Tell(pod, nodes.Count == 0 ? "no nodes available to schedule pods" : $"0/{nodes.Count} nodes are available: {all}.");
    }

    private void Bind(JsonObject pod, string node)
    {
        var binding = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = pod.Name(), ["namespace"] = pod.Namespace(), ["uid"] = pod.Uid() },
            ["target"] = new JsonObject { ["kind"] = "Node", ["name"] = node },
        };
        var answer = _caller.Post(FakeCaller.PathOf(FakeCaller.Pods, pod) + "/binding", binding);
        if (answer.Code != 201)
        {
            throw new InvalidOperationException($"{pod.Name()} was not bound: {answer.Body().ToJsonString()}");
        }
    }

    private bool Tell(JsonObject pod, string message)
    {
        var known = pod["status"]?["conditions"].Items().FirstOrDefault(c => (string?)c["type"] == "PodScheduled");
        if (((string?)known?["status"], (string?)known?["reason"], (string?)known?["message"]) == ("False", "Unschedulable", message))
        {
            return false;
        }

        var condition = new JsonObject
        {
            ["type"] = "PodScheduled",
            ["status"] = "False",
            ["reason"] = "Unschedulable",
            ["message"] = message,
            ["lastTransitionTime"] = (string?)known?["status"] == "False" ? (string?)known["lastTransitionTime"] : _objects.Now(),
        };
        _caller.PatchStatus(FakeCaller.PathOf(FakeCaller.Pods, pod), new() { ["conditions"] = new JsonArray(condition) });
        return true;
    }
}
