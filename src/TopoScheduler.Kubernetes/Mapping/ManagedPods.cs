using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Which new pods wait for us: those that ask for an accelerator, and those that name a gang. Never those the cluster itself needs, nor those whose node is
/// settled already.
/// </summary>
public sealed record ManagedPods
{
    private const string DefaultScheduler = "default-scheduler";
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>Namespaces of the cluster itself, where no pod is ever held back.</summary>
    public static ImmutableHashSet<string> SystemNamespaces { get; } = ["kube-system", "kube-public", "kube-node-lease"];

    /// <summary>Where we run: pods there must start without us.</summary>
    public required string OwnNamespace { get; init; }

    /// <summary>The namespaces whose pods are managed.</summary>
    /// <value>Default none: all of them.</value>
    public ImmutableHashSet<string> Namespaces { get; init; } = [];

    /// <summary>The schedulers whose pods are managed.</summary>
    /// <value>Default <c>default-scheduler</c> and <c>topo-scheduler</c>.</value>
    public ImmutableHashSet<string> Schedulers { get; init; } = [DefaultScheduler, "topo-scheduler"];

    /// <summary>True for a mirror pod: the kubelet runs it whatever the API server says.</summary>
    public static bool IsMirror(Tree pod) => pod["metadata"]["annotations"][MirrorAnnotation].Kind == TreeKind.Scalar;

    /// <summary>True for a pod that waits for us.</summary>
    /// <param name="ns">Its namespace; the pod need not say it when it is created.</param>
    /// <param name="pod">The pod.</param>
    public bool Contains(string ns, Tree pod)
    {
        var spec = pod["spec"];
        if (spec.Kind != TreeKind.Map || SystemNamespaces.Contains(ns) || ns == OwnNamespace) return false;
        if (!Namespaces.IsEmpty && !Namespaces.Contains(ns)) return false;
        if (spec["nodeName"].Text.Length > 0 || IsMirror(pod) || IsOfNode(pod)) return false;
        if (!Schedulers.Contains(spec["schedulerName"].Text is { Length: > 0 } scheduler ? scheduler : DefaultScheduler)) return false;
        var annotations = pod["metadata"]["annotations"];
        if (annotations[AnnotationKeys.Manage].Text.Equals("false", StringComparison.OrdinalIgnoreCase)) return false;
        return annotations[AnnotationKeys.Gang].Text.Length > 0 || AsksForDevice(spec);
    }

    private static bool IsOfNode(Tree pod)
    {
        foreach (var owner in pod["metadata"]["ownerReferences"].Items)
        {
            if (owner["kind"].Text is "DaemonSet" or "Node") return true;
        }

        return false;
    }

    private static bool AsksForDevice(Tree spec) => DeviceCounts.Of(RequestReader.Read(Field.Root(spec, new("the pod")))).Ranks > 0;
}
