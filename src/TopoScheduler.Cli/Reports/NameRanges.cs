using System.Globalization;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Many names in few characters, the way cluster people write host lists: <c>dgx-[01-16,19-24]</c>. Names that differ in their last number only
/// are grouped; numbers that follow each other become a range.
/// </summary>
internal static class NameRanges
{
    // Longer runs of digits are ids, not counters, and would not fit a long.
    private const int MostDigits = 18;

    /// <summary>The names, each once, groups in order of first appearance.</summary>
    public static string Of(IEnumerable<string> names) =>
        string.Join(", ", names.Distinct(StringComparer.Ordinal).Select(Part).GroupBy(p => (p.Head, p.Tail)).SelectMany(Written));

    private static (string Head, string Digits, string Tail) Part(string name)
    {
        var end = name.Length;
        while (end > 0 && !char.IsAsciiDigit(name[end - 1])) end--;
        var start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1])) start--;
        return end - start is 0 or > MostDigits ? (name, "", "") : (name[..start], name[start..end], name[end..]);
    }

    private static IEnumerable<string> Written(IEnumerable<(string Head, string Digits, string Tail)> group)
    {
        var parts = group.ToList();

        // n9 and n10 count on; 09 and 10 too; 9 and 010 do not.
        var padded = parts.Any(p => p.Digits.Length > 1 && p.Digits[0] == '0');
        return padded ? parts.GroupBy(p => p.Digits.Length).Select(g => Range([.. g], g.Key)) : [Range(parts, 1)];
    }

    private static string Range(List<(string Head, string Digits, string Tail)> parts, int width)
    {
        var (head, digits, tail) = parts[0];
        if (parts.Count == 1) return head + digits + tail;
        var numbers = parts.Select(p => long.Parse(p.Digits, CultureInfo.InvariantCulture)).Order().ToArray();
        var ranges = new List<string>();
        for (var i = 0; i < numbers.Length; i++)
        {
            var first = numbers[i];
            while (i + 1 < numbers.Length && numbers[i + 1] == numbers[i] + 1) i++;
            ranges.Add(first == numbers[i] ? Number(first) : $"{Number(first)}-{Number(numbers[i])}");
        }

        return $"{head}[{string.Join(",", ranges)}]{tail}";

        string Number(long n) => n.ToString($"D{width}", CultureInfo.InvariantCulture);
    }
}
