namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>Which names somebody may have meant who wrote one that is not there.</summary>
internal static class CloseNames
{
    private const int Most = 5;

    // Beyond this, a name is not compared letter by letter: names come from strangers.
    private const int MostLength = 100;

    /// <summary><c>one of r7, r70, r1 and 12 more</c>, the closest first; names equally close in their order.</summary>
    public static string Of(string meant, IReadOnlyCollection<string> names)
    {
        string[] closest = [.. names.OrderBy(n => Distance(meant, n)).Take(Most)];
        var rest = names.Count - closest.Length;
        return $"one of {string.Join(", ", closest)}{(rest > 0 ? $" and {rest} more" : "")}";
    }

    // Letters to add, take away or replace.
    private static int Distance(string a, string b)
    {
        if (a.Length > MostLength || b.Length > MostLength) return Math.Max(a.Length, b.Length);
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
