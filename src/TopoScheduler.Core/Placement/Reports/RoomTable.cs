using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// Free slots by the power constraints above them, one forest for each domain of the required tier. Filled node by node, a domain at a time; asked under any
/// headrooms.
/// <code>
///   row 9 slots, watts for 5 ── rack 4 slots, watts for 3     room: min(5, min(3, 4) + min(9, 5)) = 5
///                            └─ rack 5 slots, watts for 9
/// </code>
/// </summary>
internal sealed class RoomTable(PowerModel power, PowerNesting nesting)
{
    // A domain's rows follow each other, what lies inside first.
    private readonly List<Row> _rows = [];
    private readonly List<(int End, long Free)> _domains = [];
    private readonly List<(int Node, long Slots, long Watts)> _nodes = [];
    private readonly List<int> _touched = [];
    private readonly int[] _rowOf = new int[power.Constraints.Length];
    private long[] _sums = [];

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        _rows.Clear();
        _domains.Clear();
        _nodes.Clear();
        Array.Clear(_rowOf);
    }

    /// <summary>Adds a node to the domain that is open.</summary>
    /// <param name="node">The node.</param>
    /// <param name="slots">Members it could take.</param>
    /// <param name="watts">Watts each of them adds at the least.</param>
    public void Add(int node, long slots, long watts) => _nodes.Add((node, slots, watts));

    /// <summary>Closes the domain.</summary>
    public void Close()
    {
        if (_nodes.Count == 0) return;
        _touched.Clear();
        var start = _rows.Count;
        foreach (var (node, _, _) in _nodes)
        {
            foreach (var share in power.SharesOf(node))
            {
                if (_rowOf[share.Constraint] > start) continue;
                _rowOf[share.Constraint] = int.MaxValue;
                _touched.Add(share.Constraint);
            }
        }

        _touched.Sort((a, b) => nesting.RankOf(a).CompareTo(nesting.RankOf(b)));
        // One more than the row, so that none is 0.
        for (var i = 0; i < _touched.Count; i++) _rowOf[_touched[i]] = start + i + 1;
        foreach (var constraint in _touched)
        {
            var parent = nesting.ParentOf(constraint);
            _rows.Add(new() { Constraint = constraint, Parent = parent < 0 ? -1 : _rowOf[parent] - 1, LeastDraw = long.MaxValue });
        }

        _domains.Add((_rows.Count, Fill()));
        _nodes.Clear();
        if (_sums.Length < _rows.Count) _sums = new long[Math.Max(_rows.Count, 2 * _sums.Length)];
    }

    /// <summary>Members that the roomiest domain could hold.</summary>
    /// <param name="headroom">Half watts left by power constraint.</param>
    public long Most(long[] headroom)
    {
        var (most, start) = (0L, 0);
        for (var r = 0; r < _rows.Count; r++) _sums[r] = _rows[r].Slots;
        foreach (var (end, free) in _domains)
        {
            var total = free;
            for (var r = start; r < end; r++)
            {
                var row = _rows[r];
                var left = headroom[row.Constraint];
                var room = left < 0 ? 0 : row.LeastDraw > 0 ? Math.Min(_sums[r], left / row.LeastDraw) : _sums[r];
                if (row.Parent < 0) total += room;
                else _sums[row.Parent] += room;
            }

            (most, start) = (Math.Max(most, total), end);
        }

        return most;
    }

    private long Fill()
    {
        var free = 0L;
        var rows = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows);
        foreach (var (node, slots, watts) in _nodes)
        {
            foreach (var share in power.SharesOf(node))
            {
                ref var row = ref rows[_rowOf[share.Constraint] - 1];
                row.LeastDraw = Math.Min(row.LeastDraw, share.Halves * watts);
            }

            var narrowest = nesting.NarrowestOf(node);
            if (narrowest < 0) free += slots;
            else rows[_rowOf[narrowest] - 1].Slots += slots;
        }

        return free;
    }

    private struct Row
    {
        public int Constraint;
        public int Parent;
        public long LeastDraw;
        public long Slots;
    }
}
