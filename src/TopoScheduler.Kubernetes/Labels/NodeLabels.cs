using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>The labels of one node, read with messages that name node, key, value and what was expected.</summary>
internal readonly struct NodeLabels(string nodeName, ImmutableDictionary<string, string> labels)
{
    private const int LongestShown = 80;

    /// <summary>The node as messages name it.</summary>
    public string Node { get; } = $"node/{nodeName}";

    /// <summary>The value of a key; null when it is missing or blank.</summary>
    public string? this[string key] => labels.TryGetValue(key, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>The first value among several keys.</summary>
    public string? First(ImmutableArray<string> keys)
    {
        foreach (var key in keys)
        {
            if (this[key] is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A whole number in a range; a wrong value becomes an error and reads as missing.</summary>
    public long? Whole(string key, (long Least, long Most) range, string expected, ImmutableArray<Problem>.Builder problems)
    {
        if (this[key] is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= range.Least && value <= range.Most)
        {
            return value;
        }

        problems.Add(Wrong(key, text, expected));
        return null;
    }

    /// <summary>One of a few words; a wrong value becomes an error and reads as missing.</summary>
    public T? OneOf<T>(string key, ReadOnlySpan<(string Word, T Value)> words, ImmutableArray<Problem>.Builder problems)
        where T : struct
    {
        if (this[key] is not { } text)
        {
            return null;
        }

        var expected = "";
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }

            expected += expected.Length == 0 ? $"\"{word}\"" : $" or \"{word}\"";
        }

        problems.Add(Wrong(key, text, expected));
        return null;
    }

    /// <summary>A value as far as a message should show it.</summary>
    public static string Shorten(string value)
    {
        var shown = value.Length > LongestShown ? value[..LongestShown] + "…" : value;
        return string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
    }

    private Problem Wrong(string key, string value, string expected) =>
        Problem.Error(Node, $"label {key}=\"{Shorten(value)}\": expected {expected}; the label is ignored.");
}
