using System.Buffers;
using System.Globalization;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Durations as Kubernetes writes them: <c>36h</c>, <c>10m</c>, <c>90s</c>, <c>1h30m</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
internal static class DurationText
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads one; positive, and at most 10 years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var milliseconds = 0.0;
        while (!rest.IsEmpty)
        {
            var length = rest.IndexOfAnyExcept(NumberCharacters);
            if (length <= 0 || length > 16 || !double.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[length..];
            var unit = rest.StartsWith("ms", StringComparison.Ordinal) ? 1 : rest[0] switch
            {
                'h' => 3_600_000,
                'm' => 60_000,
                's' => 1000,
                _ => 0,
            };
            if (unit == 0)
            {
                return false;
            }

            rest = rest[(unit == 1 ? 2 : 1)..];
            milliseconds += number * unit;
        }

        if (milliseconds is <= 0 or > 10.0 * 366 * 24 * 3_600_000)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }
}
