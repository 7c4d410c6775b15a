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
/// Exact for any watts: where a power constraint sees different watts on different nodes, cells keep several entries (<see cref="EntryStore"/>).
/// </summary>
internal sealed class TreeSearch : IDisposable
{
    private const int ParetoWidth = 6;

    private readonly LaminarTree _tree;
    private readonly PlacementProblem _problem;
    private readonly TreeOptions _options;
    private readonly CostModel _cost;
    private readonly VertexRules _rules;
    private readonly CountSpace _members;
    private readonly CountSpace _segments;
    private readonly bool _hasSegments;
    private readonly bool _tracksWatts;
    private readonly EntryStore _store;

    // By vertex: the table, the table before members became segments, and the free slots of the leading kind below it.
    private readonly TableRange[] _table;
    private readonly TableRange[] _inner;
    private readonly bool[] _inSegments;
    private readonly bool[] _lifted;
    private readonly long[] _slots;

    public TreeSearch(LaminarTree tree, TreeOptions options, SegmentTypes? segments)
    {
        _tree = tree;
        _problem = tree.Problem;
        _options = options;
        _cost = new CostModel(_problem, options.NvLinkFirst);
        _rules = new VertexRules(tree, options);
        _members = CountSpace.OfMembers([.. _problem.Kinds.Select(k => k.Count)]);
        _hasSegments = segments is not null;
        _segments = segments is null ? _members : new CountSpace(segments.Counts, segments.Kinds);
        _tracksWatts = options.WattsFirst || tree.HasUnevenWatts;
        _store = new EntryStore(Math.Max(_members.Size, _segments.Size), tree.HasUnevenWatts && !options.CountOnly ? ParetoWidth : 1, options.WattsFirst);
        _table = new TableRange[tree.Count];
        _inner = new TableRange[tree.Count];
        _inSegments = new bool[tree.Count];
        _lifted = new bool[tree.Count];
        _slots = new long[tree.Count];
    }

    /// <summary>Inner steps taken so far.</summary>
    public long Steps { get; private set; }

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
            if (WholeGang(v) is { } best) found.Add(best);
        }

        found.Sort((a, b) => Entry.Compare(a.Entry, b.Entry, _options.WattsFirst) is var c && c != 0 ? c : a.Index.CompareTo(b.Index));
        return [.. found.Take(most).Select(f => Trace(f.Index))];
    }

    /// <summary>Most members of the only kind that fit, wherever; without segments.</summary>
    public int MostMembers()
    {
        var most = 0;
        for (var i = _inner[0].Start; i < _inner[0].End; i++)
        {
            most = Math.Max(most, _store[i].Vector);
        }

        return most;
    }

    public void Dispose() => _store.Dispose();

    private void Fill(int v)
    {
        var children = _tree.Children[v];
        var isNode = children.Length == 0 && _tree.NodeOf[v] >= 0;
        var table = isNode ? NodeTable(v, _tree.NodeOf[v]) : MergeChildren(v, children);
        table = Constrain(v, table);
        _inner[v] = table;
        if (_hasSegments && (_tree.PartitionsOf(v) >> _problem.Partitions.Segment & 1) != 0)
        {
            table = Lift(table);
            _lifted[v] = _inSegments[v] = true;
        }

        _table[v] = table;
    }

    private TableRange NodeTable(int v, int node)
    {
        var kinds = _problem.Kinds;
        _slots[v] = Math.Min(kinds[_cost.LeadKind].FreeSlots[node], CostModel.MostSlots);
        var counts = new int[kinds.Length];
        var start = _store.Next;
        var limit = _options.NodeWatts?[node] ?? long.MaxValue;
        do
        {
            var total = 0;
            long podWatts = 0;
            for (var k = 0; k < counts.Length; k++)
            {
                total += counts[k];
                podWatts += counts[k] * kinds[k].Watts[node];
            }

            if (total > 0 && limit < long.MaxValue && (limit < 0 || _problem.AddedDraw(node, podWatts) > limit)) continue;
            if (counts.Length > 1 && !_problem.FitsTogether(node, counts)) continue;
            var vector = _members.IndexOf(counts);
            _store.Append(new Entry
            {
                Vector = vector,
                Packed = _members.Pack(vector),
                Left = node,
                Right = Entry.FromNode,
                Slack = total * _problem.PowerSlack[node],
                Watts = _tracksWatts && total > 0 ? _problem.AddedDraw(node, podWatts) : 0,
            });
        }
        while (NextCounts(counts, node));

        return new(start, _store.Next);
    }

    // Counts as an odometer, each kind up to its slots; false after the last.
    private bool NextCounts(int[] counts, int node)
    {
        for (var k = 0; k < counts.Length; k++)
        {
            if (counts[k]++ < _problem.Kinds[k].Slots[node]) return true;
            counts[k] = 0;
        }

        return false;
    }

    private TableRange MergeChildren(int v, int[] children)
    {
        if (children.Length == 0)
        {
            var start = _store.Next;
            _store.Append(new Entry { Right = Entry.Nothing });
            return new(start, _store.Next);
        }

        _inSegments[v] = _inSegments[children[0]];
        foreach (var child in children)
        {
            _slots[v] += _slots[child];
        }

        if (v == 0 && FewestDomains(children) is { } fewest)
        {
            var pruned = MergeAll(v, children, fewest);
            if (Holds(pruned, Space(v).Full)) return pruned;
        }

        return MergeAll(v, children, null);
    }

    private TableRange MergeAll(int v, int[] children, DomainFloor? floor)
    {
        var space = Space(v);
        var table = _table[children[0]];
        for (var c = 1; c < children.Length; c++)
        {
            table = Merge(space, table, _table[children[c]], floor);
        }

        return table;
    }

    private CountSpace Space(int v) => _inSegments[v] ? _segments : _members;

    private bool Holds(TableRange table, int vector)
    {
        for (var i = table.Start; i < table.End; i++)
        {
            if (_store[i].Vector == vector) return true;
        }

        return false;
    }

    // At the root, when its children are the widest domains: no placement uses fewer of them than the largest tables add up to, so entries that are
    // bound to use more than that can be dropped while that few turn out to be enough.
    private DomainFloor? FewestDomains(int[] children)
    {
        // What the root itself forbids could need the entries that this drops.
        if (_tree.PowerOf(0) is not null || _options.Bounds.Count > 0) return null;
        if (_options.NvLinkFirst || _options.WattsFirst || _members.Limits.Length != 1 || _inSegments[0]) return null;
        var largest = new int[children.Length];
        for (var c = 0; c < children.Length; c++)
        {
            if ((_tree.PartitionsOf(children[c]) & 1) == 0) return null;
            var table = _table[children[c]];
            largest[c] = table.End > table.Start ? _store[table.End - 1].Vector : 0;
        }

        Array.Sort(largest, (a, b) => b.CompareTo(a));
        var (sum, count) = (0, 0);
        while (count < largest.Length && sum < _members.Full)
        {
            sum += largest[count++];
        }

        return sum < _members.Full || largest[0] == 0 ? null : new DomainFloor(_cost, _members.Full, largest[0], count);
    }

    private TableRange Merge(CountSpace space, TableRange a, TableRange b, DomainFloor? floor)
    {
        var (low, high) = (int.MaxValue, -1);
        for (var i = a.Start; i < a.End; i++)
        {
            ref readonly var left = ref _store[i];
            for (var j = b.Start; j < b.End; j++)
            {
                ref readonly var right = ref _store[j];
                if (!space.SumFits(left.Packed, right.Packed)) continue;
                var vector = left.Vector + right.Vector;
                var spread = left.Spread + right.Spread;
                if (floor is not null && !floor.Reachable(vector, spread)) continue;
                _store.Offer(new Entry
                {
                    Vector = vector,
                    Packed = left.Packed + right.Packed,
                    Left = i,
                    Right = j,
                    Spread = spread,
                    Tight = left.Tight + right.Tight,
                    Slack = left.Slack + right.Slack,
                    Watts = left.Watts + right.Watts,
                });
                low = Math.Min(low, vector);
                high = Math.Max(high, vector);
            }
        }

        Steps += (long)(a.End - a.Start) * (b.End - b.Start);
        return _store.Flush(low, high);
    }

    private TableRange Constrain(int v, TableRange table)
    {
        var partitions = _tree.PartitionsOf(v);
        var node = _tree.FirstNode(v);
        var use = _cost.Use(partitions, node);
        var space = Space(v);
        var start = _store.Next;
        for (var i = table.Start; i < table.End; i++)
        {
            var entry = _store[i];
            if (!_rules.Allow(v, node, space, entry)) continue;
            if (entry.Vector != 0)
            {
                entry.Spread += use;
                entry.Tight += _cost.Tight(partitions, _slots[v] - space.Members(entry.Vector, _cost.LeadKind));
            }

            if (entry.Right >= 0 || entry.Right == Entry.FromOne) (entry.Left, entry.Right) = (i, Entry.FromOne);
            _store.Append(entry);
        }

        return new(start, _store.Next);
    }

    // Vectors of members that are whole segments become vectors of segments.
    private TableRange Lift(TableRange table)
    {
        var byVector = new Dictionary<int, TableRange>();
        for (var i = table.Start; i < table.End; i++)
        {
            var vector = _store[i].Vector;
            byVector[vector] = byVector.TryGetValue(vector, out var range) ? new(range.Start, i + 1) : new(i, i + 1);
        }

        var digits = new int[_problem.Kinds.Length];
        var start = _store.Next;
        for (var s = 0; s < _segments.Size; s++)
        {
            var inside = true;
            for (var k = 0; k < digits.Length; k++)
            {
                digits[k] = _segments.Members(s, k);
                inside &= digits[k] <= _members.Limits[k];
            }

            if (!inside || !byVector.TryGetValue(_members.IndexOf(digits), out var range)) continue;
            for (var i = range.Start; i < range.End; i++)
            {
                var entry = _store[i];
                (entry.Left, entry.Right) = (i, Entry.FromOne);
                entry.Vector = s;
                entry.Packed = _segments.Pack(s);
                _store.Append(entry);
            }
        }

        Steps += _segments.Size;
        return new(start, _store.Next);
    }

    // The best entry at a vertex that holds the whole gang, priced up to the root. Inside one segment domain every segment is whole, so the member
    // table decides. The cheapest entry may draw more than the domains above admit, so all are tried.
    private (Entry Entry, int Index)? WholeGang(int v)
    {
        var members = _lifted[v] || !_inSegments[v];
        var table = members ? _inner[v] : _table[v];
        var full = members ? _members.Full : _segments.Full;
        (Entry Entry, int Index)? best = null;
        for (var i = table.Start; i < table.End; i++)
        {
            var entry = _store[i];
            if (entry.Vector != full || !UpToRoot(v, ref entry)) continue;
            if (best is not { } known || Entry.Compare(entry, known.Entry, _options.WattsFirst) < 0) best = (entry, i);
        }

        return best;
    }

    // Power and cost of everything above the domain that holds the whole gang.
    private bool UpToRoot(int vertex, ref Entry entry)
    {
        var members = entry;
        members.Vector = _members.Full;
        var node = _tree.FirstNode(vertex);
        for (var v = _tree.Parent(vertex); v >= 0; v = _tree.Parent(v))
        {
            if (!_rules.Allow(v, node, _members, members)) return false;
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
            ref readonly var entry = ref _store[i];
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
}
