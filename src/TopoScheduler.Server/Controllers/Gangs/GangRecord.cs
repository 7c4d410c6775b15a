using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What the controller knows of one gang between two looks at it. All of it can be made anew from the API server.</summary>
internal sealed class GangRecord(GangKey key)
{
    /// <summary>The gang's identity.</summary>
    public GangKey Key { get; } = key;

    /// <summary>The gang as it was last read; null as long as it was not.</summary>
    public Gang? Gang { get; set; }

    /// <summary>The job it is; null for plain pods, or as long as it was not read.</summary>
    public OwnerReference? Owner { get; set; }

    /// <summary>True when it cannot be read because the API server has not answered; reading it again may tell.</summary>
    public bool IsUnanswered { get; set; }

    /// <summary>Uids of the pods it was read with.</summary>
    public HashSet<string> ReadWith { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The resource as we last wrote or read it; null as long as there is none.</summary>
    public GangPlacement? Stored { get; set; }

    /// <summary>Where each member goes; empty without a plan.</summary>
    public SortedDictionary<int, string> Plan { get; set; } = [];

    /// <summary>Names of the pods that are or are to be members, by member.</summary>
    public SortedDictionary<int, string> PodOf { get; set; } = [];

    /// <summary>Power cap of the gang's GPUs.</summary>
    public int? GpuCapWatts { get; set; }

    /// <summary>The plan in a line; null when it was made by somebody before us.</summary>
    public PlacementSummary? Summary { get; set; }

    /// <summary>The last report on why it waits; null for none.</summary>
    public PlacementReport? Report { get; set; }

    /// <summary>The attempt that report is on.</summary>
    public PlacementResult? ReportOn { get; set; }

    /// <summary>What the last attempt found; null before the first.</summary>
    public AttemptFigures? Attempt { get; private set; }

    /// <summary>What the last one found that found something else; null for none.</summary>
    public AttemptFigures? AttemptBefore { get; private set; }

    /// <summary>When what would make it fit may be looked for again.</summary>
    public DateTimeOffset OfferAt { get; set; }

    /// <summary>True while it stands in the queue.</summary>
    public bool IsQueued { get; set; }

    /// <summary>When its last member was created: its age in the queue.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>When a pod was last new to us.</summary>
    public DateTimeOffset GrewAt { get; set; }

    /// <summary>One sentence: how it stands.</summary>
    public string Message { get; set; } = "";

    /// <summary>One word for the condition.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What will happen by itself.</summary>
    public List<GangDeadline> Deadlines { get; } = [];

    /// <summary>Since when a member's node has been bad for it.</summary>
    public Dictionary<int, DateTimeOffset> BadSince { get; } = [];

    /// <summary>Uids of pods that were replaced: once is enough.</summary>
    public HashSet<string> Replaced { get; } = new(StringComparer.Ordinal);

    /// <summary>The change counter of the cluster at which members without a node last found none; -1: not tried.</summary>
    public long RestTriedAt { get; set; } = -1;

    /// <summary>Why they found none: the first reason of the last attempt.</summary>
    public string? RestRefusal { get; set; }

    /// <summary>The plan for which the rank map was written; null for none.</summary>
    public string? RankMapOf { get; set; }

    /// <summary>True when members are missing or in trouble.</summary>
    public bool IsDegraded { get; set; }

    /// <summary>When to look again though nothing has changed; null: when something changes.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>What has been done for it so that an autoscaler helps.</summary>
    public ScaleUpStep ScaleUp { get; set; }

    /// <summary>When an autoscaler is turned to; null: it does not wait for room, or none ever is.</summary>
    public DateTimeOffset? ScaleUpAt { get; set; }

    /// <summary>When it is next asked whether an autoscaler is needed, and what it says.</summary>
    public DateTimeOffset AutoscalerAt { get; set; }

    /// <summary>What is to be said of an autoscaler; null for nothing.</summary>
    public string? Autoscaler { get; set; }

    /// <summary>What an autoscaler does by itself; null for nothing.</summary>
    public GangDeadline? AutoscalerDeadline { get; set; }

    /// <summary>True when its gates come off without places.</summary>
    public bool IsLetGo => ScaleUp == ScaleUpStep.Ungated;

    /// <summary>When the status was last written.</summary>
    public DateTimeOffset SavedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>True for a gang that may start with fewer members than it has.</summary>
    public bool IsElastic => Gang is { } gang && gang.LeastMembers < gang.Size;

    /// <summary>Asks to be looked at again at a time, if not earlier.</summary>
    public void LookAgain(DateTimeOffset at)
    {
        if (DueAt is null || at < DueAt) DueAt = at;
    }

    /// <summary>Notes what an attempt found: two are kept, and of those that found the same the first.</summary>
    public void Note(AttemptFigures attempt)
    {
        if (Attempt is { } last && last.IsLike(attempt)) return;
        (AttemptBefore, Attempt) = (Attempt, attempt);
    }

    /// <summary>Says how it stands.</summary>
    public void Say(string reason, string message) => (Reason, Message) = (reason, message);

    /// <summary>What is planned, as it is written down.</summary>
    public IEnumerable<PlannedMember> Planned => Plan.Select(m => new PlannedMember(m.Key, m.Value, PodOf.GetValueOrDefault(m.Key, "")));

    /// <summary>True when what is stored is what is planned: only then may pods go.</summary>
    public bool IsSaved => Stored is { Uid.Length: > 0 } stored && stored.Status.GpuCapWatts == GpuCapWatts && stored.Status.Plan.SequenceEqual(Planned);

    /// <summary>True when what is stored says what is done for it so that an autoscaler helps: only then may it be done.</summary>
    public bool IsScaleUpSaved => Stored is { Uid.Length: > 0 } stored && ScaleUpOf(stored) == ScaleUp;

    /// <summary>What a resource says has been done so that an autoscaler helps.</summary>
    public static ScaleUpStep ScaleUpOf(GangPlacement? stored) =>
        Enum.TryParse<ScaleUpStep>(stored?.Status.Conditions.FirstOrDefault(c => c.Type == GangCondition.ScaleUp && c.Holds)?.Reason, out var step) ? step : ScaleUpStep.None;

    /// <summary>It does not wait for room any more.</summary>
    public void StopAwaitingRoom() => (ScaleUpAt, Autoscaler, AutoscalerDeadline) = (null, null, null);

    /// <summary>Takes over what is stored.</summary>
    public void Adopt(GangPlacement stored)
    {
        Stored = stored;
        Plan = new(stored.Status.Plan.ToDictionary(m => m.Member, m => m.Node));
        PodOf = new(stored.Status.Plan.Where(m => m.Pod.Length > 0).ToDictionary(m => m.Member, m => m.Pod));
        (GpuCapWatts, Summary, ScaleUp) = (stored.Status.GpuCapWatts, null, ScaleUpOf(stored));
        foreach (var deadline in stored.Status.Deadlines)
        {
            if (deadline.What == GangScaleUp.Deadline) ScaleUpAt = deadline.At;
        }
    }
}
