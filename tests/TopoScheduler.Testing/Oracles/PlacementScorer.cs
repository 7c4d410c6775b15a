using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Testing.Oracles;

/// <summary>
/// Lays out the ranks of a placement given as counts, and scores it. Members go, role by role, to nodes in ascending index; with segments,
/// segment by segment. Without a link table there are no own times. Own time
/// is remembered by the shape of the placement: two placements that differ only in the names of domains cost the same.
/// </summary>
internal sealed class PlacementScorer
{
    private readonly Gang _gang;
    private readonly OwnTimeEstimator? _estimator;
    private readonly Dictionary<UInt128, double> _ownTimes = [];
    private readonly int[][] _domainOf;
    private readonly bool[][] _free;
    private readonly int[]? _preferred;
    private readonly int[]? _segmentDomain;
    private readonly int[] _roleOfMember;
    private readonly int[] _nodeOfMember;
    private readonly int[] _nodeOfRank;
    private readonly int[] _segmentPlace;
    private readonly bool _remember;

    public PlacementScorer(ClusterSnapshot cluster, Gang gang, LinkTable? links, bool remember = true)
    {
        _gang = gang;
        _remember = remember;
        _estimator = links is null ? null : new(links, cluster.Topology, gang, new double[cluster.Nodes.Length]);
        _domainOf = [.. Partitions.Counted(cluster.Topology).Select(t => Partitions.Of(cluster.Topology, t))];
        _free = [.. _domainOf.Select(d => Partitions.WhollyFree(cluster, d))];
        _preferred = gang.Hints.Preferred is { } p ? Partitions.Of(cluster.Topology, p.Tier) : null;
        _segmentDomain = gang.Hints.SegmentSize > 0 ? Partitions.Of(cluster.Topology, gang.Hints.SegmentTier!.Tier) : null;
        _roleOfMember = [.. gang.Roles.SelectMany((role, r) => Enumerable.Repeat(r, role.Count))];
        _nodeOfMember = new int[gang.Size];
        _nodeOfRank = new int[gang.Gpus];
        _segmentPlace = new int[gang.Hints.SegmentSize > 0 ? (gang.Size + gang.Hints.SegmentSize - 1) / gang.Hints.SegmentSize : 0];
    }

    /// <summary>Lays the members out; false when no assignment of whole segments to domains matches the counts.</summary>
    public bool TryLayOut(int[][] counts, int members)
    {
        if (_segmentDomain is not null) return TrySegment(counts, 0, members);
        var next = new int[_gang.Roles.Length];
        for (var m = 0; m < members; m++) _nodeOfMember[m] = NodeOf(counts, _roleOfMember[m], next[_roleOfMember[m]]++);
        return true;
    }

    /// <summary>Part 2 of the placement laid out.</summary>
    public bool PreferredMissed(int members) =>
        _preferred is not null && _nodeOfMember.Take(members).Any(n => _preferred[n] != _preferred[_nodeOfMember[0]]);

    /// <summary>Part 4 of the placement laid out.</summary>
    public double OwnTimeMs(int members)
    {
        var ranks = 0;
        for (var m = 0; m < members; m++)
        {
            for (var g = _gang.Roles[_roleOfMember[m]].Template.Gpus; g > 0; g--) _nodeOfRank[ranks++] = _nodeOfMember[m];
        }

        if (ranks == 0 || _estimator is null) return 0;
        if (!_remember) return _estimator.OwnTimeMs(_nodeOfRank.AsSpan(0, ranks));
        var key = Shape(members);
        if (!_ownTimes.TryGetValue(key, out var time)) _ownTimes[key] = time = _estimator.OwnTimeMs(_nodeOfRank.AsSpan(0, ranks));
        return time;
    }

    /// <summary>Part 5 of a placement.</summary>
    public long Spread(int[][] counts)
    {
        long packed = 0;
        for (var t = 0; t < _domainOf.Length; t++)
        {
            int used = 0, broken = 0;
            UInt128 seen = 0;
            for (var n = 0; n < counts.Length; n++)
            {
                if (!Array.Exists(counts[n], c => c > 0)) continue;
                var domain = _domainOf[t][n];
                if ((seen >> domain & 1) == 1) continue;
                seen |= UInt128.One << domain;
                used++;
                if (_free[t][domain]) broken++;
            }

            packed = (packed << 8) | ((long)used << 4) | (uint)broken;
        }

        return packed;
    }

    private bool TrySegment(int[][] counts, int segment, int members)
    {
        if (segment == _segmentPlace.Length) return true;
        var first = segment * _gang.Hints.SegmentSize;
        var size = Math.Clamp(members - first, 0, _gang.Hints.SegmentSize);
        foreach (var domain in _segmentDomain!.Distinct())
        {
            var taken = new Stack<(int Node, int Role)>();
            for (var m = first; m < first + size; m++)
            {
                var node = FirstWith(counts, _roleOfMember[m], domain);
                if (node < 0) break;
                counts[node][_roleOfMember[m]]--;
                taken.Push((node, _roleOfMember[m]));
                _nodeOfMember[m] = node;
            }

            var found = taken.Count == size && TrySegment(counts, segment + 1, members);
            foreach (var (node, role) in taken) counts[node][role]++;
            if (found) return true;
        }

        return false;
    }

    private int FirstWith(int[][] counts, int role, int domain)
    {
        for (var n = 0; n < counts.Length; n++)
        {
            if (_segmentDomain![n] == domain && counts[n][role] > 0) return n;
        }

        return -1;
    }

    /// <summary>The node of the member at <paramref name="place"/> within its role.</summary>
    private static int NodeOf(int[][] counts, int role, int place)
    {
        for (var n = 0; n < counts.Length; n++)
        {
            place -= counts[n][role];
            if (place < 0) return n;
        }

        throw new InvalidOperationException("Fewer members counted than the gang has.");
    }

    private UInt128 Shape(int members)
    {
        UInt128 key = 1;
        Span<int> names = stackalloc int[16];
        for (var t = 0; t < _domainOf.Length - 1; t++)
        {
            var known = 0;
            for (var m = 0; m < members; m++)
            {
                if (_gang.Roles[_roleOfMember[m]].Template.Gpus == 0) continue;
                var domain = _domainOf[t][_nodeOfMember[m]];
                var name = names[..known].IndexOf(domain);
                if (name < 0)
                {
                    name = known;
                    names[known++] = domain;
                }

                key = (key << 3) | (uint)name;
            }
        }

        return key;
    }
}
