using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>What the engine says: the cluster read back from the API server as a cluster file, each pod planned as a gang of one.</summary>
internal sealed class EngineVerdicts
{
    /// <summary>What a contradiction between planning and judging begins with.</summary>
    public const string But = "(but PodJudge says";

    private static readonly (string Path, string Kind)[] Kinds =
    [
        (KubePath.Namespaces, "Namespace"), (KubePath.Nodes, "Node"), ("/api/v1/persistentvolumes", "PersistentVolume"),
        ("/api/v1/persistentvolumeclaims", "PersistentVolumeClaim"), (KubePath.AllPods, "Pod"),
    ];

    private readonly ClusterContent _content;
    private readonly ClusterSnapshot _snapshot;

    private EngineVerdicts(ClusterContent content)
    {
        _content = content;
        _snapshot = ClusterSnapshot.Create(content.Nodes, content.Pods);
    }

    /// <summary>Reads the cluster as it is now.</summary>
    public static async Task<EngineVerdicts> ReadAsync(KubeApi api)
    {
        var items = new JsonArray();
        foreach (var (path, kind) in Kinds)
        {
            foreach (var item in await api.ListAsync(path))
            {
                var copy = item.DeepClone().AsObject();
                (copy["apiVersion"], copy["kind"]) = ("v1", kind);
                items.Add(copy);
            }
        }

        var content = ClusterReader.ReadText(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items }.ToJsonString(), "cluster");
        Assert.Empty(content.Problems);
        return new(content);
    }

    /// <summary>Whether a pod, as the API server made it, may go to the node.</summary>
    public Verdict Judge(JsonObject pod, string node)
    {
        var copy = pod.DeepClone().AsObject();
        (copy["apiVersion"], copy["kind"]) = ("v1", "Pod");
        var jobs = JobReader.ReadText(copy.ToJsonString(), "pod", _content.Objects);
        if (jobs.Gangs is not [{ Size: 1 } gang]) return new(false, $"no gang of one: {string.Join("; ", jobs.Problems)}");
        var plan = PlacementEngine.Plan(_snapshot, gang, PlacementPolicy.Default);
        var verdict = plan.Outcome switch
        {
            PlacementOutcome.Placed when _snapshot.Nodes[plan.Plan!.Members[0].Node].Name is var chosen => new Verdict(true, chosen == node ? "" : $"placed on {chosen}"),
            PlacementOutcome.NoFit => new(false, string.Join(" ", plan.Reasons.Select(r => r.Message))),
            _ => new(false, $"{plan.Outcome}: {string.Join("; ", plan.Problems)}"),
        };
        return verdict with { Why = verdict.Why + Contradiction(gang, node, verdict.Fits) };
    }

    // The extender judges single pods without a search; it must say the same.
    private string Contradiction(Gang gang, string node, bool fits)
    {
        if (!PodJudge.Serves(gang)) return "";
        var verdict = new PodJudge(gang, PlacementPolicy.Default).Verdicts(_snapshot)[_snapshot.IndexOf(node)];
        return verdict == PodJudge.Fits == fits ? "" : $" {But} {(verdict == PodJudge.Fits ? "it fits" : ((FitConstraint)(verdict - 1)).ToString())})";
    }
}
