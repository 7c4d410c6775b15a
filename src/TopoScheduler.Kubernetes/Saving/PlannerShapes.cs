using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using static TopoScheduler.Kubernetes.Saving.PodShapes;
using static TopoScheduler.Kubernetes.Saving.Shape;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>
/// What the planner reads of each kind of object, and nothing else: no environment, image, command or volume of a container, no annotation that decides nothing,
/// no managed fields. Beside the readers in <c>Mapping</c>: who reads a further field there adds it here, and a test on all samples misses it.
/// </summary>
internal static class PlannerShapes
{
    private static readonly Shape Named = Meta(Name(NameKind.Value));

    private static readonly Shape Claimed = Meta(Name(NameKind.Claim));

    private static readonly Shape Grouped = Meta(Name(NameKind.Name));

    private static readonly Shape DeviceClass = Name(NameKind.Value);

    private static readonly Shape Devices = Map(("devices", Map(("requests", List(Map(("deviceClassName", DeviceClass), ("exactly", Map(("deviceClassName", DeviceClass)))))))));

    private static readonly Shape Gang = Map(("gang", Map(("minCount", Plain))));

    private static readonly Shape Group = Map(
        ("name", Name(NameKind.Name)), ("minMember", Plain), ("priority", Plain), ("priorityClassName", Name(NameKind.Priority)), ("policy", Gang), ("schedulingPolicy", Gang),
        ("networkTopology", JobShapes.Network), ("subGroupPolicy", Present), ("subGroups", Present), ("schedulingConstraints", Map(("topology", List(Map(("key", Level)))))),
        ("topologyConstraint", Map(("topology", Name(NameKind.Value)), ("requiredTopologyLevel", Level), ("preferredTopologyLevel", Level))),
        ("podGroupTemplateRef", Map(("workload", Map(("workloadName", Name(NameKind.Name)), ("podGroupTemplateName", Name(NameKind.Name)))))));

    private static readonly Shape Condition = Map(("type", Text), ("status", Text));

    private static readonly Shape PlacementMetadata =
        Map(("name", Name(NameKind.Name)), ("namespace", Name(NameKind.Namespace)), ("uid", Name(NameKind.Uid)), ("creationTimestamp", Text), ("ownerReferences", Owners));

    private static readonly Shape NumberedPlacement = Object(
        PlacementMetadata,
        ("spec", Map(
            ("gang", Map(("kind", Text), ("name", Name(NameKind.Name)), ("uid", Name(NameKind.Uid)), ("restart", Plain))), ("size", Plain), ("min", Plain), ("gpus", Plain))),
        ("status", Map(
            ("phase", Text), ("plan", List(Map(("node", Name(NameKind.Node)), ("members", Text), ("pods", List(Name(NameKind.Name)))))), ("bound", Plain), ("tier", Level),
            ("domain", Name(NameKind.Domain)), ("nodes", Plain), ("watts", Plain), ("gpuCapWatts", Plain), ("estimateMs", Plain), ("startedAt", Text),
            ("message", Name(NameKind.Sentence)), ("deadlines", List(Map(("what", Name(NameKind.Sentence)), ("at", Text)))),
            ("conditions", List(Map(
                ("type", Text), ("status", Text), ("reason", Text), ("message", Name(NameKind.Sentence)), ("lastTransitionTime", Text)))))));

    private static readonly Dictionary<string, Shape> Kinds = new(StringComparer.Ordinal)
    {
        ["Node"] = Object(
            Map(("name", Name(NameKind.Node)), ("uid", Name(NameKind.Uid)), ("labels", Texts)),
            ("spec", Map(("taints", List(Keyed)), ("unschedulable", Plain))),
            ("status", Map(("capacity", Quantities), ("allocatable", Quantities), ("conditions", List(Condition, c => c["type"].Text == "Ready"))))),
        ["Pod"] = Object(Metadata, ("spec", Spec), ("status", Map(
            ("phase", Text), ("nominatedNodeName", Name(NameKind.Node)), ("startTime", Text),
            ("conditions", List(Map(("type", Text), ("status", Text), ("message", Name(NameKind.Sentence))), c => c["type"].Text == "PodScheduled"))))),
        ["PowerDomain"] = Object(Map(("name", Name(NameKind.Power))), ("spec", StrictMap(
            ("kind", Text), ("name", Name(NameKind.Power)), ("parent", new PowerDomainShape()), ("budgetWatts", Plain), ("baseWatts", Plain), ("redundancy", Text),
            ("units", Plain), ("derate", Plain), ("coolingWatts", Plain),
            ("schedule", List(StrictMap(
                ("name", Text), ("budgetWatts", Plain), ("start", Text), ("end", Text), ("days", List(Text)), ("from", Text), ("to", Text), ("timeZone", Text))))))),
        ["Namespace"] = Object(Map(("name", Name(NameKind.Namespace)), ("labels", Texts))),
        ["PriorityClass"] = Object(Map(("name", Name(NameKind.Priority))), ("value", Plain), ("globalDefault", Plain)),
        ["PersistentVolumeClaim"] = Object(Claimed, ("spec", Map(("volumeName", Name(NameKind.Volume))))),
        ["PersistentVolume"] = Object(
            Map(("name", Name(NameKind.Volume)), ("labels", new ZonesShape())), ("spec", Map(("nodeAffinity", Map(("required", NodeSelector)))))),
        ["ResourceClaimTemplate"] = Object(Claimed, ("spec", Map(("spec", Devices)))),
        ["ResourceClaim"] = Object(Claimed, ("spec", Devices)),
        ["ComputeDomain"] = Object(Named, ("spec", Map(("channel", Map(("resourceClaimTemplate", Map(("name", Name(NameKind.Claim))))))))),
        ["PodGroup"] = Object(Grouped, ("spec", Group)),
        ["Workload"] = Object(Grouped, ("spec", Map(
            ("podGroupTemplates", List(Group)), ("podGroups", List(Group)), ("controllerRef", Map(("kind", Text), ("name", Name(NameKind.Name))))))),
        ["Topology"] = Object(Named, ("spec", Map(("levels", List(Map(("alias", Level), ("nodeLabel", Text))))))),
        ["ClusterTrainingRuntime"] = JobShapes.Runtime,
        ["TrainingRuntime"] = JobShapes.Runtime,
        ["HyperNode"] = Object(Named),
        ["GangPlacement"] = Object(PlacementMetadata, ("spec", Whole), ("status", Whole)),
    };

    /// <summary>What is kept of an object; null for a kind that nobody reads.</summary>
    /// <param name="name">What the object calls itself.</param>
    /// <param name="isNumbered">Names are to be numbered: also a GangPlacement is kept only as far as it is read.</param>
    public static Shape? Of(ObjectName name, bool isNumbered = false)
    {
        if (isNumbered && name.Kind == "GangPlacement") return NumberedPlacement;
        return Kinds.GetValueOrDefault(name.Kind) ?? JobShapes.Of(name);
    }

    /// <summary>What is kept of an object, its names as they are; null for a kind that nobody reads.</summary>
    public static Tree? Keep(Tree tree) => Of(ObjectName.Of(tree))?.Keep(tree, static (_, name) => name);

    private static Shape Meta(Shape name) => Map(("name", name), ("namespace", Name(NameKind.Namespace)));

    private static Shape Object(Shape metadata, params (string Key, Shape Shape)[] more) => Map([("apiVersion", Text), ("kind", Text), ("metadata", metadata), .. more]);
}
