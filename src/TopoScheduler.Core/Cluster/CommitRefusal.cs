namespace TopoScheduler.Core.Cluster;

/// <summary>Why pods cannot be put where they were meant to go any more.</summary>
public enum CommitRefusal
{
    /// <summary>They can.</summary>
    None,

    /// <summary>The node is gone.</summary>
    NodeGone,

    /// <summary>The node is not Ready, cordoned, switched off, or has a taint the pod does not tolerate.</summary>
    NodeNotReady,

    /// <summary>CPU, memory, GPUs or another resource.</summary>
    Resources,

    /// <summary>The node's pod count.</summary>
    PodCount,

    /// <summary>A power budget, or watts unknown inside a budgeted domain.</summary>
    Power,

    /// <summary>The pod is a member of a gang whose plan has lapsed or holds nothing for it.</summary>
    NoPlan,
}
