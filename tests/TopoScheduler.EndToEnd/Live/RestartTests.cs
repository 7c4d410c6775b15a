using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>How long <c>toposched serve</c> takes to know a large cluster, and what that takes of memory.</summary>
[Trait("Category", "Bench")]
public sealed class RestartTests(ITestOutputHelper output)
{
    private const int Pods = 50_000;
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    [BenchFact(controlPlane: true)]
    public async Task Restart_5000NodesAnd50000Pods_IsReady()
    {
        var fleet = FleetNode.Fleet(spines: 5, leavesPerSpine: 25, nodesPerLeaf: 40);
        await using var plane = await KubeControlPlane.StartAsync();
        await plane.Api.CreateManyAsync(KubePath.Nodes, fleet.Select(n => n.ToNode().ToJson()));
        await plane.Api.CreateManyAsync(KubePath.Pods("default"), Enumerable.Range(0, Pods).Select(i => JsonNode.Parse(BoundPodJson.Of(i, fleet[i % fleet.Count].Name, listed: false))!.AsObject()));
        await using var extender = await ServedExtender.StartAsync(plane, "TOPOSCHEDULER__LOG__LEVEL=information");
        await extender.KillAsync();

        var start = Stopwatch.GetTimestamp();
        await extender.StartAgainAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fleet.Count:N0} nodes, {Pods:N0} pods: ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
        output.WriteLine($"at ready: {ProcessMemory.Of(extender.ProcessId)}");
        await Task.Delay(Settled);
        output.WriteLine($"a minute later: {ProcessMemory.Of(extender.ProcessId)}");
        Assert.Contains(extender.Log, line => line.Contains($"{Pods} pods on them", StringComparison.Ordinal));
    }
}
