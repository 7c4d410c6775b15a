namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// The segments of a gang: every <c>size</c> consecutive members, in member order, the last one shorter. Segments that hold equally many members of
/// every kind are of one type.
/// </summary>
internal sealed class SegmentTypes
{
    private SegmentTypes(int[][] kinds, int[] counts, int[] typeOf)
    {
        Kinds = kinds;
        Counts = counts;
        TypeOf = typeOf;
    }

    /// <summary>By type, by kind: members in one segment.</summary>
    public int[][] Kinds { get; }

    /// <summary>By type: how many segments.</summary>
    public int[] Counts { get; }

    /// <summary>By segment, in member order: its type.</summary>
    public int[] TypeOf { get; }

    /// <summary>Cuts the members of a configured problem into segments.</summary>
    public static SegmentTypes Of(PlacementProblem problem)
    {
        var size = problem.Gang.Hints.SegmentSize;
        var types = new List<int[]>();
        var counts = new List<int>();
        var typeOf = new List<int>();
        var current = new int[problem.Kinds.Length];
        var filled = 0;

        void Close()
        {
            var type = types.FindIndex(t => t.AsSpan().SequenceEqual(current));
            if (type < 0)
            {
                type = types.Count;
                types.Add(current);
                counts.Add(0);
            }

            counts[type]++;
            typeOf.Add(type);
            current = new int[problem.Kinds.Length];
            filled = 0;
        }

        for (var r = 0; r < problem.RoleCounts.Length; r++)
        {
            for (var i = 0; i < problem.RoleCounts[r]; i++)
            {
                current[problem.KindOfRole[r]]++;
                if (++filled == size) Close();
            }
        }

        if (filled > 0) Close();
        return new([.. types], [.. counts], [.. typeOf]);
    }

    /// <summary>
    /// Divides the segments over domains whose member counts are given, so that each domain holds whole segments and nothing else.
    /// </summary>
    /// <param name="members">By domain, by kind: members placed there.</param>
    /// <returns>By domain, by type: segments there; null when it cannot be done.</returns>
    public int[][]? Divide(int[][] members)
    {
        var result = new int[members.Length][];
        var left = (int[])Counts.Clone();
        var dead = new HashSet<(int, string)>();
        return Divide(members, 0, left, result, dead) ? result : null;
    }

    private bool Divide(int[][] members, int domain, int[] left, int[][] result, HashSet<(int, string)> dead)
    {
        if (domain == members.Length) return Array.TrueForAll(left, l => l == 0);
        var state = (domain, string.Join(',', left));
        if (dead.Contains(state)) return false;
        result[domain] = new int[Counts.Length];
        if (Choose(members, domain, 0, (int[])members[domain].Clone(), left, result, dead)) return true;
        dead.Add(state);
        return false;
    }

    private bool Choose(int[][] members, int domain, int type, int[] rest, int[] left, int[][] result, HashSet<(int, string)> dead)
    {
        if (type == Counts.Length)
        {
            return Array.TrueForAll(rest, r => r == 0) && Divide(members, domain + 1, left, result, dead);
        }

        var most = left[type];
        for (var k = 0; k < rest.Length; k++)
        {
            if (Kinds[type][k] > 0) most = Math.Min(most, rest[k] / Kinds[type][k]);
        }

        for (var n = most; n >= 0; n--)
        {
            Take(type, n, rest, left);
            result[domain][type] = n;
            if (Choose(members, domain, type + 1, rest, left, result, dead)) return true;
            Take(type, -n, rest, left);
        }

        return false;
    }

    private void Take(int type, int n, int[] rest, int[] left)
    {
        left[type] -= n;
        for (var k = 0; k < rest.Length; k++)
        {
            rest[k] -= n * Kinds[type][k];
        }
    }
}
