namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// From counts per node to members: which member sits where, so that consecutive ranks share the nearest domain. Walks the domains as a tree, widest
/// first; the domain that holds the lowest role goes first, so a leader's domain opens the ring; within that, node order.
/// </summary>
internal sealed class RankLayout
{
    private readonly PlacementProblem _problem;
    private readonly SegmentTypes? _segments;
    private readonly int _unit;

    public RankLayout(PlacementProblem problem, SegmentTypes? segments)
    {
        _problem = problem;
        _segments = segments;
        _unit = InnermostUnit(problem);
    }

    /// <summary>How many ways of <see cref="Assign"/> there are: 1 where they cannot differ.</summary>
    public int Ways => _unit > 1 || _problem.Kinds.Length > 1 ? 2 : 1;

    /// <summary>Assigns members to nodes.</summary>
    /// <param name="counts">By kind, by node index. Left unchanged.</param>
    /// <param name="way">0: by domains and whole parallel groups, as described above; 1: every kind in plain node order.</param>
    /// <returns>Node index by member index (members of the size now configured); null when segments cannot be divided so.</returns>
    public int[]? Assign(int[][] counts, int way = 0)
    {
        var left = new int[counts.Length][];
        for (var k = 0; k < counts.Length; k++)
        {
            left[k] = (int[])counts[k].Clone();
        }

        var nodes = UsedNodes(counts);
        var nodeOf = new int[_problem.Size];
        if (_segments is null)
        {
            Fill(nodeOf, 0, _problem.Size, Ordered(nodes, counts, way), left, way);
            return nodeOf;
        }

        return AssignSegments(nodes, counts, left, nodeOf, way) ? nodeOf : null;
    }

    /// <summary>Kind of a member, by member index.</summary>
    public int KindOfMember(int member)
    {
        for (var r = 0; r < _problem.RoleCounts.Length; r++)
        {
            if (member < _problem.RoleCounts[r]) return _problem.KindOfRole[r];
            member -= _problem.RoleCounts[r];
        }

        throw new ArgumentOutOfRangeException(nameof(member));
    }

    // Members that make up one innermost parallel group (tp, then tp·cp): kept in one NVLink domain where counts allow. 1 when not asked.
    private static int InnermostUnit(PlacementProblem problem)
    {
        var kinds = problem.Kinds;
        if (problem.Gang.Hints.Parallelism.IsEmpty || kinds.Length != 1 || kinds[0].Gpus == 0) return 1;
        var ranks = 1;
        foreach (var dimension in problem.Gang.Hints.Parallelism)
        {
            if (dimension.Name is not ("tp" or "cp")) break;
            ranks *= dimension.Degree;
        }

        return ranks % kinds[0].Gpus == 0 ? Math.Max(1, ranks / kinds[0].Gpus) : 1;
    }

    private static List<int> UsedNodes(int[][] counts)
    {
        var nodes = new List<int>();
        for (var n = 0; n < counts[0].Length; n++)
        {
            for (var k = 0; k < counts.Length; k++)
            {
                if (counts[k][n] > 0)
                {
                    nodes.Add(n);
                    break;
                }
            }
        }

        return nodes;
    }

    // Node order, except that at every tier the domain with the lowest kind comes first.
    private List<int> Ordered(List<int> nodes, int[][] counts, int way)
    {
        if (counts.Length == 1 || way > 0) return nodes;
        var tiers = _problem.Partitions.TierCount;
        var keys = nodes.ToDictionary(n => n, _ => new int[tiers]);
        for (var p = 0; p < tiers; p++)
        {
            var domainOf = _problem.Partitions.All[p].DomainOf;
            var lowest = new Dictionary<int, int>();
            foreach (var n in nodes)
            {
                var kind = Array.FindIndex(counts, c => c[n] > 0);
                lowest[domainOf[n]] = Math.Min(lowest.GetValueOrDefault(domainOf[n], int.MaxValue), kind);
            }

            foreach (var n in nodes)
            {
                keys[n][p] = lowest[domainOf[n]];
            }
        }

        var ordered = new List<int>(nodes);
        ordered.Sort((a, b) => CompareNodes(a, b, keys));
        return ordered;
    }

    private int CompareNodes(int a, int b, Dictionary<int, int[]> keys)
    {
        for (var p = 0; p < _problem.Partitions.TierCount; p++)
        {
            var domainOf = _problem.Partitions.All[p].DomainOf;
            if (domainOf[a] == domainOf[b]) continue;
            var order = keys[a][p].CompareTo(keys[b][p]);
            return order != 0 ? order : domainOf[a].CompareTo(domainOf[b]);
        }

        return a.CompareTo(b);
    }

    // Members first … first+count−1 onto the given nodes, in member order.
    private void Fill(int[] nodeOf, int first, int count, List<int> nodes, int[][] left, int way)
    {
        if (_unit > 1 && way == 0)
        {
            FillUnits(nodeOf, first, count, nodes, left[0]);
            return;
        }

        var next = new int[left.Length];
        for (var member = first; member < first + count; member++)
        {
            var kind = KindOfMember(member);
            while (left[kind][nodes[next[kind]]] == 0)
            {
                next[kind]++;
            }

            var node = nodes[next[kind]];
            left[kind][node]--;
            nodeOf[member] = node;
        }
    }

    // Whole innermost groups first, domain by domain; what is left over in the domains makes up the remaining groups.
    private void FillUnits(int[] nodeOf, int first, int count, List<int> nodes, int[] left)
    {
        var domainOf = _problem.Partitions.All[_problem.Partitions.NvLink].DomainOf;
        var order = new List<int>();
        var rest = new List<int>();
        foreach (var domain in nodes.GroupBy(n => domainOf[n]))
        {
            var slots = domain.SelectMany(n => Enumerable.Repeat(n, left[n])).ToList();
            var whole = slots.Count / _unit * _unit;
            order.AddRange(slots.Take(whole));
            rest.AddRange(slots.Skip(whole));
        }

        order.AddRange(rest);
        for (var i = 0; i < count; i++)
        {
            nodeOf[first + i] = order[i];
            left[order[i]]--;
        }
    }

    private bool AssignSegments(List<int> nodes, int[][] counts, int[][] left, int[] nodeOf, int way)
    {
        var domainOf = _problem.Partitions.All[_problem.Partitions.Segment].DomainOf;
        var ordered = Ordered(nodes, counts, way);
        var domains = ordered.Select(n => domainOf[n]).Distinct().ToList();
        var members = domains.Select(d => counts.Select(c => ordered.Where(n => domainOf[n] == d).Sum(n => c[n])).ToArray()).ToArray();
        if (_segments!.Divide(members) is not { } division) return false;
        var nodesOf = domains.Select(d => ordered.Where(n => domainOf[n] == d).ToList()).ToArray();
        var member = 0;
        foreach (var type in _segments.TypeOf)
        {
            var d = Array.FindIndex(division, types => types[type] > 0);
            division[d][type]--;
            var size = _segments.Kinds[type].Sum();
            Fill(nodeOf, member, size, nodesOf[d], left, way);
            member += size;
        }

        return true;
    }
}
