using System.Globalization;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// What continuous integration holds the ladder to: per case, the ratio to first fit in the same run and the allocated megabytes. Never raw
/// milliseconds, which say more of the machine than of the code. File: <c>nodes,load,members,ratio,megabytes</c>, with a head line.
/// </summary>
public static class Limits
{
    private const string Head = "nodes,load,members,ratio,megabytes";
    private const double RatioSlack = 3;
    private const double LeastRatio = 15;
    private const double MegabytesSlack = 1.5;

    /// <summary>Limits with slack around what was measured, for a new file.</summary>
    public static IEnumerable<string> Around(IEnumerable<LadderCase> cases) =>
        [Head, .. cases.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key},{Math.Max(LeastRatio, Math.Ceiling(c.Ratio * RatioSlack))},{Math.Ceiling(c.Plan.Megabytes * MegabytesSlack)}"))];

    /// <summary>What breaks the limits, one sentence each.</summary>
    public static IEnumerable<string> Broken(IEnumerable<string> lines, IReadOnlyList<LadderCase> cases)
    {
        var measured = cases.ToDictionary(c => c.Key);
        foreach (var line in lines.Skip(1).Where(l => l.Length > 0))
        {
            var fields = line.Split(',');
            if (fields.Length != 5 || !TryNumber(fields[3], out var ratio) || !TryNumber(fields[4], out var megabytes))
            {
                yield return $"limits: \"{line}\": expected {Head}, for example \"2500,70,64,300,40\".";
            }
            else if (measured.TryGetValue(string.Join(',', fields[..3]), out var found))
            {
                if (found.Ratio > ratio) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: {found.Ratio:F1} times first fit, allowed {ratio}.");
                if (found.Plan.Megabytes > megabytes) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: allocates {found.Plan.Megabytes:F1} MB, allowed {megabytes}.");
            }
            else
            {
                yield return $"limits: no case \"{string.Join(',', fields[..3])}\" in this run.";
            }
        }
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
