using TopoScheduler.Core.Placement;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>
/// Every reason filter may give, as verdict codes. Few and fixed: kube-scheduler writes them into the pod's status, and a text with counters would wake the
/// pod each time it changed. "Can change" means that evicting pods from the node could cure it.
/// </summary>
public static class RejectCodes
{
    /// <summary>The plan of the pod's gang has another node for it.</summary>
    public const byte GangElsewhere = 100;

    /// <summary>Members of the gang are missing, or its size is not known yet.</summary>
    public const byte GangIncomplete = 101;

    /// <summary>There is no room for the whole gang.</summary>
    public const byte GangDoesNotFit = 102;

    /// <summary>The pod or its gang asks for something that cannot be planned.</summary>
    public const byte GangInvalid = 103;

    /// <summary>Every member of the gang has a pod.</summary>
    public const byte GangFull = 104;

    /// <summary>Others took the room while the gang was planned.</summary>
    public const byte GangOvertaken = 105;

    /// <summary>The table of reasons.</summary>
    public static RejectReasons Reasons { get; } = new(
    [
        Node(FitConstraint.Resources, "node has too little of a resource free", CanChange: true),
        Node(FitConstraint.Taints, "node has a taint the pod does not tolerate", CanChange: false),
        Node(FitConstraint.Affinity, "node does not match the pod's affinity", CanChange: false),
        Node(FitConstraint.Spread, "node would break a topology spread constraint", CanChange: true),
        Node(FitConstraint.Volumes, "node cannot reach the pod's volumes", CanChange: false),
        Node(FitConstraint.Readiness, "node is not ready, cordoned or switched off", CanChange: false),
        Node(FitConstraint.Tier, "node is outside the required topology", CanChange: false),
        Node(FitConstraint.NvLink, "node is outside the required NVLink domain", CanChange: false),
        Node(FitConstraint.Memory, "node's GPUs have too little memory", CanChange: false),
        Node(FitConstraint.Power, "a power budget above the node has too few watts left", CanChange: true),
        Node(FitConstraint.PodCount, "node has too many pods", CanChange: true),
        Node(FitConstraint.Other, "node's host ports are taken", CanChange: true),
        new(GangElsewhere, "the pod's gang is planned to use another node", CanChange: false),
        new(GangIncomplete, "the pod's gang is not complete yet", CanChange: false),
        new(GangDoesNotFit, "the pod's gang does not fit as a whole", CanChange: false),
        new(GangInvalid, "the pod's gang asks for something that cannot be planned", CanChange: false),
        new(GangFull, "every member of the pod's gang has a pod already", CanChange: false),
        new(GangOvertaken, "room for the pod's gang was taken meanwhile", CanChange: false),
    ]);

    private static RejectReason Node(FitConstraint constraint, string text, bool CanChange) => new((byte)(1 + (int)constraint), text, CanChange);
}
