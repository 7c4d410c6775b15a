using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The cheapest gangs (and lone pods) of lower priority to evict (<see cref="VictimSet"/>).
/// <para>Where the gang has one role, sets that leave no room by <see cref="RoomBound"/> are not planned for. (1) The shortest run of them, lowest priority first, that makes room, then without those it does not need: ⌈log2(n)⌉ + 1 +
/// <see cref="MostSpared"/> plans. (2) All sets that are cheaper, cheapest first, until one makes room: <see cref="MostSets"/> sets, a plan each at most. A part of a set that
/// makes no room is not asked about. Where (2) comes to its end, the answer is the cheapest there is; else it is that of (1), and the offer says so.</para>
/// </summary>
internal sealed class EvictionOffer
{
    /// <summary>Victims tried to be spared at most.</summary>
    public const int MostSpared = 16;

    /// <summary>Cheaper sets planned for at most.</summary>
    public const int MostSets = 48;

    // Sets looked at: those that are part of one that makes no room cost no plan.
    private const int MostLooks = 4_096;

    // All of them where people can still act on them by name.
    private const int MostNamed = 24;

    private readonly WhatIf _question;
    private readonly Victim[] _victims;
    private readonly long[] _work;
    private readonly List<HashSet<int>> _failed = [];
    private readonly long _shortage;
    private readonly long _mostSlots;
    private bool _proved = true;

    private EvictionOffer(WhatIf question, List<Victim> victims)
    {
        var known = victims.All(v => v.GpuSeconds is not null);
        _question = question;
        // The enumeration needs them cheapest first.
        _victims = [.. victims.OrderBy(Work).ThenBy(v => v.Priority).ThenBy(v => v.Pods).ThenBy(v => v.Id, StringComparer.Ordinal)];
        _work = Array.ConvertAll(_victims, Work);
        (_shortage, _mostSlots) = Shortage(question);

        long Work(Victim victim) => known ? victim.GpuSeconds!.Value : victim.Gpus;
    }

    /// <summary>The offer, or null when evicting everything of lower priority does not help.</summary>
    public static CounterOffer? Find(WhatIf question)
    {
        var victims = Victim.Below(question.Cluster, question.Gang.Priority, question.Now);
        return victims.Count == 0 ? null : new EvictionOffer(question, victims).Find();
    }

    private CounterOffer? Find()
    {
        if (Greedy() is not { } greedy) return null;
        var (chosen, result) = Cheaper(greedy.Set) ?? greedy;
        Victim[] evicted = [.. chosen.Members.Select(i => _victims[i]).OrderBy(v => v.Priority).ThenBy(v => v.Pods).ThenBy(v => v.Id, StringComparer.Ordinal)];
        var detail = $"{ReportText.Count(chosen.Pods, "pod")} of lower priority evicted: {ReportText.List([.. evicted.Select(v => $"{v.Id} (priority {v.Priority})")], MostNamed)}";
        var seconds = evicted.All(v => v.GpuSeconds is not null) ? evicted.Sum(v => v.GpuSeconds) : null;
        return WhatIf.Offer(CounterOfferChange.Evict, detail, result) with
        {
            Smallest = _proved,
            Apply = new() { Evict = [.. evicted.Select(v => v.Id)] },
            Cost = new()
            {
                EvictedPods = chosen.Pods,
                EvictedGpus = evicted.Sum(v => v.Gpus),
                EvictedGpuHours = seconds is { } lost ? Math.Round(lost / 3600.0, 2) : null,
            },
        };
    }

    // Members that find no free slot even where most are, watts aside, and the most members a node takes. Told of gangs whose members are alike.
    private static (long Shortage, long MostSlots) Shortage(WhatIf question)
    {
        var (cluster, gang) = (question.Cluster, question.Gang);
        if (question.Room is not { IsAlone: true } || gang.Roles[0].Template.Requests.Count == 0) return (0, 1);
        var requests = gang.Roles[0].Template.Requests;
        var most = cluster.Nodes.Max(node => requests.Where(r => r.Value > 0).Select(r => node.Allocatable[r.Key] / r.Value).DefaultIfEmpty(long.MaxValue / 4).Min());
        var free = question.Table.Slots[0].Sum(slots => (long)slots);
        return (question.Least - free, Math.Max(1, most));
    }

    private (VictimSet Set, PlacementResult Result)? Greedy()
    {
        int[] byPriority = [.. Enumerable.Range(0, _victims.Length).OrderBy(i => _victims[i].Priority).ThenBy(i => _victims[i].Pods).ThenBy(i => _victims[i].Id, StringComparer.Ordinal)];
        if (LeastOf(byPriority) is not { } least) return null;
        if (WhatIf.Smallest(byPriority.Length, count => Without(byPriority[..(int)count]), least) is not { } found) return null;
        var (chosen, result) = (byPriority[..(int)found.Value].ToList(), found.Result);
        // The last of the run is needed: the run without it does not fit.
        for (int i = chosen.Count - 2, tried = 0; i >= 0 && tried < MostSpared; i--, tried++)
        {
            var fewer = chosen.Where((_, at) => at != i).ToList();
            if (HasNoRoom([.. fewer])) continue;
            var spared = Without([.. fewer]);
            if (WhatIf.Fits(spared)) (chosen, result) = (fewer, spared);
        }

        return (SetOf(chosen), result);
    }

    // Best first: from each set, the one with the next victim added and the one with the next in place of the last. Both are dearer, so sets come in order.
    private (VictimSet Set, PlacementResult Result)? Cheaper(VictimSet limit)
    {
        var queue = new PriorityQueue<VictimSet, VictimSet>();
        Push(VictimSet.Empty, 0);
        for (int plans = 0, looks = 0; queue.TryDequeue(out var set, out _) && set.CompareTo(limit) < 0; looks++)
        {
            var last = set.Members[^1];
            Push(set, last + 1);
            Push(SetOf(set.Members[..^1]), last + 1);
            if (looks == MostLooks) return Unproved();
            if (FreesTooLittle(set) || IsPartOfFailed(set)) continue;
            if (plans++ == MostSets) return Unproved();
            if (HasNoRoom(set.Members)) continue;
            var result = Without(set.Members);
            if (WhatIf.Fits(result)) return (set, result);
        }

        return null;

        void Push(VictimSet set, int index)
        {
            if (index >= _victims.Length) return;
            var more = set.With(index, _victims[index], _work[index]);
            queue.Enqueue(more, more);
        }
    }

    private (VictimSet, PlacementResult)? Unproved()
    {
        _proved = false;
        return null;
    }

    // One pod less makes room for no more members than a whole node takes.
    private bool FreesTooLittle(VictimSet set) => (long)set.Pods * _mostSlots < _shortage;

    private bool IsPartOfFailed(VictimSet set) => _failed.Exists(f => Array.TrueForAll(set.Members, f.Contains));

    private VictimSet SetOf(IEnumerable<int> members) => members.Order().Aggregate(VictimSet.Empty, (set, i) => set.With(i, _victims[i], _work[i]));

    // Below so many of a run there is no room; null where there is none without all of it.
    private int? LeastOf(int[] run)
    {
        if (_question.Room is null) return 1;
        if (HasNoRoom(run)) return null;
        // Few mostly do, and to ask of few costs less.
        var (low, high) = (1, 1);
        while (high < run.Length && HasNoRoom(run[..high])) (low, high) = (high + 1, Math.Min(run.Length, 2 * high));
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (HasNoRoom(run[..middle])) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private bool HasNoRoom(int[] members)
    {
        if (_question.Room is not { } room) return false;
        var gone = Gone(members);
        return room.HasNoRoom(_question.Cluster.Without(gone), gone);
    }

    private HashSet<PodInfo> Gone(int[] members) => new(members.SelectMany(i => _victims[i].Members), ReferenceEqualityComparer.Instance);

    private PlacementResult Without(int[] members)
    {
        var result = _question.Plan(_question.Cluster.Without(Gone(members)));
        if (WhatIf.Fits(result)) return result;
        _proved &= result.Outcome == PlacementOutcome.NoFit;
        _failed.Add([.. members]);
        return result;
    }
}
