using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>Resource dimensions as they are collected: a name, what a member of each role takes, what each node has free.</summary>
internal sealed class DimensionSet(Gang gang, int nodes)
{
    private readonly List<string> _names = [];
    private readonly List<FitConstraint> _constraints = [];
    private readonly List<long[]> _requests = [];
    private readonly List<long[]> _free = [];

    /// <summary>How many there are so far.</summary>
    public int Count => _names.Count;

    /// <summary>Adds a dimension; the arrays are kept.</summary>
    public void Add(string name, FitConstraint constraint, long[] requestByRole, long[] freeByNode)
    {
        _names.Add(name);
        _constraints.Add(constraint);
        _requests.Add(requestByRole);
        _free.Add(freeByNode);
    }

    /// <summary>What the first of the given dimensions counts as of which a node has too little for one member of a role; null when one fits.</summary>
    public FitConstraint? FirstShort(int role, int node, int from, int to)
    {
        for (var d = from; d < to; d++)
        {
            var request = _requests[d][role];
            if (request > 0 && request > _free[d][node]) return _constraints[d];
        }

        return null;
    }

    /// <summary>The finished table.</summary>
    public EligibilityTable ToTable(FitConstraint?[][] removed) => new()
    {
        Dimensions = [.. _names],
        Request = Requests(),
        Free = Interleaved(),
        Removed = removed,
        Slots = Slots(removed),
    };

    private long[][] Requests()
    {
        var requests = new long[gang.Roles.Length][];
        for (var r = 0; r < requests.Length; r++)
        {
            requests[r] = new long[Count];
            for (var d = 0; d < Count; d++)
            {
                requests[r][d] = _requests[d][r];
            }
        }

        return requests;
    }

    private long[] Interleaved()
    {
        var free = new long[nodes * Count];
        for (var d = 0; d < Count; d++)
        {
            var column = _free[d];
            for (int n = 0, at = d; n < nodes; n++, at += Count)
            {
                free[at] = Math.Max(0, column[n]);
            }
        }

        return free;
    }

    private int[][] Slots(FitConstraint?[][] removed)
    {
        var slots = new int[gang.Roles.Length][];
        for (var r = 0; r < slots.Length; r++)
        {
            var mine = slots[r] = new int[nodes];
            for (var n = 0; n < nodes; n++)
            {
                mine[n] = removed[r][n] is null ? gang.Roles[r].Count : 0;
            }

            for (var d = 0; d < Count; d++)
            {
                var request = _requests[d][r];
                if (request <= 0) continue;
                var column = _free[d];
                for (var n = 0; n < nodes; n++)
                {
                    if (mine[n] > 0) mine[n] = (int)Math.Min(mine[n], Math.Max(0, column[n]) / request);
                }
            }
        }

        return slots;
    }
}
