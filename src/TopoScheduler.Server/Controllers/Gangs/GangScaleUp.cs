using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Turns to an autoscaler for a gang that has waited for room long enough: no autoscaler looks at pods with gates. (1) A gang in the queue gets a time, which
/// stands in its resource. (2) When that has come, and nothing is in its way but a lack of room, what is done is written down, and then done: its gates come
/// off (<see cref="GangLetGo"/>), or room is asked for (<see cref="ProvisioningRequests"/>) while it goes on waiting.
/// </summary>
internal sealed class GangScaleUp
{
    /// <summary>What a resource says of the time: a new leader knows it by this.</summary>
    public const string Deadline = "an autoscaler is turned to if the gang still waits for room";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly GangStatuses _statuses;
    private readonly GangOptions _options;
    private readonly GangLetGo _letGo;
    private readonly ProvisioningRequests _requests;

    /// <summary>One that has turned to nobody yet.</summary>
    public GangScaleUp(ApiClient client, GangWriter writer, GangRoster roster, GangStatuses statuses, GangOptions options, ILoggerFactory loggers)
    {
        (_statuses, _options) = (statuses, options);
        _letGo = new(writer, roster, statuses, options, loggers.CreateLogger<GangLetGo>());
        _requests = new(client, options);
    }

    /// <summary>The gang is in the queue: it waits for room from now on, if it did not before.</summary>
    public void Await(GangRecord record, DateTimeOffset now)
    {
        if (!_options.ScalesUp) return;
        record.ScaleUpAt ??= record.ScaleUp == ScaleUpStep.Requested ? now : now + TimeSpan.FromSeconds(_options.ScaleUpAfterSeconds);
        if (record.ScaleUp == ScaleUpStep.None) record.AutoscalerDeadline = new(Deadline, record.ScaleUpAt.Value);
        // When the time has come it is turned to one in this very step.
        if (Later(record.ScaleUpAt.Value, record.AutoscalerAt) is var at && at > now) record.LookAgain(at);
    }

    /// <summary>True when it is time to turn to an autoscaler, or to see what it says.</summary>
    public static bool IsDue(GangRecord record, DateTimeOffset now) => record.IsQueued && record.ScaleUpAt <= now && record.AutoscalerAt <= now;

    /// <summary>Turns to an autoscaler, or sees what it says. A gang whose pods are let go is to leave the queue.</summary>
    /// <param name="record">The gang; it is in the queue and due.</param>
    /// <param name="live">Its pods that are not being deleted.</param>
    /// <param name="reason">Why it waits.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task HelpAsync(GangRecord record, IReadOnlyList<GangPod> live, WaitReason? reason, DateTimeOffset now, CancellationToken cancellation)
    {
        record.AutoscalerAt = now + Pause;
        if (record.ScaleUp == ScaleUpStep.Requested) await FollowRequestAsync(record, live, now, cancellation).ConfigureAwait(false);
        else if (!IsShortOfRoom(reason)) record.Autoscaler = null;
        else if (!_options.Ungates) await RequestAsync(record, live, now, cancellation).ConfigureAwait(false);
        else if (reason!.LastAttempt!.Reasons.Any(r => r.Constraint == FitConstraint.Power)) record.Autoscaler = "its gates stay on, because a power budget is in its way and the scheduler keeps none";
        else await LetGoAsync(record, live, now, cancellation).ConfigureAwait(false);
        if (!record.IsLetGo) record.LookAgain(record.AutoscalerAt);
    }

    /// <summary>Lets go the rest of a gang whose pods are let go. False when it is none.</summary>
    public async Task<bool> TryLetGoAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!GangLetGo.Is(record, live)) return false;
        await _letGo.GoOnAsync(record, live, now, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>The gang needs no more room: it is placed and bound, or over. True when no request for it is left.</summary>
    public async Task<bool> TryCloseAsync(GangRecord record, DateTimeOffset now, CancellationToken cancellation)
    {
        if (record.ScaleUp != ScaleUpStep.Requested) return true;
        if (!await _requests.TryDeleteAsync(record, cancellation).ConfigureAwait(false))
        {
            record.LookAgain(now + RetryPause);
            return false;
        }

        record.ScaleUp = ScaleUpStep.None;
        return true;
    }

    private async Task LetGoAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        await _letGo.BeginAsync(record, live, now, cancellation).ConfigureAwait(false);
        if (!record.IsLetGo) record.AutoscalerAt = now + RetryPause;
    }

    private async Task RequestAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        record.ScaleUp = ScaleUpStep.Requested;
        if (await _statuses.SaveScaleUpAsync(record, live, now, cancellation).ConfigureAwait(false))
        {
            await FollowRequestAsync(record, live, now, cancellation).ConfigureAwait(false);
            return;
        }

        record.ScaleUp = GangRecord.ScaleUpOf(record.Stored);
        record.AutoscalerAt = now + RetryPause;
    }

    private async Task FollowRequestAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        record.AutoscalerDeadline = null;
        if (!await _requests.FollowAsync(record, live, cancellation).ConfigureAwait(false)) record.AutoscalerAt = now + RetryPause;
    }

    // A gang behind the head waits for its turn, one that holds out for a tier could start, and what is wrong with it no node cures.
    private static bool IsShortOfRoom(WaitReason? reason) =>
        reason is { Cause: WaitCause.RunningGangs or WaitCause.Capacity, LastAttempt: { Plan: null, Outcome: not PlacementOutcome.Invalid } };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
