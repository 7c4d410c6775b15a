using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Explain;

// Property names in camelCase are the JSON; a null is left out, a list never. Watts, milliseconds and counts are numbers, times are RFC 3339.

/// <summary>Why a pod, a gang or a node is as it is: the one model behind <c>explain</c> as text, as JSON and at every other door.</summary>
public sealed record Explanation
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = "toposcheduler.io/v1";

    /// <summary><c>Explanation</c>.</summary>
    public string Kind { get; init; } = "Explanation";

    /// <summary>What was asked about.</summary>
    public required ExplanationSubject Subject { get; init; }

    /// <summary>How it stands.</summary>
    public required ExplanationState State { get; init; }

    /// <summary>The one cause.</summary>
    public required ExplanationCause Cause { get; init; }

    /// <summary>The cause in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The gang; absent for a node.</summary>
    public ReportGang? Gang { get; init; }

    /// <summary>Per tier, narrowest first: how many domains can hold the gang, and what keeps the others from it.</summary>
    public ImmutableArray<ExplanationTier> Tiers { get; init; } = [];

    /// <summary>Of the nodes: how many can take a member, and what eliminates the others; absent for a node.</summary>
    public ExplanationNodes? Nodes { get; init; }

    /// <summary>Why the engine finds no place, the deciding reason first.</summary>
    public ImmutableArray<FitReason> Reasons { get; init; } = [];

    /// <summary>Where it runs or would go, and why there; absent where there is no such place.</summary>
    public ExplanationPlace? Place { get; init; }

    /// <summary>What it waits for; absent when it does not wait.</summary>
    public ExplanationWait? Wait { get; init; }

    /// <summary>What happens by itself, and when; the first to come first.</summary>
    public ImmutableArray<ExplanationDeadline> Deadlines { get; init; } = [];

    /// <summary>What has changed since the last attempt; absent where no earlier attempt is known.</summary>
    public ExplanationChange? Changed { get; init; }

    /// <summary>What would make it fit; each verified by planning again.</summary>
    public ImmutableArray<CounterOffer> CounterOffers { get; init; } = [];

    /// <summary>What to look at or to run about the cause; not verified by planning.</summary>
    public ImmutableArray<string> Advice { get; init; } = [];

    /// <summary>The node; absent for pods and gangs.</summary>
    public ExplanationNode? Node { get; init; }

    /// <summary>What is wrong or assumed.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>What an explanation is about.</summary>
public enum ExplanationSubjectKind
{
    /// <summary>A pod.</summary>
    Pod,

    /// <summary>A gang.</summary>
    Gang,

    /// <summary>A node.</summary>
    Node,
}

/// <summary>What was asked about.</summary>
/// <param name="Kind">Pod, gang or node.</param>
/// <param name="Namespace">Its namespace; empty for a node.</param>
/// <param name="Name">Its name.</param>
public sealed record ExplanationSubject(ExplanationSubjectKind Kind, string Namespace, string Name)
{
    /// <summary>The gang a pod is a member of, as <c>job/ml/llama</c>.</summary>
    public string? Gang { get; init; }

    /// <summary>Member index of a pod.</summary>
    public int? Member { get; init; }

    /// <summary>The node a pod is on, or is promised to.</summary>
    public string? Node { get; init; }
}

/// <summary>How the subject stands.</summary>
public enum ExplanationState
{
    /// <summary>Every pod that is there has its node.</summary>
    Running,

    /// <summary>Some pods have their nodes, others wait.</summary>
    PartlyBound,

    /// <summary>It has its places; the pods are on their way.</summary>
    Planned,

    /// <summary>It waits.</summary>
    Waiting,

    /// <summary>It waits behind a scheduling gate of somebody else.</summary>
    Gated,

    /// <summary>It has finished.</summary>
    Finished,

    /// <summary>A node that takes new pods.</summary>
    Open,

    /// <summary>A node that takes no new pods.</summary>
    Closed,
}

/// <summary>Why the subject is as it is.</summary>
public enum ExplanationCauseKind
{
    /// <summary>Nothing is in the way: it runs, or the node takes pods.</summary>
    None,

    /// <summary>Nothing is in the way and it has no place yet: it starts when it is looked at next.</summary>
    FitsNow,

    /// <summary>It has its places.</summary>
    Planned,

    /// <summary>Members are missing, or are not known yet.</summary>
    Incomplete,

    /// <summary>A scheduling gate of somebody else comes first.</summary>
    OtherGate,

    /// <summary>Kueue has not admitted it.</summary>
    Kueue,

    /// <summary>What it asks for cannot be understood.</summary>
    Invalid,

    /// <summary>Gangs that come before it take the room.</summary>
    Queue,

    /// <summary>It would fit, but on nodes that are kept for a gang that comes first.</summary>
    KeptForHead,

    /// <summary>It would fit, and holds out for its preferred tier.</summary>
    HoldsOut,

    /// <summary>It does not fit; <see cref="ExplanationCause.Constraint"/> says what is in the way.</summary>
    Constraint,

    /// <summary>The bounded search neither found a place nor proved that there is none.</summary>
    Undecided,

    /// <summary>It is over.</summary>
    Finished,
}

/// <summary>The one cause.</summary>
/// <param name="Kind">What kind of cause.</param>
/// <param name="Constraint">What is in the way, when it does not fit; for a closed node what closes it.</param>
/// <param name="Domain">The domain it is about: a fabric path, an NVLink domain, a power domain (<c>rack/r7</c>).</param>
/// <param name="Wanted">Members that must go somewhere.</param>
/// <param name="Room">Members for which there is room.</param>
public sealed record ExplanationCause(ExplanationCauseKind Kind, FitConstraint? Constraint = null, string? Domain = null, int? Wanted = null, int? Room = null)
{
    /// <summary>What takes the room that is missing, where <see cref="Constraint"/> is a tier, an NVLink domain or resources.</summary>
    public FitConstraint? Because { get; init; }
}

/// <summary>Something that happens by itself.</summary>
/// <param name="What">What.</param>
/// <param name="At">When, in whole seconds of UTC: <c>2027-01-31T16:00:00Z</c>.</param>
public sealed record ExplanationDeadline(string What, string At)
{
    /// <summary>One at a moment.</summary>
    public static ExplanationDeadline Of(string what, DateTimeOffset at) => new(what, ExplainText.Written(at));
}

/// <summary>A node, for those who ask what is on it and who could not use it.</summary>
public sealed record ExplanationNode
{
    /// <summary>Names of its switch domains, widest first.</summary>
    public required ImmutableArray<string> Path { get; init; }

    /// <summary>Its NVLink domain.</summary>
    public required string NvlinkDomain { get; init; }

    /// <summary>What closes it to new pods: <c>cordoned</c>, <c>not Ready</c>, <c>switched off</c>, taints.</summary>
    public required ImmutableArray<string> ClosedBy { get; init; }

    /// <summary>Allocatable and free accelerators, by resource.</summary>
    public required ImmutableArray<ExplanationDevices> Devices { get; init; }

    /// <summary>Its watts now, and at most.</summary>
    public required long DrawWatts { get; init; }

    /// <summary>Most it can draw.</summary>
    public required long MaxWatts { get; init; }

    /// <summary>What is left of every power budget above it.</summary>
    public required ImmutableArray<PowerHeadroom> Power { get; init; }

    /// <summary>The pods on it, those with most devices first.</summary>
    public required ImmutableArray<ExplanationPod> Pods { get; init; }

    /// <summary>The gangs that wait, and whether it could take a member of each.</summary>
    public required ImmutableArray<ExplanationCandidate> Waiting { get; init; }
}

/// <summary>Accelerators of a node.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Allocatable">How many it has.</param>
/// <param name="Free">How many no pod has.</param>
public sealed record ExplanationDevices(string Resource, int Allocatable, int Free);

/// <summary>A pod on a node.</summary>
/// <param name="Id"><c>pod/ml/trainer-0</c></param>
/// <param name="Gang">Its gang; absent for none.</param>
/// <param name="Gpus">Accelerators it has.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Terminating">It is being deleted.</param>
public sealed record ExplanationPod(string Id, string? Gang, int Gpus, int Priority, bool Terminating);

/// <summary>Whether a node could take members of a gang that waits.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Members">How many it could take; 0 for none.</param>
/// <param name="Constraint">What keeps it from taking one; absent when it could.</param>
/// <param name="Message">That in words.</param>
public sealed record ExplanationCandidate(string Gang, int Members, FitConstraint? Constraint, string Message);
