using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Feasibility where power constraints cross each other or the segments: two laminar families of counts over the same nodes are a flow.
/// <code>
///   source ─► first tree, downwards ─► node (slots) ─► second tree, upwards ─► sink
///             (segments, racks, A side)               (what crosses them: B side, …)
/// </code>
/// Exact for one kind of members with equal watts below each constraint and no segments. Segments fill their domains in whole multiples: they are
/// added one by one with re-routing, and taken back in exchange for others where that leads further. Members of other kinds are put down first, at every
/// kind of place that differs in power.
/// </summary>
internal sealed class FlowSearch
{
    private const int MostPlaces = 96;

    private readonly DomainSearch _search;
    private readonly PlacementProblem _problem;
    private readonly SegmentTypes? _segments;
    private readonly List<PowerBound> _power;
    private readonly int _bulk;
    private readonly int[][] _fixed;

    public FlowSearch(DomainSearch search, SegmentTypes? segments)
    {
        _search = search;
        _problem = search.Problem;
        _segments = segments;
        // Feeds apart: a mixture of both sides in the first tree would cross what is left for the second.
        _power = [.. search.Power.OrderBy(b => _problem.Cluster.Power.Constraints[b.Constraint].State == FeedState.LostA)];
        _bulk = 0;
        for (var k = 1; k < _problem.Kinds.Length; k++)
        {
            if (_problem.Kinds[k].Count > _problem.Kinds[_bulk].Count) _bulk = k;
        }

        _fixed = [.. _problem.Kinds.Select(_ => new int[_problem.Cluster.Nodes.Length])];
    }

    /// <summary>Offers what it finds on these nodes. True when something was offered and held.</summary>
    public bool Run(int[] nodes)
    {
        if (_problem.Kinds.Length == 1) return RunBulk(nodes);
        if (_segments is not null) return false;
        foreach (var place in Places(nodes))
        {
            if (!_search.Budget.Take(1)) return false;
            if (PutOthers(nodes, place) && RunBulk(nodes)) return true;
        }

        return false;
    }

    // Nodes that differ in the power constraints above them: nodes of no use to the bulk first, then in node order.
    private List<int> Places(int[] nodes)
    {
        var seen = new HashSet<string>();
        var places = new List<int>();
        foreach (var node in nodes.OrderBy(n => _problem.Kinds[_bulk].Slots[n] > 0).ThenBy(n => n))
        {
            var key = string.Join(',', _problem.Cluster.Power.SharesOf(node).ToArray().Select(s => s.Constraint)) + (_problem.Kinds[_bulk].Slots[node] > 0);
            if (seen.Add(key) && places.Count < MostPlaces) places.Add(node);
        }

        return places;
    }

    // Members of the other kinds onto the place, then onto the nodes after it, as they fit.
    private bool PutOthers(int[] nodes, int place)
    {
        var start = Array.IndexOf(nodes, place);
        var counts = new int[_problem.Kinds.Length];
        for (var k = 0; k < _problem.Kinds.Length; k++)
        {
            if (k == _bulk) continue;
            Array.Clear(_fixed[k]);
            var left = _problem.Kinds[k].Count;
            for (var i = 0; i < nodes.Length && left > 0; i++)
            {
                var node = nodes[(start + i) % nodes.Length];
                while (left > 0 && FixedFits(node, k, counts))
                {
                    _fixed[k][node]++;
                    left--;
                }
            }

            if (left > 0) return false;
        }

        return true;
    }

    private bool FixedFits(int node, int kind, int[] counts)
    {
        if (_fixed[kind][node] == _problem.Kinds[kind].Slots[node]) return false;
        for (var k = 0; k < counts.Length; k++)
        {
            counts[k] = k == _bulk ? 0 : _fixed[k][node] + (k == kind ? 1 : 0);
        }

        return _problem.FitsTogether(node, counts);
    }

    private bool RunBulk(int[] nodes)
    {
        var caps = Capacities(nodes);
        if (caps is null) return false;
        int[] partitions = _segments is null ? [] : [_problem.Partitions.Segment];
        var first = _search.PowerTree(nodes, partitions, _power);
        var second = LaminarTree.Build(_problem, nodes, [], first.Side);
        var flow = new TwoTreeFlow(_problem, first, second, caps, node => BulkSlots(node));
        var full = _segments is null ? flow.Fill(_problem.Kinds[_bulk].Count) : FillSegments(flow);
        _search.Budget.Count(flow.Steps);
        if (!full) return false;
        var counts = _fixed.Select(f => (int[])f.Clone()).ToArray();
        counts[_bulk] = flow.Counts();
        return _search.Consider(counts) is not null;
    }

    // By constraint: bulk members that its headroom admits beside the others; null when the others alone break one.
    private long[]? Capacities(int[] nodes)
    {
        var left = (long[])_problem.Headroom.Clone();
        foreach (var node in nodes)
        {
            long watts = 0;
            for (var k = 0; k < _fixed.Length; k++)
            {
                watts += _fixed[k][node] * _problem.Kinds[k].Watts[node];
            }

            if (watts == 0) continue;
            foreach (var share in _problem.Cluster.Power.SharesOf(node))
            {
                left[share.Constraint] -= share.Halves * _problem.AddedDraw(node, watts);
                if (left[share.Constraint] < 0) return null;
            }
        }

        var caps = new long[left.Length];
        Array.Fill(caps, long.MaxValue);
        foreach (var bound in _search.Power)
        {
            var watts = bound.UniformWatts is { } uniform ? uniform[_bulk] : bound.Nodes.Max(n => _problem.Kinds[_bulk].Watts[n]);
            var halves = bound.Halves == 0 ? 2 : bound.Halves;
            if (watts > 0) caps[bound.Constraint] = left[bound.Constraint] / (halves * watts);
        }

        return caps;
    }

    private int BulkSlots(int node)
    {
        var slots = _problem.Kinds[_bulk].Slots[node];
        if (_problem.Kinds.Length == 1) return slots;
        var counts = new int[_problem.Kinds.Length];
        for (; slots > 0; slots--)
        {
            for (var k = 0; k < counts.Length; k++)
            {
                counts[k] = k == _bulk ? slots : _fixed[k][node];
            }

            if (_problem.FitsTogether(node, counts)) return slots;
        }

        return 0;
    }

    private bool FillSegments(TwoTreeFlow flow)
    {
        var sizes = _segments!.TypeOf.Select(t => _segments.Kinds[t].Sum()).ToList();
        var full = sizes.Count(s => s == sizes[0]);
        var rest = sizes.Where(s => s != sizes[0]).ToList();
        return new SegmentFilling(flow, _problem.Partitions.Segment, _search.Budget).Run(sizes[0], full, rest.Count > 0 ? rest[0] : 0);
    }
}
