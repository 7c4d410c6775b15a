using System.Diagnostics;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>
/// That a node is eligible here exactly where it is for kube-scheduler: random pods, each left one node only, are judged by the real one and by the
/// engine, from the same objects as the API server holds them.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class EligibilityTests(ITestOutputHelper output)
{
    private const int Seed = 20;
    private const int CasesInRun = 2000;
    private const int Shown = 3;

    [ControlPlaneFact]
    public async Task Plan_RandomPodsAndNodes_AgreesWithKubeScheduler()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_ELIGIBILITY"), out var asked) ? asked : CasesInRun;
        var tally = new Tally();
        for (var run = 0; run * CasesInRun < cases; run++) await RunAsync(Seed + run, tally);

        output.WriteLine(tally.ToString());
        Assert.InRange(tally.Fits, tally.All / 3, tally.All * 2 / 3);
        tally.AssertEverythingDecided(eachFeature: 20, eachTag: 1);
    }

    private async Task RunAsync(int seed, Tally tally)
    {
        var time = Stopwatch.StartNew();
        await using var plane = await KubeControlPlane.StartAsync(new() { Schedulers = [new(SchedulerOptions.DefaultName)] });
        Tell(time, $"seed {seed}: the control plane is up");
        var scenes = SceneMaker.Make(seed, CasesInRun, new(KubeControlPlane.Version));
        await using var verdicts = await SchedulerVerdicts.StartAsync(plane.Api);
        await SceneObjects.CreateAsync(plane.Api, scenes);
        var sight = new SchedulerSight(plane.Api, verdicts);
        await sight.BeginAsync();
        Tell(time, "all objects are there");

        var engine = await EngineVerdicts.ReadAsync(plane.Api);
        var judged = new List<(EligibilityCase Case, JsonObject Pod, Verdict Theirs)>();
        foreach (var round in Enumerable.Range(0, SceneMaker.CasesInScene))
        {
            // One pod of each scene at a time, and gone before the next comes.
            judged.AddRange(await Task.WhenAll(scenes.Select(s => JudgeAsync(verdicts, s.Cases[round]))));
            await sight.WaitAsync();
        }

        Tell(time, "kube-scheduler has judged");
        var differences = new List<(EligibilityCase Case, Verdict Ours, Verdict Theirs)>();
        foreach (var (item, pod, theirs) in judged)
        {
            var ours = engine.Judge(pod, item.Node);
            tally.Add(item, theirs.Fits);
            if (ours.IsOtherThan(theirs)) differences.Add((item, ours, theirs));
        }

        Tell(time, "the engine has judged");
        if (differences.Count == 0) return;
        var reducer = new CaseReducer(engine, verdicts, sight);
        var shown = new List<string>();
        foreach (var (item, ours, theirs) in differences.Take(Shown)) shown.Add(Difference.Show(item, ours, theirs, await reducer.ReduceAsync(item)));
        Assert.Fail($"{differences.Count} differences; the first {shown.Count}:\n{string.Join('\n', shown)}");
    }

    private static async Task<(EligibilityCase Case, JsonObject Pod, Verdict Theirs)> JudgeAsync(SchedulerVerdicts verdicts, EligibilityCase item)
    {
        var (pod, node, why) = await verdicts.JudgeAsync(item.Pod);
        Assert.True(node is null || node == item.Node, $"{item.Pod["metadata"]!["name"]} was bound to {node}, not to {item.Node}");
        return (item, pod, new(node is not null, why));
    }

    private void Tell(Stopwatch time, string what) => output.WriteLine($"{time.Elapsed.TotalSeconds:F1} s: {what}");
}
