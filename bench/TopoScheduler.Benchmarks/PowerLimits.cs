using System.Globalization;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// What continuous integration holds power to: per case, the time over the same without power labels in the same run, and the ratio of the allocated bytes. File:
/// <c>budgets,nodes,load,members,ratio,bytes</c>, with a head line.
/// </summary>
public static class PowerLimits
{
    private const string Head = "budgets,nodes,load,members,ratio,bytes";

    /// <summary>What breaks the limits, one sentence each.</summary>
    public static IEnumerable<string> Broken(IEnumerable<string> lines, IReadOnlyList<PowerCase> cases)
    {
        var measured = cases.ToDictionary(c => c.Key);
        foreach (var line in lines.Skip(1).Where(l => l.Length > 0))
        {
            var fields = line.Split(',');
            if (fields.Length != 6 || !double.TryParse(fields[4], CultureInfo.InvariantCulture, out var ratio) || !double.TryParse(fields[5], CultureInfo.InvariantCulture, out var bytes))
            {
                yield return $"limits: \"{line}\": expected {Head}, for example \"slack,2500,70,64,1.2,1.2\".";
            }
            else if (measured.TryGetValue(string.Join(',', fields[..4]), out var found))
            {
                if (found.Ratio > ratio) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: {found.Ratio:F2} times the time without power labels, allowed {ratio}.");
                if (found.BytesRatio > bytes) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: {found.BytesRatio:F2} times the bytes without power labels, allowed {bytes}.");
            }
            else
            {
                yield return $"limits: no case \"{string.Join(',', fields[..4])}\" in this run.";
            }
        }
    }
}
