using TopoScheduler.Kubernetes.Objects;
using static TopoScheduler.Kubernetes.Saving.Shape;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>What is kept of a pod and of a template of pods: no environment, image, command, secret or volume that ties to no node.</summary>
internal static class PodShapes
{
    /// <summary>A map with a key that tells what its values name.</summary>
    public static readonly Shape Keyed = new KeyedShape();

    /// <summary>A selector of nodes: alternatives.</summary>
    public static readonly Shape NodeSelector = Map(("nodeSelectorTerms", List(Map(("matchExpressions", List(Keyed)), ("matchFields", List(Keyed))))));

    /// <summary>Annotations that decide something.</summary>
    public static readonly Shape Annotations = new Names(PlannerKeys.IsRead);

    /// <summary>Owners.</summary>
    public static readonly Shape Owners = List(Map(("apiVersion", Text), ("kind", Text), ("name", Name(NameKind.Name)), ("uid", Name(NameKind.Uid)), ("controller", Plain)));

    /// <summary>Requests and limits.</summary>
    public static readonly Shape Resources = Map(("requests", Quantities), ("limits", Quantities));

    /// <summary>Required affinity, of nodes and pods.</summary>
    public static readonly Shape Affinity;

    /// <summary>Containers.</summary>
    public static readonly Shape Containers = List(Map(
        ("name", Name(NameKind.Role)), ("resources", Resources), ("restartPolicy", Text),
        ("ports", List(Map(("containerPort", Plain), ("hostPort", Plain), ("protocol", Text), ("hostIP", Text))))));

    /// <summary>Volumes that tie a pod to nodes.</summary>
    public static readonly Shape Volumes = List(
        Map(("name", Name(NameKind.Value)), ("persistentVolumeClaim", Map(("claimName", Name(NameKind.Claim)))), ("ephemeral", Map())),
        v => v["persistentVolumeClaim"].Kind != TreeKind.Null || v["ephemeral"].Kind != TreeKind.Null);

    /// <summary>The spec.</summary>
    public static readonly Shape Spec;

    /// <summary>The metadata of pods, and of objects that make pods.</summary>
    public static readonly Shape Metadata = Map(
        ("name", Name(NameKind.Name)), ("generateName", Name(NameKind.Name)), ("namespace", Name(NameKind.Namespace)), ("uid", Name(NameKind.Uid)), ("labels", Texts),
        ("annotations", Annotations), ("ownerReferences", Owners), ("creationTimestamp", Text), ("deletionTimestamp", Text));

    /// <summary>A template of pods.</summary>
    public static readonly Shape Template;

    static PodShapes()
    {
        var selector = Map(("matchLabels", Texts), ("matchExpressions", List(Keyed)));
        var terms = Map(("requiredDuringSchedulingIgnoredDuringExecution", List(Map(
            ("labelSelector", selector), ("matchLabelKeys", List(Text)), ("mismatchLabelKeys", List(Text)), ("namespaces", List(Name(NameKind.Namespace))),
            ("namespaceSelector", selector), ("topologyKey", Text)))));
        var spread = List(Map(
            ("maxSkew", Plain), ("topologyKey", Text), ("whenUnsatisfiable", Text), ("labelSelector", selector), ("matchLabelKeys", List(Text)), ("minDomains", Plain),
            ("nodeAffinityPolicy", Text), ("nodeTaintsPolicy", Text)));
        var claims = List(Map(("name", Name(NameKind.Value)), ("resourceClaimName", Name(NameKind.Claim)), ("resourceClaimTemplateName", Name(NameKind.Claim))));
        Affinity = Map(("nodeAffinity", Map(("requiredDuringSchedulingIgnoredDuringExecution", NodeSelector))), ("podAffinity", terms), ("podAntiAffinity", terms));
        Spec = Map(
            ("nodeName", Name(NameKind.Node)), ("nodeSelector", Texts), ("affinity", Affinity), ("tolerations", List(Keyed)), ("topologySpreadConstraints", spread),
            ("priority", Plain), ("priorityClassName", Name(NameKind.Priority)), ("hostNetwork", Plain), ("overhead", Quantities), ("resources", Resources), ("resourceClaims", claims),
            ("schedulingGroup", Map(("podGroupName", Name(NameKind.Name)))), ("workloadRef", Map(("name", Name(NameKind.Name)), ("podGroup", Name(NameKind.Name)))),
            ("schedulingGates", List(Map(("name", Text)))), ("volumes", Volumes), ("containers", Containers), ("initContainers", Containers));
        Template = Map(("metadata", Map(("labels", Texts), ("annotations", Annotations))), ("spec", Spec));
    }
}
