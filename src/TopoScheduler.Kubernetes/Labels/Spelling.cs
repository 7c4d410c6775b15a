using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Finds the known word an unknown one was probably meant to be.</summary>
internal static class Spelling
{
    // Keys are short; whatever is longer is no misspelling.
    private const int Longest = 128;

    /// <summary>The end of a message: <c>; did you mean x?</c>, or a full stop where no known key is near.</summary>
    /// <param name="key">The unknown key.</param>
    /// <param name="known">Keys there are.</param>
    public static string Hint(string key, IEnumerable<string> known) => Nearest(key, known) is { } near ? $"; did you mean {near}?" : ".";

    /// <summary>The known word nearest to it; null when none is near enough to be meant; one letter in three may differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length > Longest) word = word[..Longest];
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = EditDistance.Of(candidate, word);
            if (distance < least && distance <= Tolerated(candidate))
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    private static int Tolerated(string candidate) => Math.Max(1, (candidate.Length - (candidate.IndexOf('/') + 1)) / 3);
}
