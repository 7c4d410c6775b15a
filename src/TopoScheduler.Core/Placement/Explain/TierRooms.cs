using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// How much room each domain of each tier has for a gang, its required and preferred tiers aside. (1) Free slots are added up; where they do not do, what takes
/// most of the missing room is named. (2) Where they do, watts are counted in the domain as the search counts them. (3) Where neither proves anything, the gang
/// is planned in the domain alone, the roomiest first, as often as the question allows.
/// </summary>
internal sealed class TierRooms
{
    private readonly ExplainQuestion _question;
    private readonly ClusterSnapshot _cluster;
    private readonly Gang _gang;
    private readonly TierTarget? _required;
    private readonly TierTarget? _preferred;
    private readonly PlacementProblem _problem;
    private readonly DomainRoom _room;
    private readonly bool[]? _allowed;

    /// <param name="question">What is asked.</param>
    /// <param name="cluster">The cluster the gang is to go to.</param>
    /// <param name="gang">The members that must be placed, as a gang.</param>
    /// <param name="allowed">By node: whether it may be used; null for all.</param>
    public TierRooms(ExplainQuestion question, ClusterSnapshot cluster, Gang gang, bool[]? allowed)
    {
        (_question, _cluster, _allowed) = (question, cluster, allowed);
        (_required, _preferred) = (gang.Hints.Required, gang.Hints.Preferred);
        _gang = gang with { Hints = gang.Hints with { Required = null, Preferred = null } };
        _problem = PlacementProblem.Compile(cluster, _gang, question.Policy, allowed);
        _problem.Configure(gang.LeastMembers, null);
        _room = new(_problem);
    }

    /// <summary>The tiers, narrowest first; a label key that the gang requires or prefers before the cluster.</summary>
    public ImmutableArray<ExplanationTier> Report()
    {
        var partitions = TierDomains.Of(_cluster, [_required, _preferred]);
        var plans = Math.Max(1, _question.MostDomainPlans / partitions.Count);
        return [.. partitions.Select(p => Tier(p.Within(_allowed), _question.MostDomainPlans == 0 ? 0 : plans))];
    }

    private ExplanationTier Tier(TierDomains partition, int plans)
    {
        var rooms = partition.Nodes.Select(nodes => _room.Of(nodes)).ToList();
        var blockers = new FitConstraint?[rooms.Count];
        var holds = new bool[rooms.Count];
        foreach (var d in Enumerable.Range(0, rooms.Count).OrderByDescending(d => rooms[d].Room).ThenBy(d => d))
        {
            (holds[d], blockers[d]) = rooms[d].Proved switch
            {
                true => (true, (FitConstraint?)null),
                false => (false, BlockerOf(rooms[d], partition)),
                _ when plans-- > 0 => Planned(partition.Nodes[d]),
                _ => (false, null),
            };
        }

        var best = -1;
        for (var d = 0; d < rooms.Count; d++)
        {
            if (best < 0 || (holds[d] && !holds[best]) || (holds[d] == holds[best] && rooms[d].Room > rooms[best].Room)) best = d;
        }

        return new(
            partition.Name, rooms.Count, holds.Count(h => h), Enumerable.Range(0, rooms.Count).Count(d => !holds[d] && blockers[d] is null),
            partition.Is(_required), partition.Is(_preferred), Eliminated(blockers),
            best < 0 ? null : Describe(partition, best, rooms[best], holds[best]));
    }

    private static FitConstraint BlockerOf(RoomCount room, TierDomains partition) => room.Blocker ?? NodeVerdicts.TierOf(new(partition.Tier));

    private (bool Holds, FitConstraint? Blocker) Planned(ImmutableArray<int> nodes)
    {
        var result = PlacementEngine.Plan(_cluster, _gang, _question.Policy, Mask(nodes));
        if (result.Plan is not null) return (true, null);
        return (false, result.Outcome == PlacementOutcome.NoFit ? result.Reasons.FirstOrDefault()?.Constraint ?? FitConstraint.Other : null);
    }

    private bool[] Mask(ImmutableArray<int> nodes)
    {
        var mask = new bool[_cluster.Nodes.Length];
        foreach (var n in nodes) mask[n] = _allowed is null || _allowed[n];
        return mask;
    }

    private ImmutableArray<TierElimination> Eliminated(FitConstraint?[] blockers) =>
    [
        .. blockers.OfType<FitConstraint>().GroupBy(b => b).OrderByDescending(g => g.Count()).ThenBy(g => g.Key)
            .Select(g => new TierElimination(g.Key, g.Count(), ExplainText.Blocker(g.Key, _problem.Size))),
    ];

    private ExplanationDomain Describe(TierDomains partition, int domain, RoomCount room, bool holds)
    {
        var nodes = partition.Nodes[domain];
        ImmutableArray<FitReason> reasons = holds ? [] : Reasons(nodes);
        return new(partition.PathOf(domain), _problem.Size, Math.Min(room.Room, _problem.Size), holds ? [] : room.Lost, reasons, Occupants(nodes));
    }

    // What is said of nodes outside, or of nodes one by one, is said elsewhere.
    private ImmutableArray<FitReason> Reasons(ImmutableArray<int> nodes)
    {
        var inside = PlacementProblem.Compile(_cluster, _gang, _question.Policy, Mask(nodes));
        return [.. FitExplainer.Explain(inside, _problem.Size).Where(r => r.RemovedNodes == 0 || r.Constraint == FitConstraint.Power)];
    }

    private ImmutableArray<RoomOccupant> Occupants(ImmutableArray<int> nodes)
    {
        const int MostOccupants = 5;
        var ends = new Dictionary<GangKey, DateTimeOffset?>();
        foreach (var running in _question.Facts.Running) ends[running.Key] = running.EndsAt;
        return
        [
            .. nodes.SelectMany(n => _cluster.PodsOf(n))
                .Where(p => !p.IsDaemon && !PlaceExplainer.IsMember(p, _gang) && (p.Template.Gpus > 0 || _gang.Gpus == 0))
                .GroupBy(p => p.Gang ?? new GangKey(p.Template.Namespace, "Pod", p.Name, p.Uid))
                .Select(g => new RoomOccupant(g.Key.Id, g.Count(), g.Sum(p => p.Template.Gpus), g.Max(p => p.Priority), ExplainText.Written(ends.GetValueOrDefault(g.Key))))
                .OrderByDescending(o => o.Gpus).ThenByDescending(o => o.Pods).ThenBy(o => o.Id, StringComparer.Ordinal).Take(MostOccupants),
        ];
    }
}
