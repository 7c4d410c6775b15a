using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What a gang's resource says: a function of its record and its pods.</summary>
internal static class GangStatusText
{
    /// <summary>The resource as it should be.</summary>
    /// <param name="record">The gang.</param>
    /// <param name="live">Its pods that are not being deleted.</param>
    /// <param name="now">The time: when conditions change.</param>
    public static GangPlacement Of(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now)
    {
        var before = record.Stored?.Status ?? new();
        var bound = live.Count(p => p.NodeName is not null);
        var phase = PhaseOf(record, live, before);
        var plan = record.Planned.ToImmutableArray();
        // A plan that somebody before us made is described as he described it.
        var told = record.Summary is null && plan.Select(m => (m.Member, m.Node)).SequenceEqual(before.Plan.Select(m => (m.Member, m.Node)));
        var status = new GangPlacementStatus
        {
            Phase = phase,
            Plan = plan,
            Bound = bound,
            Tier = record.Summary?.Tier ?? (told ? before.Tier : null),
            Domain = record.Summary?.Domain ?? (told ? before.Domain : null),
            Nodes = record.Plan.Values.Distinct(StringComparer.Ordinal).Count(),
            Watts = record.Summary?.AddedWatts ?? (told ? before.Watts : 0),
            GpuCapWatts = record.GpuCapWatts,
            EstimateMs = record.Summary?.CommunicationMs ?? (told ? before.EstimateMs : null),
            StartedAt = before.StartedAt ?? (phase == GangPhase.Bound ? now : null),
            Deadlines = [.. (record.AutoscalerDeadline is { } its ? record.Deadlines.Append(its) : record.Deadlines).OrderBy(d => d.At).ThenBy(d => d.What, StringComparer.Ordinal)],
        };
        status = status with { Message = MessageOf(record, status) };
        return new()
        {
            Gang = record.Key,
            Name = GangPlacementName.Of(record.Key),
            Uid = record.Stored?.Uid ?? "",
            ResourceVersion = record.Stored?.ResourceVersion ?? "",
            Owner = record.Stored is { } stored ? stored.Owner : record.Owner ?? OwnerOf(live),
            Size = SizeOf(record, live),
            Min = LeastOf(record, live) is > 0 and var least ? least : live.Count,
            Gpus = record.Gang?.Gpus ?? record.Stored?.Gpus ?? 0,
            Status = status with { Conditions = Conditions(record, status, before, now) },
        };
    }

    /// <summary>True when nothing a reader would miss has changed.</summary>
    public static bool IsSame(GangPlacement a, GangPlacement b) =>
        a.Status.Phase == b.Status.Phase && a.Status.Bound == b.Status.Bound && a.Status.Message == b.Status.Message && a.Status.GpuCapWatts == b.Status.GpuCapWatts
        && a.Status.Plan.SequenceEqual(b.Status.Plan) && a.Status.Deadlines.SequenceEqual(b.Status.Deadlines)
        && GangRecord.ScaleUpOf(a) == GangRecord.ScaleUpOf(b);

    private static GangPhase PhaseOf(GangRecord record, IReadOnlyList<GangPod> live, GangPlacementStatus before)
    {
        if (record.IsLetGo) return live.All(p => p.NodeName is not null) && (before.StartedAt is not null || live.Count >= SizeOf(record, live)) ? GangPhase.Bound : GangPhase.Waiting;
        if (record.Plan.Count == 0) return GangPhase.Waiting;
        if (record.IsDegraded || record.Plan.Count < record.Gang?.LeastMembers) return GangPhase.Degraded;
        // Members that an elastic gang was planned without may wait on; those that are planned may not.
        var planned = record.PodOf.Values.ToHashSet(StringComparer.Ordinal);
        var waiting = live.Any(p => p.NodeName is null && (p.Member is not null || !record.IsElastic || planned.Contains(p.Name)));
        if (!waiting && (before.StartedAt is not null || live.Count >= Math.Max(record.Plan.Count, LeastOf(record, live)))) return GangPhase.Bound;
        // It ran, and pods that stand for members it had are on their way.
        return before.StartedAt is null ? GangPhase.Planned : GangPhase.Degraded;
    }

    private static string MessageOf(GangRecord record, GangPlacementStatus status)
    {
        if (record.Message.Length > 0) return record.Message;
        if (status.Phase == GangPhase.Waiting) return "it waits for its first look";
        var where = status.Domain is null ? Text($"on {status.Nodes} nodes") : status.Tier == status.Domain ? Text($"across the cluster on {status.Nodes} nodes")
            : Text($"in {status.Tier} {status.Domain} on {status.Nodes} nodes");
        var cost = status.EstimateMs is > 0 and { } ms ? Text($", {ms:0.###} ms of communication per step") : "";
        var watts = status.Watts > 0 ? Text($", {status.Watts:N0} W more") : "";
        var cap = status.GpuCapWatts is { } capped ? Text($", GPUs capped at {capped} W") : "";
        return Text($"{status.Plan.Length} pods planned {where}{cost}{watts}{cap}; {status.Bound} bound");
    }

    private static ImmutableArray<ObjectCondition> Conditions(GangRecord record, GangPlacementStatus status, GangPlacementStatus before, DateTimeOffset now)
    {
        var planned = record.Plan.Count > 0;
        ReadOnlySpan<ObjectCondition> helped = record.ScaleUp == ScaleUpStep.None ? [] : [Of(GangCondition.ScaleUp, true, record.ScaleUp.ToString())];
        return
        [
            Of(GangCondition.Bound, status.Phase == GangPhase.Bound, status.Phase == GangPhase.Bound ? "AllBound" : "NotAllBound"),
            Of(GangCondition.Degraded, status.Phase == GangPhase.Degraded, status.Phase == GangPhase.Degraded ? "MembersMissing" : "AsPlanned"),
            Of(GangCondition.Planned, planned, planned ? "Planned" : record.Reason.Length > 0 ? record.Reason : "Waiting"),
            .. helped,
        ];

        ObjectCondition Of(string type, bool holds, string reason) => new ObjectCondition(type, holds, reason, status.Message, now).After(before.Conditions);
    }

    private static int SizeOf(GangRecord record, IReadOnlyList<GangPod> live) => record.Gang?.Size ?? record.Stored?.Size ?? StatedSize(live) ?? live.Count;

    // Where nobody has read its job since a restart, what was written down counts, else what its pods say.
    private static int LeastOf(GangRecord record, IReadOnlyList<GangPod> live) =>
        record.Gang?.LeastMembers ?? (record.Stored is { Min: > 0 } stored ? stored.Min : StatedSize(live) ?? 0);

    private static int? StatedSize(IReadOnlyList<GangPod> live) => live.Max(p => p.GangSize);

    private static OwnerReference? OwnerOf(IReadOnlyList<GangPod> live) => live.Count == 0 ? null : live[0].Controller;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
