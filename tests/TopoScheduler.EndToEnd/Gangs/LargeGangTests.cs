using System.Diagnostics;
using System.Globalization;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>Measurements with gates: how long a large gang takes, what is written for it, and how long the next leader takes. Asked for with <c>TOPOSCHEDULER_BENCH=1</c>.</summary>
[Trait("Category", "Bench")]
public sealed class LargeGangTests(ITestOutputHelper output)
{
    private const int Size = 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [GatesBenchFact]
    public async Task Gang_OfAThousandOnFiveThousandNodes_TimeFromTheLastPodToTheLastGate()
    {
        var fleet = FleetNode.Fleet(spines: 10, leavesPerSpine: 10, nodesPerLeaf: 50, rackBudgetWatts: 45_000);
        await using var scene = await GateScene.StartAsync(fleet);
        await scene.StartReplicaAsync();
        var version = await scene.Api.VersionAsync(KubePath.AllPods);
        var watching = WatchAsync(scene.Api, version);
        await scene.CreateAsync(GateScene.Job("llama", Size));
        var (created, planned, gates, bound) = await watching.WaitAsync(Limit);
        output.WriteLine($"{Size} pods on {fleet.Count} nodes: last pod created to first gate off {(planned - created).TotalMilliseconds:F0} ms, to last gate off {(gates - created).TotalMilliseconds:F0} ms, to last pod bound {(bound - created).TotalMilliseconds:F0} ms");
        var placement = await scene.WaitForPhaseAsync("llama", "Bound");
        Assert.Equal(Size, GangResource.PlanOf(placement).Count);
        output.WriteLine(placement["status"]!["message"]!.GetValue<string>());
        output.WriteLine($"writes: {await WritesAsync(scene)}");
    }

    [GatesBenchFact]
    public async Task Leader_Killed_TimeUntilTheNextPlacesAGang()
    {
        await using var scene = await GateScene.StartAsync(FleetNode.Fleet(spines: 2, leavesPerSpine: 4, nodesPerLeaf: 16));
        await scene.StartReplicaAsync("TOPOSCHEDULER__ELECTION__LEASESECONDS=15");
        await scene.StartReplicaAsync("TOPOSCHEDULER__ELECTION__LEASESECONDS=15");
        await scene.CreateAsync(GateScene.Job("first", 8));
        await scene.WaitForBoundAsync("first", 8);
        await scene.Replicas[0].KillAsync();
        var since = Stopwatch.StartNew();
        await scene.CreateAsync(GateScene.Job("second", 8));
        await scene.WaitForBoundAsync("second", 8);
        output.WriteLine($"lease of 15 s: {since.Elapsed.TotalSeconds:F1} s from the death of the leader until the next has placed a gang");
    }

    private static async Task<(DateTime Created, DateTime FirstGate, DateTime LastGate, DateTime LastBound)> WatchAsync(KubeApi api, string version)
    {
        var (created, firstGate, lastGate, lastBound) = (default(DateTime), default(DateTime), default(DateTime), default(DateTime));
        var (seen, free, bound) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        while (bound.Count < Size)
        {
            await foreach (var e in api.WatchAsync(KubePath.AllPods, version, CancellationToken.None))
            {
                version = e.Object["metadata"]!["resourceVersion"]!.GetValue<string>();
                if (e.Type is not ("ADDED" or "MODIFIED")) continue;
                var uid = e.Object["metadata"]!["uid"]!.GetValue<string>();
                if (seen.Add(uid)) created = DateTime.UtcNow;
                if (!GateScene.IsGated(e.Object) && free.Add(uid))
                {
                    if (free.Count == 1) firstGate = DateTime.UtcNow;
                    lastGate = DateTime.UtcNow;
                }

                if (e.Object["spec"]!["nodeName"] is not null && bound.Add(uid)) lastBound = DateTime.UtcNow;
                if (bound.Count == Size) break;
            }
        }

        return (created, firstGate, lastGate, lastBound);
    }

    // What the API server counted for us: requests by verb and resource, of our user agent's kinds alone.
    private static async Task<string> WritesAsync(GateScene scene)
    {
        var metrics = await scene.Api.TextAsync("/metrics");
        var writes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in metrics.Split('\n').Where(l => l.StartsWith("apiserver_request_total{", StringComparison.Ordinal)))
        {
            string Label(string name) => line.Split($"{name}=\"")[1].Split('"')[0];
            var resource = Label("resource");
            var verb = Label("verb");
            if (verb is "GET" or "LIST" or "WATCH" || resource is not ("gangplacements" or "configmaps" or "pods")) continue;
            var key = $"{verb} {resource}/{Label("subresource")}".TrimEnd('/');
            writes[key] = writes.GetValueOrDefault(key) + int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
        }

        return string.Join(", ", writes.Select(w => $"{w.Key} {w.Value}"));
    }
}
