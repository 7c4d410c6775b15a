using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

/// <summary>How far a promise of capacity to one pod has come. A bound pod is no hold any more: it occupies its node by itself.</summary>
public enum HoldPhase
{
    /// <summary>Promised by a plan; the pod may not even exist yet.</summary>
    Planned,

    /// <summary>Its Binding is on the way or has been answered; the cluster has not shown it yet.</summary>
    Assumed,
}

/// <summary>Capacity and watts of one node promised to one member of a gang. Immutable.</summary>
/// <param name="Gang">The gang; a single pod is a gang of one.</param>
/// <param name="Member">Member index in it.</param>
/// <param name="Pod">What will occupy the node. Its uid is empty until a pod has claimed the hold.</param>
/// <param name="Phase">How far it has come.</param>
public sealed record Hold(GangKey Gang, int Member, PodInfo Pod, HoldPhase Phase);
