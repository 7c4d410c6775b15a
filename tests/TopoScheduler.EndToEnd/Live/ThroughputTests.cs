using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TopoScheduler.EndToEnd.ControlPlane;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>Pods per second through a real kube-scheduler with the extender against the same scheduler without it, on one control plane, one after the other.</summary>
[Trait("Category", "Bench")]
public sealed partial class ThroughputTests(ITestOutputHelper output)
{
    private const int Pods = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [BenchFact(controlPlane: true)]
    public async Task Schedule_1000PodsOn5000Nodes_WithAndWithoutExtender()
    {
        await using var plane = await KubeControlPlane.StartAsync();
        await plane.Api.CreateManyAsync(KubePath.Nodes, FleetNode.Fleet(spines: 5, leavesPerSpine: 25, nodesPerLeaf: 40).Select(n => n.ToNode().ToJson()));
        output.WriteLine("| nodes scored | pods/s without | pods/s with | ratio |");
        foreach (var percentage in new[] { 0, 100 })
        {
            var without = await MeasureAsync(plane, new($"plain-{percentage}") { PercentageOfNodesToScore = percentage });
            var (with, _) = await MeasureExtendedAsync(plane, $"topo-{percentage}", percentage, "information");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {(percentage == 0 ? "default" : $"{percentage} %")} | {without:F0} | {with:F0} | {with / without:F2} |"));
            // Telling every call costs time, so it is a run of its own.
            Tell((await MeasureExtendedAsync(plane, $"told-{percentage}", percentage, "debug")).Log);
        }
    }

    private static async Task<(double PodsPerSecond, IReadOnlyList<string> Log)> MeasureExtendedAsync(KubeControlPlane plane, string name, int percentage, string level)
    {
        await using var extender = await ServedExtender.StartAsync(plane, $"TOPOSCHEDULER__LOG__LEVEL={level}");
        var rate = await MeasureAsync(plane, new(name) { PercentageOfNodesToScore = percentage, Extenders = [extender.Entry] });
        return (rate, extender.Log);
    }

    // All pods wait when the scheduler starts, so that nothing but the scheduler is measured: from the first binding to the last.
    private static async Task<double> MeasureAsync(KubeControlPlane plane, SchedulerOptions options)
    {
        await plane.Api.CreateNamespaceAsync(options.Name);
        var path = KubePath.Pods(options.Name);
        await plane.Api.CreateManyAsync(path, Enumerable.Range(0, Pods).Select(i => new PodObject($"p-{i}") { Gpus = 1, SchedulerName = options.Name }.ToJson()));
        var (bound, first) = (new HashSet<string>(), 0L);
        var version = await plane.Api.VersionAsync(path);
        await plane.StartSchedulerAsync(options);
        using var patience = new CancellationTokenSource(Limit);
        await foreach (var change in plane.Api.WatchAsync(path, version, patience.Token))
        {
            Assert.NotEqual("ERROR", change.Type);
            if (change.Object["spec"]?["nodeName"] is null || !bound.Add(change.Object["metadata"]!["name"]!.GetValue<string>())) continue;
            if (bound.Count == 1) first = Stopwatch.GetTimestamp();
            if (bound.Count == Pods) break;
        }

        var seconds = Stopwatch.GetElapsedTime(first).TotalSeconds;
        Assert.Equal(Pods, bound.Count);
        await plane.StopSchedulerAsync(options.Name);
        return (Pods - 1) / seconds;
    }

    private void Tell(IEnumerable<string> log)
    {
        foreach (var verb in log.Select(l => Answered().Match(l)).Where(m => m.Success).GroupBy(m => m.Groups[1].Value, m => double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)))
        {
            double[] times = [.. verb.Order()];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {verb.Key}: {times.Length} calls, median {times[times.Length / 2]:F0} µs, 95 % within {times[times.Length * 95 / 100]:F0} µs, {times.Sum() / 1000 / Pods:F2} ms a pod"));
        }
    }

    [GeneratedRegex(@"(\w+) answered in (\d+) ")]
    private static partial Regex Answered();
}
