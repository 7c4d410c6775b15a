using System.Globalization;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>What a scenario says of a budget: watts, a change in percent of the present budget, or (neither) that there shall be none.</summary>
/// <param name="Watts">Whole watts.</param>
/// <param name="Percent">Change in percent of the present budget.</param>
internal readonly record struct BudgetValue(long? Watts, decimal? Percent)
{
    // A gigawatt: more than any site draws, and what a budget label may say at most.
    private const long MostWatts = 1_000_000_000;

    /// <summary>What <see cref="Read"/> expects, for messages.</summary>
    public const string Expected =
        "expected whole watts up to 1,000,000,000 (90000, 90000W, 90kW or 0.09MW), a signed percentage of the present budget (+5%, -10%), or none";

    /// <summary>What <see cref="ReadPercent"/> expects, for messages.</summary>
    public const string ExpectedPercent = "expected a signed percentage between -100% and +1000%, such as \"-10%\"";

    // Longer units first: every one ends with the shortest.
    private static readonly (string Unit, decimal Watts)[] Units = [("MW", 1_000_000), ("kW", 1_000), ("W", 1), ("", 1)];

    /// <summary>Reads <c>90kW</c>, <c>+5%</c>, <c>none</c>; null for anything else.</summary>
    public static BudgetValue? Read(string text)
    {
        if (text == "none") return new(null, null);
        if (text.EndsWith('%')) return ReadPercent(text) is { } percent ? new(null, percent) : null;
        var (unit, factor) = Units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        if (Number(text.AsSpan(0, text.Length - unit.Length)) is not { } number || number > MostWatts) return null;
        var watts = number * factor;
        return watts <= MostWatts && watts == decimal.Truncate(watts) ? new((long)watts, null) : null;
    }

    /// <summary>Reads <c>+5%</c> or <c>-2.5%</c>. Without a sign "5%" could mean five more or five in all, so it is refused.</summary>
    public static decimal? ReadPercent(string text)
    {
        if (text.Length < 3 || text[0] is not ('+' or '-') || text[^1] != '%' || Number(text.AsSpan(1, text.Length - 2)) is not { } number) return null;
        return text[0] == '-' ? number <= 100 ? -number : null : number <= 1000 ? number : null;
    }

    /// <summary>The present budget changed by a percentage, down to a whole watt.</summary>
    public static long Changed(long present, decimal percent) => (long)decimal.Floor(present * (100 + percent) / 100);

    private static decimal? Number(ReadOnlySpan<char> text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
