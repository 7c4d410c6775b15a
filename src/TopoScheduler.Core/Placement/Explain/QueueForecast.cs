using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// What the queue does with the gangs that wait if nothing changes: who starts now, in turn, and why the others wait. The queue is the one of the controller. At
/// most <see cref="MostStarts"/> gangs are started.
/// </summary>
internal sealed class QueueForecast
{
    /// <summary>Gangs started at most.</summary>
    public const int MostStarts = 64;

    private const int MostBefore = 10;

    private readonly GangQueue _queue;
    private readonly ImmutableArray<WaitingGang> _order;
    private readonly List<(GangKey Key, PlacementPlan Plan, ClusterSnapshot On)> _started = [];

    private QueueForecast(PlacementPolicy policy, IEnumerable<WaitingGang> waiting)
    {
        _queue = new(policy, QueueLimits.Default);
        foreach (var gang in waiting) _queue.Put(gang);
        _order = [.. _queue.Waiting];
        Cluster = null!;
    }

    /// <summary>The cluster with those placed that start now.</summary>
    public ClusterSnapshot Cluster { get; private set; }

    /// <summary>Gangs in the queue.</summary>
    public int Length => _order.Length;

    /// <summary>Walks the queue.</summary>
    /// <param name="question">The cluster, the gangs and who runs.</param>
    /// <param name="waiting">The gangs that wait.</param>
    public static QueueForecast Of(ExplainQuestion question, IEnumerable<WaitingGang> waiting)
    {
        var forecast = new QueueForecast(question.Policy, waiting);
        forecast.Run(question.Cluster, question.Facts);
        return forecast;
    }

    /// <summary>The plan of a gang that starts now, and the cluster it starts on; null for one that waits.</summary>
    public (PlacementPlan Plan, ClusterSnapshot On)? StartOf(GangKey key)
    {
        var at = _started.FindIndex(s => s.Key == key);
        return at < 0 ? null : (_started[at].Plan, _started[at].On);
    }

    /// <summary>Why a gang waits; null for one that starts, or is in no queue.</summary>
    public WaitReason? ReasonOf(GangKey key) => _queue.ReasonOf(key);

    /// <summary>Place of a gang in the queue, from 1; null when it is not in it.</summary>
    public int? PositionOf(GangKey key)
    {
        for (var i = 0; i < _order.Length; i++)
        {
            if (_order[i].Gang.Key == key) return i + 1;
        }

        return null;
    }

    /// <summary>The gangs before one, the first first.</summary>
    public ImmutableArray<QueuedBefore> Before(GangKey key) =>
    [
        .. _order.Take((PositionOf(key) ?? 1) - 1).Take(MostBefore)
            .Select(w => new QueuedBefore(w.Gang.Key.Id, w.Gang.Priority, w.Gang.Size, w.Gang.Gpus, StartOf(w.Gang.Key) is not null)),
    ];

    private void Run(ClusterSnapshot cluster, WaitFacts facts)
    {
        var now = facts.Now ?? DateTimeOffset.UnixEpoch;
        // A look at a long queue stops at its limit and goes on with the next.
        for (var looks = 0; looks < 2 * MostStarts && _started.Count < MostStarts; looks++)
        {
            if (_queue.Next(cluster, _started.Count, facts.Running, now) is not { } answer)
            {
                if (_queue.HasMore) continue;
                break;
            }

            var key = answer.Gang.Gang.Key;
            _queue.Remove(key);
            _started.Add((key, answer.Plan, cluster));
            cluster = cluster.Plus(GangPlanner.HoldsOf(cluster, answer.Gang.Gang, answer.Plan, static m => m).Select(h => h.Pod));
        }

        Cluster = cluster;
    }
}
