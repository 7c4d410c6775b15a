using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>Room of one domain.</summary>
/// <param name="Room">Members it has room for by free slots and, where members are alike, by watts.</param>
/// <param name="Proved">Whether it can hold the gang; null where counting does not tell.</param>
/// <param name="Blocker">What takes most of the missing room; null where none is missing, or the domain is too small when all of it is free.</param>
/// <param name="Lost">Room lost, most first.</param>
internal sealed record RoomCount(int Room, bool? Proved, FitConstraint? Blocker, ImmutableArray<LostRoom> Lost);

/// <summary>Counts the room of domains for a configured problem.</summary>
internal sealed class DomainRoom
{
    private readonly PlacementProblem _problem;
    private readonly PowerCount _power;
    private readonly bool _bound;
    private readonly bool _alike;
    private readonly bool _simple;
    private readonly bool _mayCap;

    public DomainRoom(PlacementProblem problem)
    {
        _problem = problem;
        var search = new DomainSearch(problem, new StepBudget(0));
        _power = new(search, -1);
        _bound = search.Power.Count > 0;
        _alike = problem.Kinds.Length == 1 && problem.Partitions.Segment < 0;
        _simple = _alike && problem.Partitions is { Spreads.Length: 0, Limits.Length: 0, Shared.Length: 0 };
        _mayCap = GpuCap.Range(problem) is not null;
    }

    /// <summary>The room of some nodes.</summary>
    public RoomCount Of(ImmutableArray<int> nodes)
    {
        int[] active = [.. nodes.Where(n => _problem.Kinds.Any(k => k.Slots[n] > 0))];
        var (slots, enough) = Slots(active);
        var (room, exact) = (slots, true);
        if (_bound && _alike && active.Length > 0) (room, exact) = _power.MembersOn(active);
        room = Math.Min(room, slots);
        var lost = Lost(nodes, slots, room);
        if (!enough) return new(room, false, BlockerOf(lost, room), lost);
        if (_alike && room < _problem.Size) return new(room, _mayCap ? null : false, BlockerOf(lost, room), lost);
        return new(room, _simple && exact ? true : null, null, lost);
    }

    private (int Room, bool Enough) Slots(int[] nodes)
    {
        var (room, enough) = (0L, true);
        foreach (var kind in _problem.Kinds)
        {
            var here = nodes.Sum(n => (long)kind.Slots[n]);
            room += Math.Min(here, kind.Count);
            enough &= here >= kind.Count;
        }

        return ((int)room, enough);
    }

    // The one that alone would do is the one to name; else the greatest.
    private FitConstraint? BlockerOf(ImmutableArray<LostRoom> lost, int room)
    {
        if (room + lost.Sum(l => (long)l.Members) < _problem.Size) return null;
        return lost.FirstOrDefault(l => room + l.Members >= _problem.Size)?.Constraint ?? lost.FirstOrDefault()?.Constraint;
    }

    private ImmutableArray<LostRoom> Lost(ImmutableArray<int> nodes, int slots, int room)
    {
        var (members, on) = (new long[Enum.GetValues<FitConstraint>().Length], new int[Enum.GetValues<FitConstraint>().Length]);
        foreach (var kind in _problem.Kinds)
        {
            var role = kind.Roles[0];
            foreach (var n in nodes)
            {
                // What the gang itself has there is not lost.
                var missing = Capacity(n, role, kind.Count) - kind.Slots[n] - _problem.Cluster.PodsOf(n).Count(p => PlaceExplainer.IsMember(p, _problem.Gang));
                if (missing <= 0) continue;
                var by = (int)(_problem.Table.Removed[role][n] ?? (_problem.Usable[n] ? FitConstraint.Resources : FitConstraint.Power));
                (members[by], on[by]) = (members[by] + missing, on[by] + 1);
            }
        }

        members[(int)FitConstraint.Power] += slots - room;
        return
        [
            .. members.Select((m, c) => new LostRoom((FitConstraint)c, (int)Math.Min(m, int.MaxValue), on[c]))
                .Where(l => l.Members > 0).OrderByDescending(l => l.Members).ThenBy(l => l.Constraint),
        ];
    }

    // Members a node would take with no pod on it and nothing against it.
    private long Capacity(int node, int role, int most)
    {
        var table = _problem.Table;
        var template = _problem.Gang.Roles[role].Template;
        var capacity = (long)most;
        for (var d = 0; d < table.Dimensions.Length; d++)
        {
            if (table.Request[role][d] <= 0) continue;
            var name = table.Dimensions[d];
            var has = name == ResourceList.Pods || template.Requests[name] > 0 ? _problem.Cluster.Nodes[node].Allocatable[name] : table.Request[role][d];
            capacity = Math.Min(capacity, has / table.Request[role][d]);
        }

        return capacity;
    }
}
