using System.Globalization;
using System.IO.Compression;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Replay;

/// <summary>A training job of Microsoft's Philly trace.</summary>
/// <param name="Minute">When it came, in minutes after the first.</param>
/// <param name="Runs">How many minutes it ran.</param>
/// <param name="Gpus">GPUs.</param>
internal sealed record PhillyJob(double Minute, double Runs, int Gpus);

/// <summary>Reads the trace where it is; columns are found by their names.</summary>
internal static class PhillyTrace
{
    /// <summary>The jobs of one virtual cluster, in order of arrival.</summary>
    public static List<PhillyJob> Jobs(string cluster)
    {
        using var reader = new StreamReader(
            new GZipStream(File.OpenRead(ThirdPartyData.Require("philly", "philly_shared_vcs.csv.gz")), CompressionMode.Decompress));
        var columns = reader.ReadLine()!.Split(',');
        var jobs = new List<PhillyJob>();
        DateTime? first = null;
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var row = columns.Zip(line.Split(',')).ToDictionary(p => p.First, p => p.Second);
            if (row["cluster"] != cluster) continue;
            var at = DateTime.Parse(row["timestamp"], CultureInfo.InvariantCulture);
            first ??= at;
            var minutes = double.Parse(row["duration"], CultureInfo.InvariantCulture) / 60;
            jobs.Add(new((at - first.Value).TotalMinutes, Math.Max(1, Math.Ceiling(minutes)), int.Parse(row["num_gpus"], CultureInfo.InvariantCulture)));
        }

        return jobs;
    }
}
