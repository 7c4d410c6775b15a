using System.Globalization;
using System.Text;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// What the resource of a gang is called: kind and name, for people, and five letters that tell gangs of one name apart (a job that was made again, a
/// restart). The same gang always has the same name, so that making it twice is a conflict and not a second one.
/// </summary>
public static class GangPlacementName
{
    private const int Longest = 200;

    /// <summary>The name.</summary>
    public static string Of(GangKey gang)
    {
        var text = $"{gang.Kind}-{gang.Name}".ToLowerInvariant();
        var stem = new StringBuilder();
        for (var i = 0; i < Math.Min(text.Length, Longest); i++)
        {
            // The API server takes a dot only between letters or digits; names of groups are free text.
            var isTaken = char.IsAsciiLetterOrDigit(text[i]) || (text[i] == '.' && IsInside(text, i - 1) && IsInside(text, i + 1));
            stem.Append(isTaken ? text[i] : '-');
        }

        return $"{stem.ToString().Trim('-', '.')}-{Letters(gang)}";
    }

    private static bool IsInside(string text, int at) => at >= 0 && at < text.Length && char.IsAsciiLetterOrDigit(text[at]);

    // FNV-1a over what tells gangs apart, in letters that spell no words: those that Kubernetes uses for random names.
    private static string Letters(GangKey gang)
    {
        const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
        var hash = 14695981039346656037UL;
        foreach (var c in string.Create(CultureInfo.InvariantCulture, $"{gang.Kind}/{gang.Name}/{gang.Uid}/{gang.Restart}"))
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        Span<char> letters = stackalloc char[5];
        foreach (ref var letter in letters)
        {
            letter = Alphabet[(int)(hash % (ulong)Alphabet.Length)];
            hash /= (ulong)Alphabet.Length;
        }

        return new(letters);
    }
}
