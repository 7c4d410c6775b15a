using System.Globalization;

namespace TopoScheduler.Cli.Reports;

/// <summary>Numbers as people read them: three significant digits, units, thousands marked.</summary>
internal static class Figures
{
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary><c>40,800</c></summary>
    public static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>800 W</c>, <c>81.6 kW</c>, <c>1.24 MW</c></summary>
    public static string Watts(long watts) => Math.Abs(watts) switch
    {
        < 10_000 => $"{Whole(watts)} W",
        < 1_000_000 => $"{Digits(watts / 1e3)} kW",
        _ => $"{Digits(watts / 1e6)} MW",
    };

    /// <summary><c>9.84 ms</c>, <c>340 µs</c>, <c>1.2 s</c></summary>
    public static string Milliseconds(double ms) => ms switch
    {
        0 => "0 ms",
        < 1 => $"{Digits(ms * 1000)} µs",
        < 10_000 => $"{Digits(ms)} ms",
        _ => $"{Digits(ms / 1000)} s",
    };

    /// <summary>Decimal units, as memory and bandwidth figures of accelerators are stated: <c>61.2 GB</c></summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 999.5 && unit < ByteUnits.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return $"{Digits(bytes)} {ByteUnits[unit]}";
    }

    /// <summary><c>97%</c>; above the whole never rounded down to it, below it never rounded up to it.</summary>
    public static string Share(double part, double whole)
    {
        if (whole <= 0) return "-";
        var percent = 100 * part / whole;
        if (percent is > 100 and < 101) return ">100%";
        return percent is > 99 and < 100 ? "99%" : $"{percent.ToString("0", CultureInfo.InvariantCulture)}%";
    }

    /// <summary><c>1 pod</c>, <c>1,024 pods</c></summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{Whole(count)} {noun}s";

    /// <summary>Three significant digits without an exponent: <c>9.84</c>, <c>34.1</c>, <c>1,024</c>.</summary>
    public static string Digits(double value)
    {
        if (!double.IsFinite(value)) return "?";
        var magnitude = Math.Abs(value);
        var format = magnitude switch
        {
            >= 99.95 => "#,0",
            >= 9.995 => "0.#",
            _ => "0.##",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
