using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Testing.Oracles;

/// <summary>
/// The oracle of the engine for small cases (up to ten nodes, eight members): looks at every way to spread the members of every role over the
/// nodes, so that it is right by construction.
///
/// For every domain of the required tier, nodes are walked in order; each takes one of the count vectors its free resources allow. A power
/// constraint touched by a member is checked as soon as it is touched (loads only grow), and a branch ends where the nodes left cannot hold the
/// members left. Complete count vectors are laid out, scored by own time and part 5, and the best is kept.
/// </summary>
public sealed class BruteForce
{
    private readonly BruteForceProblem _problem;
    private readonly PlacementScorer _scorer;
    private readonly bool _fitsOnly;
    private readonly int[][] _counts;
    private readonly int[] _remaining;
    private readonly long[] _loads;
    private readonly bool _useTwins;
    private int[][] _most = [];
    private bool[] _allowed = [];
    private int _members;
    private long _placements;
    private BruteForceScore? _best;
    private int[][]? _bestCounts;

    private BruteForce(ClusterSnapshot cluster, Gang gang, LinkTable? links, bool useTwins)
    {
        _problem = new(cluster, gang);
        _scorer = new(cluster, gang, links);
        _fitsOnly = links is null;
        _useTwins = useTwins;
        _counts = [.. cluster.Nodes.Select(_ => new int[gang.Roles.Length])];
        _remaining = new int[gang.Roles.Length];
        _loads = [.. _problem.Loads];
    }

    /// <summary>Enumerates all placements of a gang.</summary>
    /// <param name="cluster">At most ten or so nodes.</param>
    /// <param name="gang">At most eight members; fewer than all may be placed only with one role.</param>
    /// <param name="links">The link table of the policy.</param>
    /// <param name="useTwins">False to look at mirrored placements too; slower, the same answer.</param>
    public static BruteForceAnswer Solve(ClusterSnapshot cluster, Gang gang, LinkTable? links = null, bool useTwins = true) =>
        new BruteForce(cluster, gang, links ?? LinkTable.Default, useTwins).Run();

    /// <summary>Whether any placement exists; stops at the first.</summary>
    public static bool Fits(ClusterSnapshot cluster, Gang gang) => new BruteForce(cluster, gang, null, useTwins: true).Run().Fits;

    private BruteForceAnswer Run()
    {
        var gang = _problem.Gang;
        var fewest = gang.Roles.Length == 1 ? Math.Max(1, gang.MinMembers) : gang.Size;
        for (_members = gang.Size; _members >= fewest && _best is null; _members--)
        {
            foreach (var allowed in RequiredDomains())
            {
                _allowed = allowed;
                _most = MostFrom();
                for (var r = 0; r < _remaining.Length; r++) _remaining[r] = gang.Roles[r].Count;
                _remaining[0] -= gang.Size - _members;
                Walk(0);
            }
        }

        return new(_best is not null, _best ?? default, _bestCounts, _placements);
    }

    private IEnumerable<bool[]> RequiredDomains()
    {
        if (_problem.Gang.Hints.Required is not { } required) return [[.. _counts.Select(_ => true)]];
        var domainOf = Partitions.Of(_problem.Cluster.Topology, required.Tier);
        return domainOf.Distinct().Select(d => domainOf.Select(other => other == d).ToArray());
    }

    /// <summary>By node and role: the most members that this node and those after it could hold.</summary>
    private int[][] MostFrom()
    {
        var most = new int[_counts.Length + 1][];
        most[^1] = new int[_remaining.Length];
        for (var n = _counts.Length - 1; n >= 0; n--)
        {
            most[n] = [.. most[n + 1]];
            for (var r = 0; r < _remaining.Length; r++) most[n][r] += _allowed[n] ? _problem.Options[n].Max(o => o.Counts[r]) : 0;
        }

        return most;
    }

    private void Walk(int node)
    {
        if (_fitsOnly && _best is not null) return;
        for (var r = 0; r < _remaining.Length; r++)
        {
            if (_remaining[r] > _most[node][r]) return;
        }

        if (node == _counts.Length)
        {
            Complete();
            return;
        }

        foreach (var option in _problem.Options[node])
        {
            if (option.Any && (!_allowed[node] || !MayTake(node, option))) continue;
            if (Draw(node, option, +1)) Take(node, option);
            Draw(node, option, -1);
        }
    }

    private void Take(int node, BruteForceProblem.Option option)
    {
        for (var r = 0; r < _remaining.Length; r++)
        {
            _counts[node][r] = option.Counts[r];
            _remaining[r] -= option.Counts[r];
        }

        Walk(node + 1);
        for (var r = 0; r < _remaining.Length; r++)
        {
            _counts[node][r] = 0;
            _remaining[r] += option.Counts[r];
        }
    }

    private bool MayTake(int node, BruteForceProblem.Option option)
    {
        for (var r = 0; r < _remaining.Length; r++)
        {
            if (option.Counts[r] > _remaining[r]) return false;
        }

        var twin = _problem.Twin[node];
        return !_useTwins || twin < 0 || !_allowed[twin] || option.Counts.AsSpan().SequenceCompareTo(_counts[twin]) <= 0;
    }

    /// <summary>Adds or removes the watts of an option; false when a constraint it touches is now over its limit.</summary>
    private bool Draw(int node, BruteForceProblem.Option option, int sign)
    {
        if (!option.Any) return true;
        var within = true;
        foreach (var share in _problem.Cluster.Power.SharesOf(node))
        {
            _loads[share.Constraint] += sign * share.Halves * option.AddedWatts;
            within &= _loads[share.Constraint] <= _problem.Cluster.Power.Constraints[share.Constraint].LimitHalfWatts;
        }

        return within;
    }

    private void Complete()
    {
        _placements++;
        if (!_scorer.TryLayOut(_counts, _members)) return;
        var missed = _scorer.PreferredMissed(_members);
        if (_best is { PreferredMissed: false } && missed) return;
        var time = _scorer.OwnTimeMs(_members);
        if (_best is { } best && best.PreferredMissed == missed && time > best.OwnTimeMs) return;
        var score = new BruteForceScore(_problem.Gang.Size - _members, missed, time, _scorer.Spread(_counts));
        if (_best is { } known && known.CompareTo(score) <= 0) return;
        _best = score;
        _bestCounts = [.. _counts.Select(c => c.ToArray())];
    }
}
