using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>What somebody wants explained, by name.</summary>
/// <param name="Kind">Pod, gang or node.</param>
/// <param name="Namespace">Its namespace; of a node nobody looks at it.</param>
/// <param name="Name">Its name; of a gang <c>kind/name</c>, too.</param>
public sealed record SubjectRequest(ExplanationSubjectKind Kind, string Namespace, string Name)
{
    /// <summary>What messages call the place that is searched.</summary>
    public string Place { get; init; } = "the cluster";

    /// <summary>Names of other namespaces are told to nobody: who asks may know of this one alone.</summary>
    public bool OwnNamespaceOnly { get; init; }

    /// <summary>The name without the kind before it.</summary>
    internal string BareName => Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>True for a pod that is asked about, or is in a gang that is.</summary>
    public bool IsAbout(SituationPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Kind != ExplanationSubjectKind.Node && pod.Namespace == Namespace && (Kind == ExplanationSubjectKind.Pod ? pod.Name == Name : IsNamed(pod.Gang));
    }

    /// <summary>True when a gang is called so: <c>llama</c>, or <c>jobset/llama</c>.</summary>
    public bool IsNamed(GangKey key) =>
        key.Name == Name || (Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && key.Name == Name[(slash + 1)..] && key.Kind.Equals(Name[..slash], StringComparison.OrdinalIgnoreCase));
}
