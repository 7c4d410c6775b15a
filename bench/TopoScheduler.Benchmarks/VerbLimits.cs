using System.Globalization;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// What continuous integration holds the verbs to: per case, how many times faster than the plain handler of the same run at least, and how many bytes a request
/// may allocate. File: <c>verb,door,names,faster,bytes</c>, with a head line.
/// </summary>
public static class VerbLimits
{
    private const string Head = "verb,door,names,faster,bytes";

    /// <summary>What breaks the limits, one sentence each.</summary>
    public static IEnumerable<string> Broken(IEnumerable<string> lines, IReadOnlyList<VerbCase> cases)
    {
        var measured = cases.ToDictionary(c => c.Key);
        foreach (var line in lines.Skip(1).Where(l => l.Length > 0))
        {
            var fields = line.Split(',');
            if (fields.Length != 5 || !double.TryParse(fields[3], CultureInfo.InvariantCulture, out var faster) || !long.TryParse(fields[4], CultureInfo.InvariantCulture, out var bytes))
            {
                yield return $"limits: \"{line}\": expected {Head}, for example \"filter,inside,5000,3,4096\".";
            }
            else if (measured.TryGetValue(string.Join(',', fields[..3]), out var found))
            {
                if (found.TimesFaster < faster) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: {found.TimesFaster:F1} times faster than the plain handler, expected {faster}.");
                if (found.Ours.AllocatedBytes > bytes) yield return string.Create(CultureInfo.InvariantCulture, $"{found.Key}: allocates {found.Ours.AllocatedBytes:N0} bytes, allowed {bytes:N0}.");
            }
            else
            {
                yield return $"limits: no case \"{string.Join(',', fields[..3])}\" in this run.";
            }
        }
    }
}
