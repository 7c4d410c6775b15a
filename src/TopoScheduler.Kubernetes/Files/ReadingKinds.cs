using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>The kinds of readings as they are written in files, requests, metrics and messages, and the names their things may have.</summary>
public static class ReadingKinds
{
    private const int LongestName = 253;

    /// <summary>All of them, by kind.</summary>
    public static ImmutableArray<string> Words { get; } = ["nodeGpus", "node", "rack", "pdu", "row", "facility"];

    /// <summary>The word of a kind.</summary>
    public static string WordOf(PowerReadingKind kind) => Words[(int)kind];

    /// <summary>The kind of a word; null for no kind.</summary>
    public static PowerReadingKind? Of(string word) => Words.IndexOf(word) is >= 0 and var at ? (PowerReadingKind)at : null;

    /// <summary>True for what may be the name of a node or the value of a label.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return false;
        }

        return true;
    }
}
