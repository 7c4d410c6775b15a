namespace TopoScheduler.Core.Topology;

/// <summary>
/// One integer per node and tier such that two nodes below one parent share a domain exactly when their integers are equal, and integers
/// sort as the names do: labelled ids first, then the unknown.
/// </summary>
/// <remarks>
/// A missing label is one of two things. A gap with labels above it (or no label at all) says nothing of who else is there: the node stands
/// alone. Labels that merely stop early (a leaf and a spine in a fabric where others have a core too) still say which spine is shared: the
/// nodes of that spine stay together below one unknown core.
/// </remarks>
internal static class FabricKeys
{
    public static int[][] Of(string?[][] labels, int tiers)
    {
        var keys = new int[tiers][];
        var widest = new int[labels.Length];
        for (var n = 0; n < labels.Length; n++)
        {
            widest[n] = Array.FindLastIndex(labels[n], id => id is not null);
        }

        for (var t = 0; t < tiers; t++)
        {
            keys[t] = OfTier(labels, t, widest);
        }

        return keys;
    }

    private static int[] OfTier(string?[][] labels, int tier, int[] widest)
    {
        var named = new Dictionary<string, int>(StringComparer.Ordinal);
        var stopped = new Dictionary<(int Tier, string Id), int>();
        for (var n = 0; n < labels.Length; n++)
        {
            if (labels[n][tier] is { } id)
            {
                named.TryAdd(id, 0);
            }
            else if (StopsBelow(widest[n], tier))
            {
                stopped.TryAdd((widest[n], labels[n][widest[n]]!), 0);
            }
        }

        Rank(named, StringComparer.Ordinal, 0);
        Rank(stopped, Comparer<(int Tier, string Id)>.Create(static (a, b) => a.Tier != b.Tier ? b.Tier.CompareTo(a.Tier) : string.CompareOrdinal(a.Id, b.Id)), named.Count);

        var keys = new int[labels.Length];
        var alone = named.Count + stopped.Count;
        for (var n = 0; n < labels.Length; n++)
        {
            keys[n] = labels[n][tier] is { } id ? named[id]
                : StopsBelow(widest[n], tier) ? stopped[(widest[n], labels[n][widest[n]]!)]
                : alone + n;
        }

        return keys;
    }

    private static bool StopsBelow(int widest, int tier) => widest >= 0 && widest < tier;

    private static void Rank<T>(Dictionary<T, int> ids, IComparer<T> comparer, int first)
        where T : notnull
    {
        var sorted = new T[ids.Count];
        ids.Keys.CopyTo(sorted, 0);
        Array.Sort(sorted, comparer);
        for (var i = 0; i < sorted.Length; i++)
        {
            ids[sorted[i]] = first + i;
        }
    }
}
