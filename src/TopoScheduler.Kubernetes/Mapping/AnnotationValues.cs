using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Annotations read as values of a type; a wrong one is an error naming key, value and what was expected, and reads as missing.</summary>
/// <param name="annotations">The annotations.</param>
/// <param name="problems">Where wrong values are told.</param>
internal sealed class AnnotationValues(ImmutableDictionary<string, string> annotations, ObjectProblems problems)
{
    private const double MostBytes = 1e18;

    /// <summary>Where wrong values are told.</summary>
    public ObjectProblems Problems { get; } = problems;

    /// <summary>The text of a key without surrounding blanks, or null.</summary>
    public string? Text(string key) => annotations.TryGetValue(key, out var text) ? text.Trim() : null;

    /// <summary>True when the key is there.</summary>
    public bool Has(string key) => annotations.ContainsKey(key);

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string key, int least, int most, string example)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(key, $"a whole number between {least} and {most}, for example \"{example}\"");
        return null;
    }

    /// <summary>A number of bytes, as a decimal number or in scientific notation.</summary>
    public double? Bytes(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (TryNumber(text, out var number) && number <= MostBytes)
        {
            return number;
        }

        Wrong(key, "a number of bytes greater than 0 and at most 1e18, for example \"4.4e9\"");
        return null;
    }

    /// <summary>A duration.</summary>
    public TimeSpan? Duration(string key, string example)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var duration))
        {
            return duration;
        }

        Wrong(key, $"a duration such as \"{example}\", \"90s\" or \"1h30m\"");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? Choice(string key, ImmutableArray<string> words)
    {
        var text = Text(key);
        if (text is null || words.Contains(text))
        {
            return text;
        }

        Wrong(key, $"one of {string.Join(", ", words)}");
        return null;
    }

    /// <summary>A finite number above 0.</summary>
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && number > 0 && double.IsFinite(number);

    /// <summary>Tells that a value is wrong.</summary>
    public void Wrong(string key, string expected) => Problems.Error($"annotation {key}={Field.Quote(annotations[key])}: expected {expected}.");
}
