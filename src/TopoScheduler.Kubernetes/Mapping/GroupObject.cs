using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// A PodGroup of any maker: scheduler-plugins' coscheduling, Volcano, KAI, Kubernetes 1.36, or a group inside a 1.35/1.36 Workload. Pods that refer
/// to it are a gang of which at least so many must start.
/// </summary>
/// <param name="Id">As written in messages.</param>
/// <param name="Spec">Its spec.</param>
internal sealed record GroupObject(string Id, Tree Spec)
{
    /// <summary>Fewest members, null when it does not say.</summary>
    public int? MinMember(ObjectProblems problems)
    {
        var fields = Fields(problems);
        var policy = fields["schedulingPolicy"].IsMissing ? fields["policy"] : fields["schedulingPolicy"];
        return (fields.Whole("minMember") ?? policy["gang"].Whole("minCount")) is { } least and > 0 ? least : null;
    }

    /// <summary>Priority it states, null when it leaves it to the pods.</summary>
    public int? Priority(ClusterObjects objects, ObjectProblems problems)
    {
        var fields = Fields(problems);
        return PriorityReader.Number(fields, "priority")
            ?? (fields.Text("priorityClassName") is { Length: > 0 } name ? PriorityReader.OfClass(name, objects, fields["priorityClassName"]) : null);
    }

    /// <summary>Adds what it asks of the network.</summary>
    public void AddWishes(PeerContext context)
    {
        var fields = Fields(context.Problems);
        VolcanoHints.Topology(fields["networkTopology"], null, context.Wishes);
        foreach (var policy in fields.Items("subGroupPolicy"))
        {
            policy.Problems.Warning($"{policy.Path}: subgroups are not honoured by this version.");
        }

        // Kubernetes 1.36, kubernetes.io/docs/concepts/workloads/workload-api/topology-aware-scheduling: one key, required.
        foreach (var topology in fields["schedulingConstraints"].Items("topology"))
        {
            Level(topology, "key", null, PeerAsk.Required, context);
        }

        var kai = fields["topologyConstraint"];
        var name = kai.Text("topology");
        Level(kai, "requiredTopologyLevel", name, PeerAsk.Required, context);
        Level(kai, "preferredTopologyLevel", name, PeerAsk.Preferred, context);
        foreach (var subGroup in fields.Items("subGroups"))
        {
            subGroup.Problems.Warning($"{subGroup.Path}: subgroups are not honoured by this version.");
        }
    }

    // Read with the problems of the job that asks: what is wrong here is told there.
    private Field Fields(ObjectProblems problems) => Field.Root(MadePod.Map(("spec", Spec)), problems)["spec"];

    private void Level(Field map, string key, string? topology, PeerAsk ask, PeerContext context)
    {
        if (map.Text(key) is not { Length: > 0 } text)
        {
            return;
        }

        var origin = $"{map[key].Path}={Field.Quote(text)} of {Id}";
        if (KaiHints.Level(text, topology, origin, context) is { } target)
        {
            context.Wishes.Add(new(ask, target, origin, null));
        }
    }
}
