using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;
using static TopoScheduler.Kubernetes.Saving.Shape;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>
/// What the planner reads of each kind of object, and nothing else: no environment, image, command or volume of a container, no annotation that decides nothing,
/// no managed fields. Beside the readers in <c>Mapping</c>: who reads a further field there adds it here, and a test on all samples misses it.
/// </summary>
internal static class PlannerShapes
{
    private static readonly Shape Keyed = new KeyedShape();

    private static readonly Shape Selector = Map(("matchLabels", Texts), ("matchExpressions", List(Keyed)));

    private static readonly Shape NodeSelector = Map(("nodeSelectorTerms", List(Map(("matchExpressions", List(Keyed)), ("matchFields", List(Keyed))))));

    private static readonly Shape PodTerms = Map(("requiredDuringSchedulingIgnoredDuringExecution", List(Map(
        ("labelSelector", Selector), ("matchLabelKeys", List(Text)), ("mismatchLabelKeys", List(Text)), ("namespaces", List(Name(NameKind.Namespace))),
        ("namespaceSelector", Selector), ("topologyKey", Text)))));

    private static readonly Shape Affinity = Map(
        ("nodeAffinity", Map(("requiredDuringSchedulingIgnoredDuringExecution", NodeSelector))), ("podAffinity", PodTerms), ("podAntiAffinity", PodTerms));

    private static readonly Shape Spread = List(Map(
        ("maxSkew", Plain), ("topologyKey", Text), ("whenUnsatisfiable", Text), ("labelSelector", Selector), ("matchLabelKeys", List(Text)), ("minDomains", Plain),
        ("nodeAffinityPolicy", Text), ("nodeTaintsPolicy", Text)));

    private static readonly Shape Resources = Map(("requests", Quantities), ("limits", Quantities));

    private static readonly Shape Containers = List(Map(
        ("name", Text), ("resources", Resources), ("restartPolicy", Text),
        ("ports", List(Map(("containerPort", Plain), ("hostPort", Plain), ("protocol", Text), ("hostIP", Text))))));

    // Only those that tie a pod to nodes.
    private static readonly Shape Volumes = List(
        Map(("name", Text), ("persistentVolumeClaim", Map(("claimName", Text))), ("ephemeral", Map())),
        v => v["persistentVolumeClaim"].Kind != TreeKind.Null || v["ephemeral"].Kind != TreeKind.Null);

    private static readonly Shape PodSpec = Map(
        ("nodeName", Name(NameKind.Node)), ("nodeSelector", Texts), ("affinity", Affinity), ("tolerations", List(Keyed)), ("topologySpreadConstraints", Spread),
        ("priority", Plain), ("priorityClassName", Name(NameKind.Priority)), ("hostNetwork", Plain), ("overhead", Quantities), ("resources", Resources),
        ("resourceClaims", List(Map(("name", Text), ("resourceClaimName", Text), ("resourceClaimTemplateName", Text)))),
        ("schedulingGroup", Map(("podGroupName", Name(NameKind.Gang)))), ("workloadRef", Map(("name", Name(NameKind.Gang)), ("podGroup", Name(NameKind.Gang)))),
        ("schedulingGates", List(Map(("name", Text)))), ("volumes", Volumes), ("containers", Containers), ("initContainers", Containers));

    private static readonly Shape Annotations = new Names(PlannerKeys.IsRead);

    private static readonly Shape Owners = List(Map(("apiVersion", Text), ("kind", Text), ("name", Name(NameKind.Gang)), ("uid", Name(NameKind.Uid)), ("controller", Plain)));

    private static readonly Shape PodMetadata = Map(
        ("name", Name(NameKind.Pod)), ("generateName", Name(NameKind.Pod)), ("namespace", Name(NameKind.Namespace)), ("uid", Name(NameKind.Uid)), ("labels", Texts),
        ("annotations", Annotations), ("ownerReferences", Owners), ("creationTimestamp", Text), ("deletionTimestamp", Text));

    private static readonly Shape Named = Map(("name", Text), ("namespace", Text));

    private static readonly Shape Devices = Map(("devices", Map(("requests", List(Map(("deviceClassName", Text), ("exactly", Map(("deviceClassName", Text)))))))));

    private static readonly Shape Group = Map(
        ("name", Text), ("minMember", Plain), ("priority", Plain), ("priorityClassName", Text), ("policy", Map(("gang", Map(("minCount", Plain))))),
        ("schedulingPolicy", Map(("gang", Map(("minCount", Plain))))), ("networkTopology", Whole), ("subGroupPolicy", List(Map())), ("subGroups", List(Map())),
        ("schedulingConstraints", Map(("topology", List(Map(("key", Text)))))),
        ("topologyConstraint", Map(("topology", Text), ("requiredTopologyLevel", Text), ("preferredTopologyLevel", Text))),
        ("podGroupTemplateRef", Map(("workload", Map(("workloadName", Text), ("podGroupTemplateName", Text))))));

    private static readonly Shape Runtime = new TemplateShape(new Dictionary<string, Shape>(StringComparer.Ordinal)
    {
        ["spec"] = PodSpec,
        ["metadata"] = Map(
            ("name", Text), ("namespace", Text), ("uid", Text), ("labels", Texts), ("annotations", Annotations), ("ownerReferences", Owners), ("creationTimestamp", Text)),
    });

    private static readonly Shape Job = new JobShape(Runtime);

    private static readonly Shape Condition = Map(("type", Text), ("status", Text));

    // The kinds whose names can be numbered: others are named by jobs, which would have to be changed with them.
    private static readonly Dictionary<string, Shape> Clusters = new(StringComparer.Ordinal)
    {
        ["Node"] = Object(
            Map(("name", Name(NameKind.Node)), ("uid", Name(NameKind.Uid)), ("labels", Texts)),
            ("spec", Map(("taints", List(Keyed)), ("unschedulable", Plain))),
            ("status", Map(("capacity", Quantities), ("allocatable", Quantities), ("conditions", List(Condition, c => c["type"].Text == "Ready"))))),
        ["Pod"] = Object(PodMetadata, ("spec", PodSpec), ("status", Map(
            ("phase", Text), ("nominatedNodeName", Name(NameKind.Node)), ("startTime", Text),
            ("conditions", List(Map(("type", Text), ("status", Text), ("message", Name(NameKind.Sentence))), c => c["type"].Text == "PodScheduled"))))),
        ["PowerDomain"] = Object(Map(("name", Name(NameKind.Power))), ("spec", StrictMap(
            ("kind", Text), ("name", Name(NameKind.Power)), ("parent", new PowerDomainShape()), ("budgetWatts", Plain), ("baseWatts", Plain), ("redundancy", Text),
            ("units", Plain), ("derate", Plain), ("coolingWatts", Plain),
            ("schedule", List(StrictMap(
                ("name", Text), ("budgetWatts", Plain), ("start", Text), ("end", Text), ("days", List(Text)), ("from", Text), ("to", Text), ("timeZone", Text))))))),
        ["Namespace"] = Object(Map(("name", Name(NameKind.Namespace)), ("labels", Texts))),
        ["PriorityClass"] = Object(Map(("name", Name(NameKind.Priority))), ("value", Plain), ("globalDefault", Plain)),
    };

    private static readonly Dictionary<string, Shape> Referenced = new(StringComparer.Ordinal)
    {
        ["PersistentVolumeClaim"] = Object(Named, ("spec", Map(("volumeName", Text)))),
        ["PersistentVolume"] = Object(Map(("name", Text), ("labels", Texts)), ("spec", Map(("nodeAffinity", Map(("required", NodeSelector)))))),
        ["ResourceClaimTemplate"] = Object(Named, ("spec", Map(("spec", Devices)))),
        ["ResourceClaim"] = Object(Named, ("spec", Devices)),
        ["ComputeDomain"] = Object(Named, ("spec", Map(("channel", Map(("resourceClaimTemplate", Map(("name", Text)))))))),
        ["PodGroup"] = Object(Named, ("spec", Group)),
        ["Workload"] = Object(Named, ("spec", Map(("podGroupTemplates", List(Group)), ("podGroups", List(Group)), ("controllerRef", Map(("kind", Text), ("name", Text)))))),
        ["Topology"] = Object(Named, ("spec", Map(("levels", List(Map(("alias", Text), ("nodeLabel", Text))))))),
        ["ClusterTrainingRuntime"] = Runtime,
        ["TrainingRuntime"] = Runtime,
        ["HyperNode"] = Object(Named),
        ["GangPlacement"] = Object(
            Map(("name", Text), ("namespace", Text), ("uid", Text), ("creationTimestamp", Text), ("ownerReferences", Owners)), ("spec", Whole), ("status", Whole)),
    };

    // Jobs whose objects hold settings of the work itself, too many to tell from those that decide a place.
    private static readonly string[] Unsaved = ["SparkApplication", OpenPaiJob.Kind];

    /// <summary>What is kept of an object; null for a kind that nobody reads.</summary>
    /// <param name="name">What the object calls itself.</param>
    /// <param name="isNumbered">Names are to be numbered: only kinds that no job names.</param>
    public static Shape? Of(ObjectName name, bool isNumbered = false)
    {
        if (Clusters.TryGetValue(name.Kind, out var shape)) return shape;
        if (isNumbered) return null;
        return Referenced.GetValueOrDefault(name.Kind) ?? (JobKind.ReaderOf(name) is not null && !Unsaved.Contains(name.Kind) ? Job : null);
    }

    /// <summary>What is kept of an object, its names as they are; null for a kind that nobody reads.</summary>
    public static Tree? Keep(Tree tree) => Of(ObjectName.Of(tree))?.Keep(tree, static (_, name) => name);

    private static Shape Object(Shape metadata, params (string Key, Shape Shape)[] more) => Map([("apiVersion", Text), ("kind", Text), ("metadata", metadata), .. more]);
}
