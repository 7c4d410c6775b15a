using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>Which object of a kind is meant.</summary>
/// <param name="Namespace">Namespace; empty for kinds without.</param>
/// <param name="Name">Name.</param>
/// <param name="Uid">UID: a name may be used again by another object.</param>
public readonly record struct ObjectKey(string Namespace, string Name, string Uid)
{
    /// <summary>Of an object.</summary>
    public static ObjectKey Of(Tree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var metadata = tree["metadata"];
        return new(metadata["namespace"].Text, metadata["name"].Text, metadata["uid"].Text);
    }
}
