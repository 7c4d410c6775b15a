using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Controllers;

/// <summary>
/// Counts how much room there is, for metrics alone: beside the scheduling, by the replica that leads, only while somebody looks, only when the cluster has
/// changed, and never for more than a tenth of the time of one processor.
/// </summary>
/// <param name="cluster">The cluster now; null while it is not known or another replica schedules.</param>
/// <param name="policy">What plans depend on.</param>
/// <param name="interval">Time between two counts at least.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class CapacityWatch(Func<ClusterSnapshot?> cluster, PlacementPolicy policy, TimeSpan interval, TimeProvider time, ILogger<CapacityWatch> logger)
{
    /// <summary>Gangs of so many devices are counted.</summary>
    public static readonly ImmutableArray<int> SlotSizes = [8, 16, 64];

    // Counting mostly needs no plans. Where it does, one costs what the cluster has: of a large one fewer are made, so that a count takes seconds and not minutes.
    private const int MostPlans = 1_000;
    private const int FewestPlans = 100;
    private const int MostPlannedNodes = 2_000_000;

    /// <summary>Whoever has not looked for so long looks no more.</summary>
    internal static readonly TimeSpan Attention = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // A count of time t is followed by a pause of nine.
    private const int PauseShare = 9;

    private volatile CapacityFigures? _figures;
    private ClusterSnapshot? _counted;
    private long _askedAt = -1;
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private string _told = "";

    /// <summary>The last figures; null: none yet, or another replica schedules. Whoever asks makes it count on. For any thread.</summary>
    public CapacityFigures? Figures
    {
        get
        {
            Volatile.Write(ref _askedAt, time.GetTimestamp());
            return _figures;
        }
    }

    /// <summary>True while somebody looks at metrics.</summary>
    public bool IsWatched => Volatile.Read(ref _askedAt) is >= 0 and var asked && time.GetElapsedTime(asked) <= Attention;

    /// <summary>Counts until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Tick, time, cancellation).ConfigureAwait(false);
            // A count cannot be broken off; the end of the server does not wait for it.
            if (IsDue() is { } due) await Task.Run(() => Count(due), cancellation).WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The cluster to be counted now; null for none.</summary>
    internal ClusterSnapshot? IsDue()
    {
        if (cluster() is not { } now)
        {
            (_figures, _counted) = (null, null);
            return null;
        }

        return IsWatched && !ReferenceEquals(now, _counted) && time.GetUtcNow() >= _next ? now : null;
    }

    /// <summary>How many slots more than are counted are looked for, a plan each, in a cluster of so many nodes.</summary>
    internal static int PlansOf(int nodes) => Math.Clamp(MostPlannedNodes / Math.Max(1, nodes), FewestPlans, MostPlans);

    /// <summary>One count.</summary>
    internal void Count(ClusterSnapshot now)
    {
        var start = time.GetTimestamp();
        try
        {
            var reports = CapacityQuestions.Of(now, null).Select(q => CapacityReporter.Report(now, q with { SlotSizes = SlotSizes, MostPlans = PlansOf(now.Nodes.Length) }, policy)).ToImmutableArray();
            _figures = new(reports, time.GetUtcNow(), time.GetElapsedTime(start));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (e.Message != _told) LogNotCounted(_told = e.Message);
        }

        var pause = time.GetElapsedTime(start) * PauseShare;
        (_counted, _next) = (now, time.GetUtcNow() + (pause > interval ? pause : interval));
    }

    [LoggerMessage(1, LogLevel.Warning, "how much room there is cannot be counted for metrics: {Reason}; it is tried again")]
    private partial void LogNotCounted(string reason);
}
