using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>A gang that has started.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Start">When.</param>
/// <param name="End">When it ends.</param>
/// <param name="Backfilled">Whether it went past a gang before it.</param>
internal sealed record Started(Gang Gang, DateTimeOffset Start, DateTimeOffset End, bool Backfilled);

/// <summary>
/// A cluster in virtual time: gangs come, start when the queue says so, run as long as they run and go. After every start the books are audited: no GPU twice,
/// no budget exceeded.
/// </summary>
internal sealed class QueueWorld
{
    public static readonly DateTimeOffset Midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SortedList<(DateTimeOffset At, int Number), Action> _events = [];
    private readonly Dictionary<GangKey, TimeSpan> _lengthOf = [];
    private readonly List<Started> _running = [];
    private int _number;

    public QueueWorld(ClusterSnapshot empty, QueueLimits? limits = null)
    {
        Cluster = empty;
        Queue = new(PlacementPolicy.Default, limits ?? QueueLimits.Default);
    }

    public GangQueue Queue { get; }

    public ClusterSnapshot Cluster { get; set; }

    public long Freed { get; set; }

    public DateTimeOffset Now { get; private set; } = Midnight;

    /// <summary>Everything that has started, in order.</summary>
    public List<Started> History { get; } = [];

    public IReadOnlyList<Started> Running => _running;

    /// <summary>Called after every look at the queue that found nothing more to start.</summary>
    public Action Settled { get; set; } = static () => { };

    /// <summary>What the queue is told of those that run: their ends if they have said how long they take.</summary>
    public List<RunningGang> Ends => [.. _running.Select(r => new RunningGang(r.Gang.Key, r.Gang.Hints.ExpectedDuration is { } stated ? r.Start + stated : null))];

    /// <summary>Something happens at a minute.</summary>
    public void At(double minute, Action what) => _events.Add((Midnight + TimeSpan.FromMinutes(minute), _number++), what);

    /// <summary>A gang comes at a minute and is going to run for some minutes.</summary>
    public void Arrive(double minute, Gang gang, double runs, double? preferredFor = null) => At(minute, () => Submit(gang, runs, preferredFor));

    /// <summary>A gang comes now.</summary>
    public void Submit(Gang gang, double runs, double? preferredFor = null)
    {
        _lengthOf[gang.Key] = TimeSpan.FromMinutes(runs);
        Queue.Put(new(gang, Now, preferredFor is { } minutes ? Now + TimeSpan.FromMinutes(minutes) : null));
    }

    /// <summary>Runs until nothing happens any more.</summary>
    public void Run() => RunUntil(double.PositiveInfinity);

    /// <summary>Runs until after everything that happens at a minute.</summary>
    public void RunUntil(double minute)
    {
        var end = double.IsFinite(minute) ? Midnight + TimeSpan.FromMinutes(minute) : DateTimeOffset.MaxValue;
        while (NextMoment() is { } next && next <= end)
        {
            Now = next;
            while (_events.Count > 0 && _events.Keys[0].At == Now)
            {
                var happens = _events.Values[0];
                _events.RemoveAt(0);
                happens();
            }

            foreach (var gone in _running.Where(r => r.End == Now).ToList())
            {
                End(gone.Gang.Key);
            }

            Settle();
        }
    }

    /// <summary>A gang leaves.</summary>
    public void End(GangKey key)
    {
        _running.RemoveAll(r => r.Gang.Key == key);
        Cluster = Cluster.WithPods(p => p.Gang != key);
        Freed++;
    }

    /// <summary>Starts whatever may start now.</summary>
    public void Settle()
    {
        var looks = 0;
        do
        {
            Assert.True(looks++ < 10_000, "the queue never has enough");
            while (Queue.Next(Cluster, Freed, Ends, Now) is { } answer)
            {
                Start(answer);
            }
        }
        while (Queue.HasMore);

        Settled();
    }

    private void Start(QueueAnswer answer)
    {
        var gang = answer.Gang.Gang;
        Assert.True(answer.Plan.Members.Length >= gang.LeastMembers);
        var pods = GangPlanner.HoldsOf(Cluster, gang, answer.Plan, m => m).Select(h => h.Pod with { Uid = $"{gang.Key.Name}/{h.Member}" });
        Cluster = Cluster.Plus(pods);
        Audit();
        Assert.True(Queue.Remove(gang.Key));
        var started = new Started(gang, Now, Now + _lengthOf.GetValueOrDefault(gang.Key, TimeSpan.FromMinutes(1)), answer.Backfilled);
        _running.Add(started);
        History.Add(started);
    }

    private void Audit()
    {
        for (var n = 0; n < Cluster.Nodes.Length; n++)
        {
            foreach (var (name, used) in Cluster.UsedOf(n))
            {
                Assert.True(used <= Cluster.Nodes[n].Allocatable[name], $"{used} {name} on {Cluster.Nodes[n].Name}");
            }
        }

        var loads = Cluster.ConstraintLoads();
        for (var c = 0; c < loads.Length; c++)
        {
            Assert.True(loads[c] <= Cluster.Power.Constraints[c].LimitHalfWatts, "over a budget");
        }
    }

    private DateTimeOffset? NextMoment()
    {
        DateTimeOffset? next = _events.Count > 0 ? _events.Keys[0].At : null;
        foreach (var gang in _running)
        {
            if (!(next <= gang.End)) next = gang.End;
        }

        return Queue.WakeAt is { } wake && wake > Now && !(next <= wake) ? wake : next;
    }
}
