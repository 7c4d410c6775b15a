using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// What room is asked for: pods that want so many devices of one resource and nothing else, at full draw. They tolerate every taint except those
/// Kubernetes sets on nodes in trouble.
/// </summary>
public sealed record CapacityQuestion
{
    /// <summary>Taints with this prefix say that the node is in trouble.</summary>
    private const string TroublePrefix = "node.kubernetes.io/";

    /// <summary>The accelerator resource: <c>nvidia.com/gpu</c>, <c>nvidia.com/mig-1g.10gb</c>, ...</summary>
    public required string Resource { get; init; }

    /// <summary>Devices a pod asks for, at least 1: its ranks.</summary>
    public required int PerPod { get; init; }

    /// <summary>Physical GPUs behind them, for the watts: a MIG slice counts gi/7, a time-sliced replica its whole GPU once.</summary>
    public required double PhysicalPerPod { get; init; }

    /// <summary>Sizes of gangs, in devices, whose number is counted.</summary>
    public ImmutableArray<int> SlotSizes { get; init; } = [8, 16, 64, 256];

    /// <summary>
    /// Most gangs planned for one slot size where counting does not tell whether there are more: where budgets cross, or readings count. At the bound the count is given as
    /// "at least". Plans, never time: equal input gives equal counts.
    /// </summary>
    /// <value>Default 1,000; more may be slower and count further.</value>
    public int MostPlans { get; init; } = 1_000;

    /// <summary>A pod of the question, on this cluster.</summary>
    public PodTemplate Pod(ClusterSnapshot cluster) => new()
    {
        Namespace = "default",
        Requests = ResourceList.Of((Resource, PerPod)),
        Gpus = PerPod,
        Power = new PodPower { Gpus = PhysicalPerPod },
        Tolerations =
        [
            .. cluster.Nodes.SelectMany(n => n.Taints).Select(t => t.Key).Where(k => !IsTrouble(k)).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal).Select(k => new Toleration(k, Exists: true, null, null)),
        ],
    };

    /// <summary>A gang of so many of these pods.</summary>
    /// <param name="pod">What <see cref="Pod"/> gave.</param>
    /// <param name="members">Its size.</param>
    /// <param name="name">Its name.</param>
    /// <param name="required">The tier that must hold it; null for none.</param>
    public static Gang Gang(PodTemplate pod, int members, string name, TierTarget? required) => new()
    {
        Key = new(pod.Namespace, "Capacity", name),
        Roles = [new GangRole("pod", members, pod, [])],
        MinMembers = members,
        Hints = GangHints.None with { Required = required },
    };

    /// <summary>Whether new pods of any question may go to a node at all: Ready, not cordoned, switched on, no taint of trouble.</summary>
    public static bool IsOpen(NodeInfo node) =>
        node.Ready && !node.Unschedulable && node.Power.Powered && !node.Taints.Any(t => t.Effect is "NoSchedule" or "NoExecute" && IsTrouble(t.Key));

    private static bool IsTrouble(string taint) => taint.StartsWith(TroublePrefix, StringComparison.Ordinal);
}
