using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>An object that pods refer to by name.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Tree">The object.</param>
internal sealed record ReferencedObject(ObjectName Name, Tree Tree)
{
    /// <summary>Reads it; its kind, which items of a list do not state, is that of the watch.</summary>
    public static ReferencedObject Read(Tree tree) => new(ObjectName.Of(tree), tree);
}
