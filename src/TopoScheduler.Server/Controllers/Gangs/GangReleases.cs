using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>Takes gates off: one patch per pod, several at a time. Only for gangs whose plan is saved.</summary>
/// <param name="state">The live state.</param>
/// <param name="book">What pods take.</param>
/// <param name="writer">Writes to the API server.</param>
/// <param name="roster">Where pods are told to be as the server answered, before the watch says so.</param>
/// <param name="options">How many patches at a time.</param>
/// <param name="metrics">What is counted.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class GangReleases(
    ClusterState state, PodBook book, GangWriter writer, GangRoster roster, GangOptions options, SchedulerMetrics metrics, ILogger<GangReleases> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>The record of decisions; null for none.</summary>
    public AuditLog? Audit { get; set; }

    /// <summary>Lets go every pod that has a seat and a hold, after judging each once more on the newest snapshot.</summary>
    /// <returns>When to try again those that could not go; null when all went.</returns>
    public async Task<DateTimeOffset?> ReleaseAsync(
        GangRecord record, IReadOnlyList<GangPod> live, Dictionary<string, int> seats, DateTimeOffset now, CancellationToken cancellation)
    {
        var failures = 0;
        var cluster = state.Current;
        var ready = live.Where(p => p.Gated && p.OtherGate is null && seats.ContainsKey(p.Uid)).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.PatchesAtOnce, CancellationToken = cancellation };
        if (options.PatchesAtOnce == 1)
        {
            foreach (var pod in ready) await ReleaseOneAsync(pod, cancellation).ConfigureAwait(false);
        }
        else
        {
            await Parallel.ForEachAsync(ready, parallel, async (pod, stop) => await ReleaseOneAsync(pod, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return failures > 0 ? now + RetryPause : null;

        async Task ReleaseOneAsync(GangPod pod, CancellationToken stop)
        {
            if (!await TryReleaseAsync(record, cluster, pod, seats[pod.Uid], stop).ConfigureAwait(false)) Interlocked.Increment(ref failures);
        }
    }

    /// <summary>Finds out whether pods have gone of which nobody heard.</summary>
    public async Task SettleAsync(GangRecord record, IReadOnlyList<GangPod> live, CancellationToken cancellation)
    {
        var standing = state.ReservationOf(record.Key);
        foreach (var pod in live)
        {
            if (pod.Gated && standing?.HoldOf(pod.Uid) is { Phase: HoldPhase.Assumed }) await SettleAsync(pod, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryReleaseAsync(GangRecord record, ClusterSnapshot cluster, GangPod pod, int member, CancellationToken cancellation)
    {
        var gang = record.Gang!;
        // Without a hold there is nothing to release: what is planned was given up, or nothing was found.
        if (state.ReservationOf(gang.Key)?.HoldOf(member) is not { } hold || record.Plan.GetValueOrDefault(member) != hold.Pod.NodeName) return true;
        if (!state.TryClaim(gang.Key, member, pod.Uid, pod.Name)) return false;
        var cap = hold.Pod.Template.Power.CapWatts;
        var demand = book.DemandOf(pod, gang, hold.Pod.Template.Power);
        var assumed = state.TryAssume(gang.Key, hold.Pod with { Name = pod.Name, Uid = pod.Uid, Template = demand.Under(cap) }, gang, GangHolds.Never);
        if (!assumed.MayBind)
        {
            metrics.Released(Words.Of(assumed.Refusal));
            LogNotYet(pod.Namespace, pod.Name, hold.Pod.NodeName, assumed.Refusal);
            Record(pod, hold.Pod.NodeName, cluster, "refused", $"the node would not take it now: {assumed.Refusal}");
            if (hold.Phase == HoldPhase.Assumed) await SettleAsync(pod, cancellation).ConfigureAwait(false);
            return false;
        }

        var annotations = PlacementAnnotations.Of(gang, member, hold.Pod.NodeName, cluster, cap, demand.Unsaid);
        if (record.ScaleUp == ScaleUpStep.Requested)
        {
            // The room that was made for it is kept for pods that say this.
            annotations[ProvisioningRequestJson.ConsumeKey] = GangPlacementName.Of(gang.Key);
            annotations[ProvisioningRequestJson.ClassKey] = options.ProvisioningClass;
        }

        var (outcome, now, message) = await WriteAsync(pod, hold.Pod.NodeName, annotations, cancellation).ConfigureAwait(false);
        Record(pod, hold.Pod.NodeName, cluster, outcome == ReleaseOutcome.Released ? "released" : outcome.ToString().ToLowerInvariant(), message);
        switch (outcome)
        {
            case ReleaseOutcome.Released:
                if (now is not null) roster.Learn(now);
                return true;
            case ReleaseOutcome.Gone:
                state.RemovePod(pod.Uid);
                roster.Remove(pod.Uid);
                return true;
            case ReleaseOutcome.Refused:
                state.Forget(pod.Uid);
                break;
        }

        LogFailed(pod.Namespace, pod.Name, outcome, message);
        return false;
    }

    private void Record(GangPod pod, string node, ClusterSnapshot cluster, string outcome, string reason) => Audit?.Write(new(AuditVerb.Release, outcome)
    {
        Gang = pod.Gang.Id,
        Pod = $"pod/{pod.Namespace}/{pod.Name}",
        Uid = pod.Uid,
        PodVersion = pod.ResourceVersion,
        Nodes = [node],
        Reason = reason,
        Cluster = cluster,
        Freed = state.Freed,
    });

    private async Task<(ReleaseOutcome Outcome, GangPod? Pod, string Message)> WriteAsync(
        GangPod pod, string node, IEnumerable<KeyValuePair<string, string>> annotations, CancellationToken cancellation)
    {
        using var span = SchedulerTraces.Release(pod.Namespace, pod.Name, node);
        metrics.Writes.Writing(pod.Uid);
        var answer = await writer.ReleaseAsync(pod, node, annotations, cancellation).ConfigureAwait(false);
        if (answer.Outcome != ReleaseOutcome.Released) metrics.Writes.Failed(pod.Uid);
        metrics.Released(Words.Of(answer.Outcome));
        SchedulerTraces.End(span, Words.Of(answer.Outcome), isError: answer.Outcome is ReleaseOutcome.Refused or ReleaseOutcome.Unknown);
        return answer;
    }

    // Nobody heard what became of the patch before, and now the node would not take the pod. Only the server knows whether it has gone.
    private async Task SettleAsync(GangPod pod, CancellationToken cancellation)
    {
        var (isKnown, now) = await writer.LookAtAsync(pod, cancellation).ConfigureAwait(false);
        if (!isKnown) return;
        if (now is null)
        {
            state.RemovePod(pod.Uid);
            roster.Remove(pod.Uid);
        }
        else if (now.Gated)
        {
            state.Forget(pod.Uid);
        }
        else
        {
            roster.Learn(now);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Namespace}/{Pod} keeps its gate: node {Node} would not take it now: {Refusal}")]
    private partial void LogNotYet(string @namespace, string pod, string node, CommitRefusal refusal);

    [LoggerMessage(2, LogLevel.Warning, "the gate of {Namespace}/{Pod} could not be taken off: {Outcome}: {Message}")]
    private partial void LogFailed(string @namespace, string pod, ReleaseOutcome outcome, string message);
}
