using System.Globalization;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>How numbers and counts read in the sentences of a report. Independent of the machine's culture.</summary>
internal static class ReportText
{
    /// <summary><c>190,400 W</c>.</summary>
    public static string Watts(long watts) => $"{watts.ToString("N0", CultureInfo.InvariantCulture)} W";

    /// <summary><c>12.3 ms per step</c>.</summary>
    public static string Step(double ms) => $"{Number(ms)} ms per step";

    /// <summary>Without trailing zeros: <c>12.3</c>, <c>0.0586</c>, <c>124,000</c>.</summary>
    public static string Number(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    /// <summary><c>1 pod</c>, <c>24 pods</c>.</summary>
    public static string Count(long count, string one, string? many = null) =>
        $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary><c>24 pods (192 GPUs)</c>; without GPUs <c>24 pods</c>.</summary>
    public static string Pods(int pods, int gpus) => gpus == 0 ? Count(pods, "pod") : $"{Count(pods, "pod")} ({Count(gpus, "GPU")})";

    /// <summary><c>a, b and c</c>, at most <paramref name="most"/> named and the rest counted.</summary>
    public static string List(IReadOnlyList<string> items, int most = 4)
    {
        if (items.Count == 1) return items[0];
        if (items.Count > most) return $"{string.Join(", ", items.Take(most))} and {items.Count - most} more";
        return $"{string.Join(", ", items.Take(items.Count - 1))} and {items[^1]}";
    }

    /// <summary><c>in leaf s1/l3</c>, <c>across the cluster</c>.</summary>
    public static string Where(string tier, string path) => tier == path ? "across the cluster" : $"in {tier} {path}";

    /// <summary>The sentence without its full stop, to go on after it.</summary>
    public static string Clause(string sentence) => sentence.TrimEnd('.', ' ');
}
