using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>A pod without a node, as far as its gang is concerned. Kept whole, because what it asks for is read when it is asked about.</summary>
internal sealed class PendingPod
{
    public PendingPod(Tree tree)
    {
        Tree = tree;
        Name = ObjectName.Of(tree) with { Kind = "Pod", ApiVersion = "v1" };
        Annotations = LabelReader.Read(Field.Root(tree["metadata"], new(Name.Id)), "annotations");
        var labels = LabelReader.Read(Field.Root(tree["metadata"], new(Name.Id)), "labels");
        Group = GroupNames.Of(tree);
        var key = PodGang.Of(Name.Namespace, labels, Annotations, tree);
        IsKeyed = key is not null;
        Key = key ?? new(Name.Namespace, "Pod", Name.Name, Name.Uid);
        Controller = OwnerReference.ControllerOf(tree);
        Index = PodOrder.IndexOf(tree) is var index and < int.MaxValue ? index : null;
    }

    /// <summary>The pod.</summary>
    public Tree Tree { get; }

    /// <summary>What it calls itself.</summary>
    public ObjectName Name { get; }

    /// <summary>Its annotations.</summary>
    public ImmutableDictionary<string, string> Annotations { get; }

    /// <summary>The gang it is a member of; its own where it is alone.</summary>
    public GangKey Key { get; }

    /// <summary>True when its labels or annotations tell the gang.</summary>
    public bool IsKeyed { get; }

    /// <summary>The group it says it is in, by annotation or pod group; null for none.</summary>
    public string? Group { get; }

    /// <summary>The object that made it; null for a bare pod.</summary>
    public OwnerReference? Controller { get; }

    /// <summary>The index its controller gave it; null for none.</summary>
    public int? Index { get; }
}
