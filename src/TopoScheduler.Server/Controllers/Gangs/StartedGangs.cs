using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Tells metrics of gangs that got their plan. How far a plan is from the best possible costs another plan: that is found out beside the scheduling, one gang
/// after the other, while somebody looks, and never for more than a tenth of the time of one processor. Of more gangs than that some are left out.
/// </summary>
/// <param name="metrics">Where it is told.</param>
/// <param name="policy">What plans depend on.</param>
/// <param name="isWatched">Whether somebody looks at metrics.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are told.</param>
public sealed partial class StartedGangs(SchedulerMetrics metrics, PlacementPolicy policy, Func<bool> isWatched, TimeProvider time, ILogger<StartedGangs> logger)
{
    // A snapshot of a large cluster is kept for each.
    private const int MostAtOnce = 16;

    // Work of time t is followed by a pause of nine.
    private const int PauseShare = 9;

    private readonly Channel<Start> _starts = Channel.CreateBounded<Start>(new BoundedChannelOptions(MostAtOnce) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>What is counted beside.</summary>
    internal SchedulerMetrics Metrics => metrics;

    /// <summary>A gang got its plan.</summary>
    /// <param name="cluster">The snapshot it was made on.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="waited">How long it had waited.</param>
    public void Started(ClusterSnapshot cluster, Gang gang, PlacementPlan plan, TimeSpan waited)
    {
        ArgumentNullException.ThrowIfNull(plan);
        metrics.Outcome("queue", Words.Of(plan.GpuCapWatts is null ? PlacementOutcome.Placed : PlacementOutcome.PlacedCapped));
        metrics.Started(waited, plan.Score.OwnTimeMs);
        if (metrics.CountsGaps && isWatched()) _starts.Writer.TryWrite(new(cluster, gang, plan));
    }

    /// <summary>Finds out gaps until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var start in _starts.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            var began = time.GetTimestamp();
            await Task.Run(() => Compare(start), cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(time.GetElapsedTime(began) * PauseShare, time, cancellation).ConfigureAwait(false);
        }
    }

    // A figure for people must not end the server.
    private void Compare(Start start)
    {
        try
        {
            metrics.Gap(PlacementReporter.Estimate(start.Cluster, start.Gang, start.Plan, policy).GapPercent / 100);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotCompared(start.Gang.Key.Id, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Gang}: how far its plan is from the best possible cannot be told: {Reason}")]
    private partial void LogNotCompared(string gang, string reason);

    private sealed record Start(ClusterSnapshot Cluster, Gang Gang, PlacementPlan Plan);
}
