using System.Globalization;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// What continuous integration holds answers to: per case, the time over that of the reference in the same run, and allocated megabytes. File:
/// <c>answer,door,nodes,ratio,megabytes</c>, with a head line.
/// </summary>
public static class AnswerLimits
{
    private const string Head = "answer,door,nodes,ratio,megabytes";

    /// <summary>What breaks the limits, one sentence each.</summary>
    public static IEnumerable<string> Broken(IEnumerable<string> lines, IReadOnlyList<AnswerCase> cases)
    {
        var measured = cases.ToDictionary(c => c.Key);
        foreach (var line in lines.Skip(1).Where(l => l.Length > 0))
        {
            var fields = line.Split(',');
            if (fields.Length != 5 || !double.TryParse(fields[3], CultureInfo.InvariantCulture, out var ratio) || !double.TryParse(fields[4], CultureInfo.InvariantCulture, out var megabytes))
            {
                yield return $"limits: \"{line}\": expected {Head}, for example \"report NoFit,inside,5000,40,150\".";
            }
            else if (measured.TryGetValue(string.Join(',', fields[..3]), out var found))
            {
                if (found.Ratio > ratio) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: {found.Ratio:F1} times the reference, allowed {ratio}.");
                if (found.Ours.Megabytes > megabytes) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: allocates {found.Ours.Megabytes:F1} MB, allowed {megabytes}.");
            }
            else
            {
                yield return $"limits: no case \"{string.Join(',', fields[..3])}\" in this run.";
            }
        }
    }
}
