using System.Buffers;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// The exact part of the search: tables over a <see cref="LaminarTree"/>. A table says, for a vertex, the cheapest way to place each vector of
/// members on the nodes below it.
/// <para>Phases: (1) a node's table lists what fits on it; (2) going up, children are merged pairwise by (min,+) convolution; (3) a vertex drops the
/// entries its power constraints and bounds forbid and adds the cost of using it; (4) at a segment domain, vectors of members become vectors of
/// whole segments; (5) every vertex of the wanted scope is asked for the whole gang, the best answer is traced back to nodes.</para>
/// <code>
///   leaf:  0   1   2   3   4          merge   spine: 0 1 2 3 4 5 6 7 8
///   cost   -   a   a   a   a   ⊗  leaf  =            - a a a a b b b b      (b = two leaves)
/// </code>
/// Exact for any watts: where a power constraint sees different watts on different nodes, a cell keeps several entries (cheaper in the order,
/// dearer in watts) and always the one with the fewest watts, so a yes or no never depends on what was dropped.
/// </summary>
internal sealed class TreeSearch : IDisposable
{
    private const int ParetoWidth = 6;

    private readonly LaminarTree _tree;
    private readonly PlacementProblem _problem;
    private readonly TreeOptions _options;
    private readonly CostModel _cost;
    private readonly CountSpace _members;
    private readonly CountSpace _segments;
    private readonly bool _hasSegments;
    private readonly int _width;
    private readonly int[] _start;
    private readonly int[] _end;
    private readonly int[] _innerStart;
    private readonly int[] _innerEnd;
    private readonly bool[] _lifted;
    private readonly long[] _slots;
    private readonly Entry[] _dense;
    private readonly int[] _filled;
    private Entry[] _arena;
    private int _next;

    public TreeSearch(LaminarTree tree, TreeOptions options, SegmentTypes? segments)
    {
        _tree = tree;
        _problem = tree.Problem;
        _options = options;
        _cost = new CostModel(_problem, options.NvLinkFirst);
        _members = MemberSpace(_problem);
        _hasSegments = segments is not null;
        _segments = segments is null ? _members : new CountSpace(segments.Counts, segments.Kinds);
        _width = TracksWatts(tree) ? ParetoWidth : 1;
        _start = new int[tree.Count];
        _end = new int[tree.Count];
        _innerStart = new int[tree.Count];
        _innerEnd = new int[tree.Count];
        _lifted = new bool[tree.Count];
        _slots = new long[tree.Count];
        var largest = Math.Max(_members.Size, _segments.Size);
        _dense = ArrayPool<Entry>.Shared.Rent(largest * _width);
        _filled = ArrayPool<int>.Shared.Rent(largest);
        Array.Clear(_filled, 0, largest);
        _arena = ArrayPool<Entry>.Shared.Rent(4096);
    }

    /// <summary>Inner steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>True when cells were dropped that may have held the best order (never the yes or no).</summary>
    public bool Truncated { get; private set; }

    /// <summary>The space of member vectors of a configured problem.</summary>
    public static CountSpace MemberSpace(PlacementProblem problem)
    {
        var limits = new int[problem.Kinds.Length];
        var units = new int[limits.Length][];
        for (var k = 0; k < limits.Length; k++)
        {
            limits[k] = problem.Kinds[k].Count;
            units[k] = new int[limits.Length];
            units[k][k] = 1;
        }

        return new CountSpace(limits, units);
    }

    /// <summary>Fills all tables, bottom up.</summary>
    public void Run()
    {
        for (var v = _tree.Count - 1; v >= 0; v--)
        {
            Fill(v);
        }
    }

    /// <summary>
    /// The best ways to place the whole gang inside one domain of a partition (-1: anywhere), best first, at most <paramref name="most"/>; as counts
    /// by kind and node index. Empty when nothing fits.
    /// </summary>
    public List<int[][]> Best(int partition, int most)
    {
        var found = new List<(Entry Entry, int Index)>();
        for (var v = 0; v < _tree.Count; v++)
        {
            if (partition < 0 ? v != 0 : (_tree.PartitionsOf(v) >> partition & 1) == 0) continue;
            // Inside one segment domain every segment is whole, so the member table decides.
            var index = WholeGang(v, _lifted[v] || !UsesSegments(v));
            if (index < 0) continue;
            var entry = _arena[index];
            if (UpToRoot(v, ref entry)) found.Add((entry, index));
        }

        found.Sort((a, b) => Entry.Compare(a.Entry, b.Entry, _options.WattsFirst) is var c && c != 0 ? c : a.Index.CompareTo(b.Index));
        return [.. found.Take(most).Select(f => Trace(f.Index))];
    }

    public void Dispose()
    {
        ArrayPool<Entry>.Shared.Return(_arena);
        ArrayPool<Entry>.Shared.Return(_dense);
        ArrayPool<int>.Shared.Return(_filled);
    }

    private static bool TracksWatts(LaminarTree tree)
    {
        for (var v = 0; v < tree.Count; v++)
        {
            foreach (var bound in tree.PowerOf(v) ?? [])
            {
                if (bound.UniformWatts is null) return true;
            }
        }

        return false;
    }

    // A vertex works in segment vectors when it, or something below it, is a segment domain that was lifted.
    private bool UsesSegments(int vertex)
    {
        if (!_hasSegments) return false;
        for (var v = vertex; ;)
        {
            if (_lifted[v]) return true;
            if (_tree.Children[v].Length == 0) return false;
            v = _tree.Children[v][0];
        }
    }

    private void Fill(int v)
    {
        var children = _tree.Children[v];
        var (start, end) = _tree.NodeOf[v] is var node && node >= 0 && children.Length == 0 ? NodeTable(v, node) : MergeChildren(v, children);
        (start, end) = Constrain(v, start, end);
        _innerStart[v] = start;
        _innerEnd[v] = end;
        if (_hasSegments && (_tree.PartitionsOf(v) >> _problem.Partitions.Segment & 1) != 0)
        {
            (start, end) = Lift(start, end);
            _lifted[v] = true;
        }

        _start[v] = start;
        _end[v] = end;
    }

    private (int Start, int End) NodeTable(int v, int node)
    {
        var kinds = _problem.Kinds;
        _slots[v] = Math.Min(kinds[_cost.LeadKind].FreeSlots[node], 1 << 20);
        var counts = new int[kinds.Length];
        var start = _next;
        var limit = _options.NodeLimit?[node] ?? int.MaxValue;
        while (true)
        {
            var total = 0;
            long podWatts = 0;
            for (var k = 0; k < counts.Length; k++)
            {
                total += counts[k];
                podWatts += counts[k] * kinds[k].Watts[node];
            }

            if (total <= limit && (counts.Length == 1 || _problem.FitsTogether(node, counts)))
            {
                var vector = _members.IndexOf(counts);
                Append(new Entry
                {
                    Vector = vector,
                    Packed = _members.Pack(vector),
                    Left = node,
                    Right = Entry.FromNode,
                    Watts = _width == 1 || total == 0 ? 0 : _problem.AddedDraw(node, podWatts),
                });
            }

            var d = 0;
            while (d < counts.Length && counts[d] == kinds[d].Slots[node])
            {
                counts[d++] = 0;
            }

            if (d == counts.Length) break;
            counts[d]++;
        }

        return (start, _next);
    }

    private (int Start, int End) MergeChildren(int v, int[] children)
    {
        if (children.Length == 0)
        {
            var at = _next;
            Append(new Entry { Right = Entry.Nothing });
            return (at, _next);
        }

        var (start, end) = (_start[children[0]], _end[children[0]]);
        _slots[v] = _slots[children[0]];
        var space = UsesSegments(v) ? _segments : _members;
        for (var c = 1; c < children.Length; c++)
        {
            _slots[v] += _slots[children[c]];
            (start, end) = Merge(space, start, end, _start[children[c]], _end[children[c]]);
        }

        return (start, end);
    }

    // Dense accumulation by vector, then compaction in ascending vector order.
    private (int Start, int End) Merge(CountSpace space, int aStart, int aEnd, int bStart, int bEnd)
    {
        var low = int.MaxValue;
        var high = -1;
        for (var a = aStart; a < aEnd; a++)
        {
            ref readonly var left = ref _arena[a];
            for (var b = bStart; b < bEnd; b++)
            {
                ref readonly var right = ref _arena[b];
                if (!space.SumFits(left.Packed, right.Packed)) continue;
                var vector = left.Vector + right.Vector;
                Offer(vector, new Entry
                {
                    Vector = vector,
                    Packed = left.Packed + right.Packed,
                    Left = a,
                    Right = b,
                    Spread = left.Spread + right.Spread,
                    Tight = left.Tight + right.Tight,
                    Watts = left.Watts + right.Watts,
                });
                low = Math.Min(low, vector);
                high = Math.Max(high, vector);
            }
        }

        Steps += (long)(aEnd - aStart) * (bEnd - bStart);
        return Compact(low, high);
    }

    private (int Start, int End) Compact(int low, int high)
    {
        var start = _next;
        for (var vector = low; vector <= high; vector++)
        {
            for (var i = 0; i < _filled[vector]; i++)
            {
                Append(_dense[vector * _width + i]);
            }

            _filled[vector] = 0;
        }

        return (start, _next);
    }

    // Keeps the best entry of a cell; with watts, up to ParetoWidth entries in rising order and falling watts, the last having the fewest watts.
    private void Offer(int vector, in Entry entry)
    {
        var count = _filled[vector];
        var at = vector * _width;
        if (_width == 1)
        {
            // Later wins a tie: it puts more on the earlier nodes.
            if (count == 0 || Entry.Compare(entry, _dense[at], _options.WattsFirst) <= 0) _dense[at] = entry;
            _filled[vector] = 1;
            return;
        }

        var position = 0;
        while (position < count && Entry.Compare(_dense[at + position], entry, false) < 0)
        {
            if (_dense[at + position].Watts <= entry.Watts) return;
            position++;
        }

        var keep = position;
        while (keep < count && _dense[at + keep].Watts >= entry.Watts)
        {
            keep++;
        }

        InsertAt(vector, position, keep, entry);
    }

    // Replaces entries [position, keep) of a cell by one entry; a full cell gives up its last but one.
    private void InsertAt(int vector, int position, int keep, in Entry entry)
    {
        var at = vector * _width;
        var count = _filled[vector];
        if (keep == position)
        {
            if (count == _width)
            {
                Truncated = true;
                if (position == count)
                {
                    _dense[at + count - 1] = entry;
                    return;
                }

                if (position == count - 1) return;
                _dense[at + count - 2] = _dense[at + count - 1];
                count--;
            }

            Array.Copy(_dense, at + position, _dense, at + position + 1, count - position);
            count++;
        }
        else
        {
            Array.Copy(_dense, at + keep, _dense, at + position + 1, count - keep);
            count -= keep - position - 1;
        }

        _dense[at + position] = entry;
        _filled[vector] = count;
    }

    private (int Start, int End) Constrain(int v, int start, int end)
    {
        var partitions = _tree.PartitionsOf(v);
        var node = FirstNode(v);
        var use = _cost.Use(partitions, node);
        var space = UsesSegments(v) ? _segments : _members;
        var from = _next;
        for (var i = start; i < end; i++)
        {
            var entry = _arena[i];
            if (!Allowed(v, space, partitions, node, entry)) continue;
            if (entry.Vector != 0)
            {
                entry.Spread += use;
                entry.Tight += _cost.Tight(partitions, _slots[v] - space.Members(entry.Vector, _cost.LeadKind));
            }

            if (entry.Right >= 0 || entry.Right == Entry.FromOne)
            {
                entry.Left = i;
                entry.Right = Entry.FromOne;
            }

            Append(entry);
        }

        return (from, _next);
    }

    private int FirstNode(int v)
    {
        while (_tree.NodeOf[v] < 0 && _tree.Children[v].Length > 0)
        {
            v = _tree.Children[v][0];
        }

        return Math.Max(0, _tree.NodeOf[v]);
    }

    private bool Allowed(int v, CountSpace space, ulong partitions, int node, in Entry entry)
    {
        if (entry.Vector != 0)
        {
            if (!PowerHolds(v, space, entry)) return false;
            if (_options.MinGpusPerNvLink > 0 && (partitions >> _problem.Partitions.NvLink & 1) != 0)
            {
                var gpus = Gpus(space, entry.Vector);
                if (gpus > 0 && gpus < _options.MinGpusPerNvLink) return false;
            }

            if (_options.MinPartition >= 0 && (partitions >> _options.MinPartition & 1) != 0 && Total(space, entry.Vector) < _options.MinPerDomain)
            {
                return false;
            }
        }

        foreach (var bound in _options.Bounds)
        {
            if ((partitions >> bound.Partition & 1) == 0) continue;
            var domain = _problem.Partitions.All[bound.Partition].DomainOf[node];
            long sum = 0;
            for (var k = 0; k < bound.Weights.Length; k++)
            {
                sum += bound.Weights[k] * space.Members(entry.Vector, k);
            }

            if (sum > bound.High[domain] || (bound.Low is { } low && sum < low[domain])) return false;
        }

        return true;
    }

    private bool PowerHolds(int v, CountSpace space, in Entry entry)
    {
        if (_tree.PowerOf(v) is not { } bounds) return true;
        foreach (var bound in bounds)
        {
            var watts = entry.Watts;
            if (bound.UniformWatts is { } uniform)
            {
                watts = 0;
                for (var k = 0; k < uniform.Length; k++)
                {
                    watts += uniform[k] <= 0 ? 0 : uniform[k] * space.Members(entry.Vector, k);
                }
            }

            if (watts * bound.Halves > bound.Headroom) return false;
        }

        return true;
    }

    private int Gpus(CountSpace space, int vector)
    {
        var gpus = 0;
        for (var k = 0; k < _problem.Kinds.Length; k++)
        {
            gpus += _problem.Kinds[k].Gpus * space.Members(vector, k);
        }

        return gpus;
    }

    private int Total(CountSpace space, int vector)
    {
        var total = 0;
        for (var k = 0; k < _problem.Kinds.Length; k++)
        {
            total += space.Members(vector, k);
        }

        return total;
    }

    // Vectors of members that are whole segments become vectors of segments.
    private (int Start, int End) Lift(int start, int end)
    {
        var byVector = new Dictionary<int, (int From, int To)>();
        for (var i = start; i < end; i++)
        {
            var vector = _arena[i].Vector;
            byVector[vector] = byVector.TryGetValue(vector, out var range) ? (range.From, i + 1) : (i, i + 1);
        }

        var digits = new int[_problem.Kinds.Length];
        var from = _next;
        for (var s = 0; s < _segments.Size; s++)
        {
            var inside = true;
            for (var k = 0; k < digits.Length; k++)
            {
                digits[k] = _segments.Members(s, k);
                inside &= digits[k] <= _members.Limits[k];
            }

            if (!inside || !byVector.TryGetValue(_members.IndexOf(digits), out var range)) continue;
            for (var i = range.From; i < range.To; i++)
            {
                var entry = _arena[i];
                entry.Left = i;
                entry.Right = Entry.FromOne;
                entry.Vector = s;
                entry.Packed = _segments.Pack(s);
                Append(entry);
            }
        }

        Steps += _segments.Size;
        return (from, _next);
    }

    private int WholeGang(int v, bool members)
    {
        var (start, end, full) = members
            ? (_innerStart[v], _innerEnd[v], _members.Full)
            : (_start[v], _end[v], _segments.Full);
        var best = -1;
        for (var i = start; i < end; i++)
        {
            if (_arena[i].Vector == full && (best < 0 || Entry.Compare(_arena[i], _arena[best], _options.WattsFirst) < 0)) best = i;
        }

        return best;
    }

    // Power and cost of everything above the domain that holds the whole gang.
    private bool UpToRoot(int vertex, ref Entry entry)
    {
        var members = entry;
        members.Vector = _members.Full;
        var node = FirstNode(vertex);
        for (var v = _tree.Parent(vertex); v >= 0; v = _tree.Parent(v))
        {
            if (!Allowed(v, _members, _tree.PartitionsOf(v), node, members)) return false;
            entry.Spread += _cost.Use(_tree.PartitionsOf(v), node);
            entry.Tight += _cost.Tight(_tree.PartitionsOf(v), _slots[v] - _problem.Kinds[_cost.LeadKind].Count);
        }

        return true;
    }

    private int[][] Trace(int index)
    {
        var counts = new int[_problem.Kinds.Length][];
        for (var k = 0; k < counts.Length; k++)
        {
            counts[k] = new int[_problem.Cluster.Nodes.Length];
        }

        var open = new Stack<int>();
        open.Push(index);
        while (open.TryPop(out var i))
        {
            ref readonly var entry = ref _arena[i];
            switch (entry.Right)
            {
                case Entry.FromOne:
                    open.Push(entry.Left);
                    break;
                case Entry.FromNode:
                    for (var k = 0; k < counts.Length; k++)
                    {
                        counts[k][entry.Left] = _members.Digit(entry.Vector, k);
                    }

                    break;
                case Entry.Nothing:
                    break;
                default:
                    open.Push(entry.Left);
                    open.Push(entry.Right);
                    break;
            }
        }

        return counts;
    }

    private void Append(in Entry entry)
    {
        if (_next == _arena.Length)
        {
            var larger = ArrayPool<Entry>.Shared.Rent(_arena.Length * 2);
            Array.Copy(_arena, larger, _next);
            ArrayPool<Entry>.Shared.Return(_arena);
            _arena = larger;
        }

        _arena[_next++] = entry;
    }
}
