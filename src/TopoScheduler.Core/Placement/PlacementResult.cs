using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement;

/// <summary>What planning a gang can end in.</summary>
public enum PlacementOutcome
{
    /// <summary>It fits.</summary>
    Placed,

    /// <summary>It fits under a GPU power cap that its nodes enforce.</summary>
    PlacedCapped,

    /// <summary>Nothing fits; proved.</summary>
    NoFit,

    /// <summary>The bounded search neither found a placement nor proved that there is none.</summary>
    Undecided,

    /// <summary>The gang or its annotations cannot be understood.</summary>
    Invalid,
}

/// <summary>What a <see cref="FitReason"/> is about.</summary>
public enum FitConstraint
{
    /// <summary>CPU, memory, GPUs or another resource.</summary>
    Resources,

    /// <summary>A taint without toleration.</summary>
    Taints,

    /// <summary>Node selector, node affinity or pod (anti)affinity.</summary>
    Affinity,

    /// <summary>Topology spread.</summary>
    Spread,

    /// <summary>Bound or local volumes.</summary>
    Volumes,

    /// <summary>Not Ready, cordoned or switched off.</summary>
    Readiness,

    /// <summary>A required tier or a segment tier of the switch fabric.</summary>
    Tier,

    /// <summary>A required tier or a segment tier that is an NVLink domain.</summary>
    NvLink,

    /// <summary>
    /// GPU memory. No plan is refused for it: whether a model fits is an estimate, told beside the plan. The word stays, because answers of <c>v1</c> list it.
    /// </summary>
    Memory,

    /// <summary>A power budget, or watts unknown.</summary>
    Power,

    /// <summary>The node's pod count.</summary>
    PodCount,

    /// <summary>Host ports and everything else.</summary>
    Other,
}

/// <summary>One constraint that stands in the way, with figures.</summary>
/// <param name="Constraint">What it is about.</param>
/// <param name="RemovedNodes">How many nodes it removed (each node counts for the first constraint that removed it).</param>
/// <param name="Domain">The domain it is about, as <c>rack/r7</c> or a fabric path; null for none in particular.</param>
/// <param name="Message">One English sentence with figures.</param>
public sealed record FitReason(FitConstraint Constraint, int RemovedNodes, string? Domain, string Message);

/// <summary>How much of the search was done.</summary>
/// <param name="Complete">True when the answer is proved (a placement, or that there is none).</param>
/// <param name="Steps">Steps taken; the same for equal input.</param>
public sealed record SearchEffort(bool Complete, long Steps);

/// <summary>Where one member goes.</summary>
/// <param name="Member">Member index.</param>
/// <param name="Role">Index of its role.</param>
/// <param name="Node">Node index.</param>
/// <param name="FirstRank">First of its ranks; null for a member without GPUs.</param>
public readonly record struct MemberPlacement(int Member, int Role, int Node, int? FirstRank);

/// <summary>A whole placement.</summary>
/// <param name="Members">By member index; members left out (beyond gang-min) are not listed.</param>
/// <param name="GpuCapWatts">Power cap of every GPU of the gang in watts; null without a cap.</param>
/// <param name="Slowdown">Estimated slowdown of compute under the cap: 1 is none, 1.08 takes 8% longer.</param>
/// <param name="Score">The parts of the total order.</param>
public sealed record PlacementPlan(ImmutableArray<MemberPlacement> Members, int? GpuCapWatts, double Slowdown, ScoreCard Score);

/// <summary>The answer for one gang and one snapshot.</summary>
/// <param name="Outcome">What it ends in.</param>
/// <param name="Plan">The plan, when placed.</param>
/// <param name="Reasons">Why not, when it does not fit.</param>
/// <param name="Problems">What is wrong with or assumed about the gang.</param>
/// <param name="Search">Effort.</param>
public sealed record PlacementResult(
    PlacementOutcome Outcome, PlacementPlan? Plan, ImmutableArray<FitReason> Reasons, ImmutableArray<Problem> Problems, SearchEffort Search);
