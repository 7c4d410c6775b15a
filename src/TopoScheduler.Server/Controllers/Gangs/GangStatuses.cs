using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>Writes the resources of gangs: plans at once, because pods wait for them; what only people read not more often than people read.</summary>
/// <param name="writer">Writes to the API server.</param>
/// <param name="state">The live state.</param>
/// <param name="holds">Holds what somebody else has written meanwhile; null where what is held is the plan and what is written only a memory of it.</param>
/// <param name="tell">Told of events; must not wait.</param>
internal sealed class GangStatuses(GangWriter writer, ClusterState state, GangHolds? holds, Action<EventNote> tell)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Saves the plan. Only when this is true may pods go.</summary>
    public async Task<bool> SavePlanAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        if (record.IsSaved) return true;
        await SaveAsync(record, GangStatusText.Of(record, live, now), live, now, cancellation).ConfigureAwait(false);
        // Somebody else may have let its pods go instead.
        return record.IsSaved && !record.IsLetGo;
    }

    /// <summary>Saves what is about to be done so that an autoscaler helps. Only when this is true may it be done.</summary>
    public async Task<bool> SaveScaleUpAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!record.IsScaleUpSaved) await SaveAsync(record, GangStatusText.Of(record, live, now), live, now, cancellation).ConfigureAwait(false);
        return record.IsScaleUpSaved;
    }

    /// <summary>Saves what has changed for a reader; when it was saved a moment ago, later.</summary>
    public async Task SaveStatusAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        var wanted = GangStatusText.Of(record, live, now);
        if (record.Stored is { } stored && GangStatusText.IsSame(stored, wanted)) return;
        var news = record.Stored is null || record.Stored.Status.Phase != wanted.Status.Phase;
        if (!news && now < record.SavedAt + Pause)
        {
            record.LookAgain(record.SavedAt + Pause);
            return;
        }

        await SaveAsync(record, wanted, live, now, cancellation).ConfigureAwait(false);
    }

    private async Task SaveAsync(GangRecord record, GangPlacement wanted, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        var answer = await writer.SaveAsync(wanted, record.Stored, cancellation).ConfigureAwait(false);
        if (answer.Saved)
        {
            Tell(record, wanted with { Uid = answer.Placement?.Uid ?? wanted.Uid }, live);
            (record.Stored, record.SavedAt) = (answer.Placement, now);
            return;
        }

        record.LookAgain(now + RetryPause);
        if (answer.Error is not null || answer.Placement is not { } theirs) return;
        if (holds is null)
        {
            // A process that has ended may have written last: its pods hear what we hold, so that is written over it.
            record.Stored = theirs.Uid.Length > 0 ? theirs : null;
            return;
        }

        // Somebody else has written it. If it is a plan, it is the plan, and if it lets pods go, they are let go: they may be going by it.
        record.Stored = theirs.Uid.Length > 0 ? theirs : null;
        if (theirs.Uid.Length == 0) return;
        var isLetGo = !record.IsLetGo && GangRecord.ScaleUpOf(theirs) == ScaleUpStep.Ungated;
        if (!isLetGo && (theirs.Status.Plan.IsEmpty || theirs.Status.Plan.SequenceEqual(wanted.Status.Plan))) return;
        record.Adopt(theirs);
        GangHolds.Follow(record, live);
        state.Release(record.Key);
        holds.TakeUp(record, live, []);
    }

    // On the placement, on the job, and on one of the pods: a thousand events would help nobody.
    private void Tell(GangRecord record, GangPlacement now, IReadOnlyList<GangPod> live)
    {
        var before = record.Stored?.Status;
        if (before is not null && before.Phase == now.Status.Phase && (now.Status.Phase is not (GangPhase.Waiting or GangPhase.Degraded) || before.Message == now.Status.Message)) return;
        var (reason, warning) = now.Status.Phase switch
        {
            GangPhase.Waiting => (record.IsLetGo ? "LetGo" : "Waiting", true),
            GangPhase.Degraded => ("Degraded", true),
            GangPhase.Planned => ("Planned", false),
            _ => ("Bound", false),
        };
        Tell(new(GangPlacementJson.ApiVersion, GangPlacementJson.Kind, new(now.Gang.Namespace, now.Name, now.Uid)));
        if (now.Owner is { } owner) Tell(new(owner.ApiVersion, owner.Kind, new(owner.Namespace, owner.Name, owner.Uid)));
        if (live.Count > 0) Tell(new("v1", "Pod", new(live[0].Namespace, live[0].Name, live[0].Uid)));

        void Tell(EventSubject subject) => tell(new(subject, reason, "Placing", now.Status.Message, warning));
    }
}
