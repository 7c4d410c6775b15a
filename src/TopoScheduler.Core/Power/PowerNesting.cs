namespace TopoScheduler.Core.Power;

/// <summary>Which power constraint lies inside which: of those that count all the nodes of one, the one with the fewest nodes is above it.</summary>
/// <remarks>Constraints that cross, as two feeds do, lie in what holds both. Those of equal nodes lie in each other by index, so there are no rings.</remarks>
internal sealed class PowerNesting
{
    private readonly PowerModel _power;
    private readonly int[] _parent;
    private readonly int[] _rank;

    /// <summary>Reads the shares of all nodes.</summary>
    /// <param name="power">The model.</param>
    /// <param name="nodes">How many nodes there are.</param>
    public PowerNesting(PowerModel power, int nodes)
    {
        _power = power;
        var sizes = new int[power.Constraints.Length];
        for (var n = 0; n < nodes; n++)
        {
            foreach (var share in power.SharesOf(n)) sizes[share.Constraint]++;
        }

        var order = new int[sizes.Length];
        for (var c = 0; c < order.Length; c++) order[c] = c;
        Array.Sort(order, (a, b) => sizes[a] != sizes[b] ? sizes[a].CompareTo(sizes[b]) : a.CompareTo(b));
        _rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++) _rank[order[i]] = i;
        _parent = Parents(nodes);
    }

    /// <summary>The constraint above one, or -1.</summary>
    public int ParentOf(int constraint) => _parent[constraint];

    /// <summary>Where a constraint comes in an order in which what lies inside comes first.</summary>
    public int RankOf(int constraint) => _rank[constraint];

    /// <summary>The constraint a node hangs in directly, or -1.</summary>
    public int NarrowestOf(int node)
    {
        var narrowest = -1;
        foreach (var share in _power.SharesOf(node))
        {
            if (narrowest < 0 || _rank[share.Constraint] < _rank[narrowest]) narrowest = share.Constraint;
        }

        return narrowest;
    }

    private int[] Parents(int nodes)
    {
        var above = new List<int>?[_rank.Length];
        for (var n = 0; n < nodes; n++)
        {
            var shares = _power.SharesOf(n);
            foreach (var share in shares)
            {
                var rank = _rank[share.Constraint];
                if (above[share.Constraint] is { } known) Keep(known, shares);
                else above[share.Constraint] = Wider(shares, rank);
            }
        }

        var parents = new int[above.Length];
        for (var c = 0; c < parents.Length; c++)
        {
            parents[c] = -1;
            foreach (var wider in above[c] ?? [])
            {
                if (parents[c] < 0 || _rank[wider] < _rank[parents[c]]) parents[c] = wider;
            }
        }

        return parents;
    }

    private List<int> Wider(ReadOnlySpan<PowerShare> shares, int rank)
    {
        var wider = new List<int>(shares.Length);
        foreach (var share in shares)
        {
            if (_rank[share.Constraint] > rank) wider.Add(share.Constraint);
        }

        return wider;
    }

    private static void Keep(List<int> known, ReadOnlySpan<PowerShare> shares)
    {
        for (var i = known.Count - 1; i >= 0; i--)
        {
            var counted = false;
            foreach (var share in shares) counted |= share.Constraint == known[i];
            if (!counted) known.RemoveAt(i);
        }
    }
}
