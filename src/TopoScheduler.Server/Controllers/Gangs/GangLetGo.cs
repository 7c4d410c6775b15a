using System.Globalization;
using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Takes the gates of a whole gang off without places, so that an autoscaler sees its pods. That it does so is written down first: whoever leads next lets the
/// rest go too, and nobody plans a gang of which some have gone anywhere.
/// </summary>
/// <param name="writer">Writes to the API server.</param>
/// <param name="roster">Where pods are told to be as the server answered, before the watch says so.</param>
/// <param name="statuses">Writes resources.</param>
/// <param name="options">How long a gang waits before, and how many patches at a time.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class GangLetGo(GangWriter writer, GangRoster roster, GangStatuses statuses, GangOptions options, ILogger<GangLetGo> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly KeyValuePair<string, string>[] Annotations = [KeyValuePair.Create(AnnotationKeys.ScaleUp, GateRelease.Ungated)];

    /// <summary>True when the pods of the gang are let go: that was written down, or some have gone.</summary>
    public static bool Is(GangRecord record, IReadOnlyList<GangPod> live) =>
        record.IsLetGo || (record.Plan.Count == 0 && live.Any(p => p.LetGo) && live.All(p => p.Member is null));

    /// <summary>Writes it down, then lets all pods go. Where it cannot be written, none goes.</summary>
    public async Task BeginAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        (record.Autoscaler, record.AutoscalerDeadline) = (null, null);
        record.Deadlines.Clear();
        Say(record, live);
        if (!await statuses.SaveScaleUpAsync(record, live, now, cancellation).ConfigureAwait(false))
        {
            record.ScaleUp = GangRecord.ScaleUpOf(record.Stored);
            return;
        }

        LogLetGo(record.Key.Id, live.Count);
        await GoOnAsync(record, live, now, cancellation).ConfigureAwait(false);
    }

    /// <summary>Lets go those that have not gone.</summary>
    public async Task GoOnAsync(GangRecord record, IReadOnlyList<GangPod> live, DateTimeOffset now, CancellationToken cancellation)
    {
        Say(record, live);
        foreach (var some in live.Where(p => p.Gated && p.OtherGate is null).Chunk(options.PatchesAtOnce))
        {
            var gone = await Task.WhenAll(some.Select(p => TryLetGoAsync(p, cancellation))).ConfigureAwait(false);
            if (gone.Contains(false)) record.LookAgain(now + RetryPause);
        }
    }

    private async Task<bool> TryLetGoAsync(GangPod pod, CancellationToken cancellation)
    {
        var (outcome, now, message) = await writer.ReleaseAsync(pod, null, Annotations, cancellation).ConfigureAwait(false);
        if (outcome == ReleaseOutcome.Released && now is not null) roster.Learn(now);
        if (outcome == ReleaseOutcome.Gone) roster.Remove(pod.Uid);
        if (outcome is ReleaseOutcome.Released or ReleaseOutcome.Gone) return true;
        LogFailed(pod.Namespace, pod.Name, outcome, message);
        return false;
    }

    private void Say(GangRecord record, IReadOnlyList<GangPod> live)
    {
        record.ScaleUp = ScaleUpStep.Ungated;
        var rest = live.All(p => p.NodeName is not null) ? "the scheduler has placed them" : "the scheduler places them one by one";
        record.Say("LetGo", $"its gates were taken off after {Text(options.ScaleUpAfterSeconds)} so that an autoscaler sees its pods; {rest}");
    }

    private static string Text(int seconds) =>
        seconds > 0 && seconds % 60 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min") : string.Create(CultureInfo.InvariantCulture, $"{seconds} s");

    [LoggerMessage(1, LogLevel.Warning, "{Gang}: its {Pods} pods are let go without places, so that an autoscaler sees them")]
    private partial void LogLetGo(string gang, int pods);

    [LoggerMessage(2, LogLevel.Warning, "the gate of {Namespace}/{Pod} could not be taken off: {Outcome}: {Message}")]
    private partial void LogFailed(string @namespace, string pod, ReleaseOutcome outcome, string message);
}
