using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>
/// Kubernetes quantities, read exactly: decimal digits with a point, then a binary suffix (<c>Ki</c> … <c>Ei</c>), a decimal one (<c>n</c> …
/// <c>E</c>) or an exponent (<c>e3</c>, <c>E3</c>). The result is whole units, rounded up.
/// </summary>
internal static class Quantity
{
    /// <summary>
    /// Largest amount read: 2⁵³ units (9 PB of memory). More on one node is a mistake, and sums of a thousand such pods still fit a long.
    /// </summary>
    public const long Largest = 1L << 53;

    /// <summary>What was expected, for messages.</summary>
    public const string Expected = "a quantity such as \"8\", \"500m\", \"1.5\", \"64Gi\" or \"1e3\", not negative and at most 9007199254740992 units";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private const int LongestText = 64;

    // Beyond these the amount is above Largest, or rounds up to one unit, whatever the digits are.
    private const int LargestPower = 80;

    /// <summary>Reads a quantity in units of 1/<paramref name="perUnit"/>, rounded up: 1000 for CPU, 1 for everything else.</summary>
    public static bool TryParse(string text, int perUnit, out long amount)
    {
        amount = 0;
        var span = text.AsSpan();
        if (span.Length is 0 or > LongestText)
        {
            return false;
        }

        if (span[0] == '+')
        {
            span = span[1..];
        }

        var numberLength = span.IndexOfAnyExcept(NumberCharacters);
        var number = numberLength < 0 ? span : span[..numberLength];
        if (!TrySuffix(span[number.Length..], out var twos, out var tens))
        {
            return false;
        }

        var point = number.IndexOf('.');
        var fraction = point < 0 ? [] : number[(point + 1)..];
        var whole = point < 0 ? number : number[..point];
        if (whole.Length + fraction.Length == 0 || fraction.Contains('.'))
        {
            return false;
        }

        var digits = BigInteger.Parse(string.Concat("0", whole, fraction), NumberStyles.None, CultureInfo.InvariantCulture);
        return TryScale(digits * perUnit, twos, tens - fraction.Length, out amount);
    }

    private static bool TryScale(BigInteger digits, int twos, int tens, out long amount)
    {
        amount = 0;
        if (digits.IsZero)
        {
            return true;
        }

        if (tens > LargestPower)
        {
            return false;
        }

        if (tens < -2 * LargestPower)
        {
            amount = 1;
            return true;
        }

        var value = digits << twos;
        if (tens >= 0)
        {
            value *= BigInteger.Pow(10, tens);
        }
        else
        {
            value = BigInteger.DivRem(value, BigInteger.Pow(10, -tens), out var rest);
            value += rest.IsZero ? 0 : 1;
        }

        if (value > Largest)
        {
            return false;
        }

        amount = (long)value;
        return true;
    }

    private static bool TrySuffix(ReadOnlySpan<char> suffix, out int twos, out int tens)
    {
        (twos, tens) = suffix switch
        {
            "" => (0, 0),
            "n" => (0, -9),
            "u" => (0, -6),
            "m" => (0, -3),
            "k" => (0, 3),
            "M" => (0, 6),
            "G" => (0, 9),
            "T" => (0, 12),
            "P" => (0, 15),
            "E" => (0, 18),
            "Ki" => (10, 0),
            "Mi" => (20, 0),
            "Gi" => (30, 0),
            "Ti" => (40, 0),
            "Pi" => (50, 0),
            "Ei" => (60, 0),
            _ => (-1, 0),
        };
        if (twos >= 0)
        {
            return true;
        }

        twos = 0;
        return suffix[0] is 'e' or 'E'
            && suffix.Length > 1
            && (char.IsAsciiDigit(suffix[1]) || (suffix.Length > 2 && suffix[1] is '+' or '-'))
            && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out tens)
            && tens is > -1000 and < 1000;
    }
}
