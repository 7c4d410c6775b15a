namespace TopoScheduler.Core.Power;

/// <summary>
/// Where the watts of what is no node count: in the domain that states them and in everything above it, once, like the draw of a node there. Those of a
/// rack on two PDUs that feed the same nodes are carried by both, half each, and by either alone when the other is lost.
/// </summary>
internal static class BaseLoads
{
    private const int States = 3;

    /// <summary>By domain: half watts by feed state.</summary>
    public static long[][] Of(PowerTree tree)
    {
        var loads = new long[tree.Vertices.Length][];
        for (var d = 0; d < loads.Length; d++)
        {
            loads[d] = new long[States];
        }

        foreach (var vertex in tree.Vertices)
        {
            if (vertex.BaseWatts == 0) continue;
            var above = new HashSet<PowerVertex> { vertex };
            PowerTree.AddAncestors(vertex, above);
            foreach (var domain in above)
            {
                Add(loads[domain.Index], vertex, domain);
            }
        }

        return loads;
    }

    private static void Add(long[] load, PowerVertex vertex, PowerVertex domain)
    {
        var (a, b) = vertex is { IsDualCorded: true, Pair: { } pair } ? pair : default;
        ReadOnlySpan<byte> halves = domain == a ? [1, 0, 2] : domain == b ? [1, 2, 0] : [2, 2, 2];
        for (var s = 0; s < States; s++)
        {
            load[s] += halves[s] * vertex.BaseWatts;
        }
    }
}
