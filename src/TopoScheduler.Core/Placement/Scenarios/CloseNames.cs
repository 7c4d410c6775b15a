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

    private static int Distance(string a, string b) => a.Length > MostLength || b.Length > MostLength ? Math.Max(a.Length, b.Length) : EditDistance.Of(a, b);
}
