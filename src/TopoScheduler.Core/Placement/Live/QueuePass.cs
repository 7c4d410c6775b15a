using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>One look at the queue: the cluster at one moment, and the questions asked of it.</summary>
internal sealed class QueuePass(CountedEngine engine, ClusterSnapshot cluster, long freed, IReadOnlyCollection<RunningGang> running, DateTimeOffset now)
{
    private readonly long _plansBefore = engine.Plans;
    private readonly IReadOnlyCollection<RunningGang> _running = running;
    private Occupants? _occupants;
    private (HeadPlan Head, ClusterSnapshot Left, ClusterSnapshot Crowded, bool[] Others)? _beside;

    /// <summary>The cluster.</summary>
    public ClusterSnapshot Cluster => cluster;

    /// <summary>What had been freed until then.</summary>
    public long Freed => freed;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Plans made in this look.</summary>
    public long Plans => engine.Plans - _plansBefore;

    private Occupants Occupants => _occupants ??= new(cluster, _running);

    /// <summary>Plans a gang anywhere, or so that the head is not delayed.</summary>
    public PlacementResult Plan(GangWish wish, HeadPlan? beside) => beside is null ? engine.Plan(cluster, wish.Gang) : PlanBeside(wish, beside);

    /// <summary>True when the engine's answer may be acted on: it is a plan, and one that leaves the head its watts.</summary>
    public bool Grants(GangWish wish, HeadPlan? beside, PlacementResult result) =>
        wish.IsGrantedBy(result) && (beside is null || LeavesWatts(wish.Gang, beside, result.Plan!));

    /// <summary>
    /// What is to be kept for a gang that does not fit: the nodes it has when as few as need be of those that run have ended, in the order of their ends. One
    /// that has ended never takes room away, so the number is found by halving, from where there could be room on. Null when it does not fit even when all of
    /// them have.
    /// </summary>
    public HeadPlan? FindTarget(QueueEntry entry, GangWish wish)
    {
        var fits = Occupants.Count;
        if (fits == 0) return null;
        var found = engine.Plan(Occupants.WithoutFirst(fits), wish.Gang);
        if (!wish.IsGrantedBy(found)) return null;
        var fails = FailsFor(wish.Gang);
        // Where there could be room there mostly is.
        for (var middle = fails > 0 ? fails + 1 : fits / 2; fits - fails > 1; middle = fails + (fits - fails) / 2)
        {
            var result = engine.Plan(Occupants.WithoutFirst(middle), wish.Gang);
            if (wish.IsGrantedBy(result)) (fits, found) = (middle, result);
            else fails = middle;
        }

        var released = new RunningGang[fits];
        for (var rank = 0; rank < fits; rank++) released[rank] = Occupants[rank];
        return new(entry, wish, PodsOf(wish.Gang, found.Plan!), released, cluster);
    }

    // When so many have ended there is certainly no room, and when one more has there could be.
    private int FailsFor(Gang gang)
    {
        var before = cluster.Over(gang.Hints.ExpectedDuration);
        if (RoomBound.Of(before, gang, Eligibility.Evaluate(before, gang)) is not { IsAlone: true } room) return 0;
        var (fails, could) = (0, Occupants.Count);
        while (could - fails > 1)
        {
            var middle = fails + (could - fails) / 2;
            if (room.HasNoRoom(Occupants.WithoutFirst(middle).Over(gang.Hints.ExpectedDuration), Occupants.PodsOfFirst(middle))) fails = middle;
            else could = middle;
        }

        return fails;
    }

    /// <summary>
    /// True while the head can have its nodes when those it waits for have ended. Pods that have come are judged like any commitment; where nodes or budgets
    /// have changed, or where labels matter to the head, the engine is asked for these nodes alone.
    /// </summary>
    public bool StillHolds(HeadPlan head)
    {
        if (ReferenceEquals(head.Checked, cluster)) return true;
        var left = Occupants.Without(head.Outlasts);
        if (!head.Wish.HasShape || head.Checked.Nodes != cluster.Nodes || !ReferenceEquals(head.Checked.Power, cluster.Power))
        {
            var result = engine.Plan(left, head.Wish.Gang, head.Nodes(cluster, mine: true));
            if (!head.Wish.IsGrantedBy(result)) return false;
            head.Take(PodsOf(head.Wish.Gang, result.Plan!));
        }
        else if (CommitCheck.Judge(left.Over(head.Wish.Gang.Hints.ExpectedDuration), head.Pods) != CommitRefusal.None)
        {
            return false;
        }

        head.Checked = cluster;
        return true;
    }

    /// <summary>
    /// The head on its own nodes, once all it waits for have ended; null before. The engine may have given up on the whole cluster, or judge by something else
    /// than room.
    /// </summary>
    public PlacementResult? PlanOnTarget(HeadPlan head) =>
        ReferenceEquals(Occupants.Without(head.Outlasts), cluster) ? engine.Plan(cluster, head.Wish.Gang, head.Nodes(cluster, mine: true)) : null;

    // Away from the head's nodes. Where that would leave a power domain they share too few watts, once more with the head's watts taken: the engine then
    // chooses among what is left. The second way alone would refuse too much, as it counts the head beside those it waits for.
    private PlacementResult PlanBeside(GangWish wish, HeadPlan head)
    {
        var beside = Beside(head);
        var result = engine.Plan(cluster, wish.Gang, beside.Others);
        if (!wish.IsGrantedBy(result) || LeavesWatts(wish.Gang, head, result.Plan!)) return result;
        var careful = engine.Plan(beside.Crowded, wish.Gang, beside.Others);
        return wish.IsGrantedBy(careful) ? careful : result;
    }

    private bool LeavesWatts(Gang gang, HeadPlan head, PlacementPlan plan) =>
        CommitCheck.Judge(Beside(head).Left.Plus(PodsOf(gang, plan)).Over(head.Wish.Gang.Hints.ExpectedDuration), head.Pods) == CommitRefusal.None;

    private (HeadPlan Head, ClusterSnapshot Left, ClusterSnapshot Crowded, bool[] Others) Beside(HeadPlan head)
    {
        if (_beside is { } known && ReferenceEquals(known.Head, head)) return known;
        var made = (head, Occupants.Without(head.Outlasts), cluster.Plus(head.Watts), head.Nodes(cluster, mine: false));
        _beside = made;
        return made;
    }

    private ImmutableArray<PodInfo> PodsOf(Gang gang, PlacementPlan plan) =>
        [.. GangPlanner.HoldsOf(cluster, gang, plan, static m => m).Select(h => h.Pod)];
}
