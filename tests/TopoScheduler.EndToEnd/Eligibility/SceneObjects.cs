using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Eligibility.Features;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>Creates the objects of all scenes.</summary>
internal static class SceneObjects
{
    /// <summary>Creates them; pods that finish or terminate do so.</summary>
    public static async Task CreateAsync(KubeApi api, IReadOnlyList<Scene> scenes)
    {
        await api.CreateManyAsync(KubePath.Namespaces, scenes.SelectMany(Spaces));
        await api.CreateAsync("/apis/node.k8s.io/v1/runtimeclasses", new()
        {
            ["metadata"] = new JsonObject { ["name"] = ResourceFeature.RuntimeClass },
            ["handler"] = "heavy",
            ["overhead"] = new JsonObject { ["podFixed"] = ResourceFeature.Overhead },
        });
        await api.CreateManyAsync(KubePath.Nodes, scenes.SelectMany(s => s.Nodes).Select(n => n.ToJson()));
        await api.CreateManyAsync("/api/v1/persistentvolumes", scenes.SelectMany(s => s.Volumes));
        var pods = scenes.SelectMany(s => s.Pods).ToList();
        await EachAsync(scenes.SelectMany(s => s.Claims), c => api.CreateAsync($"{KubePath.Namespaces}/{c["metadata"]!["namespace"]}/persistentvolumeclaims", c));
        await EachAsync(pods, async pod =>
        {
            await api.CreateAsync(KubePath.Pods(pod.Space), pod.ToJson());
            if (pod.Fate == PodFate.Finishes) await api.SetPodPhaseAsync(pod.Space, pod.Name, "Succeeded");
            if (pod.Fate == PodFate.Terminates) await api.SendAsync(HttpMethod.Delete, KubePath.Pod(pod.Space, pod.Name));
        });
    }

    private static IEnumerable<JsonObject> Spaces(Scene scene) => scene.Spaces.Select(name => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["scene"] = scene.Name, ["side"] = name[^1..] } },
    });

    private static Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> act) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (item, _) => await act(item));
}
