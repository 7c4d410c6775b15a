using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.FakeCluster;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>
/// A life of a cluster, drawn by a seed: gangs arrive, finish, fail and are deleted, nodes go and come, budgets change, others bind pods, and the leader dies
/// between any two calls. Every part does one thing at a time, in an order that is drawn as well.
/// </summary>
internal sealed class GangHistory : IDisposable
{
    private const int FullRack = 4 * GangObjects.MaxWatts;
    private const int ThreeNodes = GangObjects.IdleWatts + (3 * GangObjects.MaxWatts);

    private static readonly GangOptions Options = new() { PatchesAtOnce = 1, RankMaps = false };

    private readonly Random _random;
    private readonly ManualTime _time = new();
    private readonly FakeApiHandler _handler;
    private readonly FakeJobController _jobs;
    private readonly FakeKubeScheduler _scheduler;
    private readonly FakeKubelet _kubelet;
    private readonly int _nodes;
    private readonly int _gangs;
    private readonly int _largest;
    private readonly int _callsPerFault;
    private GangLife _life;
    private int _submitted;
    private int _strangers;
    private bool _calm;

    public GangHistory(int seed, int nodes, int gangs, int largest, int callsPerFault)
    {
        (_random, _nodes, _gangs, _largest, _callsPerFault) = (new(seed), nodes, gangs, largest, callsPerFault);
        Objects = new(seed, _time);
        _handler = new(Objects) { Fault = _ => NextFault() };
        (_jobs, _scheduler, _kubelet) = (new(Objects), new(Objects, seed), new(Objects));
        for (var n = 0; n < nodes; n++) Objects.Put(GangObjects.Nodes, GangObjects.Node(n, ThreeNodes));
        Truth = new(Objects);
        _life = Begin();
    }

    public FakeObjects Objects { get; }

    public GangTruth Truth { get; }

    public int Leaders { get; private set; }

    public int Crashes { get; private set; }

    public int Finished { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _handler.Dispose();

    /// <summary>One thing happens.</summary>
    public async Task StepAsync()
    {
        switch (_random.Next(100))
        {
            case < 22:
                await LookAsync();
                break;
            case < 50:
                Tell();
                break;
            case < 64:
                Repeat(_jobs.Step, 12);
                break;
            case < 76:
                Repeat(_scheduler.Step, 12);
                break;
            case < 82:
                Submit();
                break;
            case < 89:
                EndPods();
                break;
            case < 91:
                DeleteJob();
                break;
            case < 93:
                TroubleNode();
                break;
            case < 94:
                ChangeBudget();
                break;
            case < 95:
                BindStranger();
                break;
            case < 96:
                _life = Begin();
                break;
            default:
                _time.Advance(TimeSpan.FromSeconds(_random.Next(1, 30)));
                break;
        }

        Truth.Look();
    }

    /// <summary>No more trouble: nodes come back, budgets are as at first, strangers leave, and nobody dies. Then every gang must have its turn.</summary>
    public async Task CalmAsync()
    {
        _calm = true;
        for (var n = 0; n < _nodes; n++) Objects.Put(GangObjects.Nodes, GangObjects.Node(n, ThreeNodes));
        foreach (var pod in Objects.All(GangObjects.Pods, null).Objects.Where(IsStranger)) Objects.Delete(GangObjects.Pods, GangObjects.Space, (string)pod["metadata"]!["name"]!);
        for (var round = 0; round < 400 && Objects.All(GangObjects.Jobs, null).Objects.Count > 0; round++)
        {
            _jobs.Run();
            _life.Informers.TellAll();
            await LookAsync();
            _life.Informers.TellAll();
            _scheduler.Run();
            _kubelet.Step();
            Truth.Look();
            foreach (var pod in Bound()) _kubelet.Succeed(GangObjects.Space, (string)pod["metadata"]!["name"]!);
            FinishJobs();
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        for (var round = 0; round < 5; round++)
        {
            while (_kubelet.Step())
            {
            }

            _jobs.Run();
            _life.Informers.TellAll();
            await LookAsync();
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Jobs that are not done.</summary>
    public IEnumerable<string> Left => Objects.All(GangObjects.Jobs, null).Objects.Select(Tell);

    /// <summary>What is still held for anybody.</summary>
    public int Held => _life.State.Reservations.Length;

    /// <summary>Where ledger and cluster differ.</summary>
    public LedgerDrift Drift => new LedgerAudit(_life.State, _life.Book, _life.Roster).Compare();

    /// <summary>Nodes on which the process still sees a pod.</summary>
    public int Busy => Enumerable.Range(0, _life.State.Current.Nodes.Length).Count(n => !_life.State.Current.PodsOf(n).IsEmpty);

    private GangLife Begin()
    {
        Leaders++;
        // What the one before did is judged by what it knew.
        Truth.Look();
        Truth.Forget();
        return new(Objects, _handler, Options, Truth.Told);
    }

    private FakeFault NextFault() => _calm ? FakeFault.None : _random.Next(_callsPerFault) switch
    {
        0 => FakeFault.CrashBefore,
        1 => FakeFault.CrashAfter,
        2 => FakeFault.LoseAnswer,
        3 => FakeFault.Refuse,
        _ => FakeFault.None,
    };

    private async Task LookAsync()
    {
        try
        {
            await _life.StepAsync();
        }
        catch (FakeCrashException)
        {
            Crashes++;
            // What the dead one did is judged by what it was told.
            Truth.Look();
            _life = Begin();
        }
        catch (Exception e) when (e is Kubernetes.Api.ApiException or Kubernetes.Api.ApiUnavailableException)
        {
            // The first look could not read what was planned: it is tried again.
        }
    }

    private void Tell()
    {
        if (_random.Next(3) == 0) Repeat(_life.Informers.TellNode, 4);
        Repeat(_life.Informers.TellPod, 40);
    }

    private void Repeat(Func<bool> step, int most)
    {
        for (var left = _random.Next(1, most + 1); left > 0 && step(); left--)
        {
        }
    }

    private void Submit()
    {
        if (_submitted >= _gangs) return;
        var size = 1 + (_random.Next(3) == 0 ? _random.Next(_largest) : _random.Next(4));
        var hints = new List<(string, string)>();
        if (size <= 8 && _random.Next(3) == 0) hints.Add(("required-topology", "leaf"));
        if (size > 2 && _random.Next(4) == 0) hints.Add(("gang-min", Text($"{1 + (size / 2)}")));
        if (_random.Next(5) == 0) hints.AddRange([("preferred-topology", "leaf"), ("preferred-for", "30s")]);
        if (_random.Next(4) == 0) hints.Add(("expected-duration", Text($"{_random.Next(1, 60)}m")));
        var job = GangObjects.Job(Text($"g{_submitted++:D4}"), size, new[] { 8, 8, 4, 2 }[_random.Next(4)], [.. hints]);
        job["spec"]!["template"]!["spec"]!["priority"] = _random.Next(10) == 0 ? 100 : 0;
        Objects.Put(GangObjects.Jobs, job);
    }

    private void EndPods()
    {
        foreach (var pod in Bound().Where(_ => _random.Next(6) == 0))
        {
            var name = (string)pod["metadata"]!["name"]!;
            if (_random.Next(8) == 0) _kubelet.Fail(GangObjects.Space, name);
            else _kubelet.Succeed(GangObjects.Space, name);
        }

        _kubelet.Step();
        FinishJobs();
    }

    private void FinishJobs()
    {
        foreach (var job in Objects.All(GangObjects.Jobs, null).Objects)
        {
            var done = (job["status"]?["conditions"] as JsonArray)?.Any(c => (string?)c!["type"] == "Complete" && (string?)c["status"] == "True") == true;
            if (!done) continue;
            Objects.Delete(GangObjects.Jobs, GangObjects.Space, (string)job["metadata"]!["name"]!);
            Finished++;
        }
    }

    private void DeleteJob()
    {
        var jobs = Objects.All(GangObjects.Jobs, null).Objects;
        if (jobs.Count > 0) Objects.Delete(GangObjects.Jobs, GangObjects.Space, (string)jobs[_random.Next(jobs.Count)]["metadata"]!["name"]!);
    }

    private void TroubleNode()
    {
        var n = _random.Next(_nodes);
        if (Objects.Find(GangObjects.Nodes, "", GangObjects.NodeName(n)) is not { } known || _random.Next(3) == 0)
        {
            Objects.Put(GangObjects.Nodes, GangObjects.Node(n, ThreeNodes));
            return;
        }

        var node = (JsonObject)known.DeepClone();
        switch (_random.Next(3))
        {
            case 0:
                node["spec"]!["unschedulable"] = true;
                Objects.Put(GangObjects.Nodes, node);
                break;
            case 1:
                node["status"]!["conditions"]![0]!["status"] = "False";
                Objects.Put(GangObjects.Nodes, node);
                break;
            default:
                Objects.Delete(GangObjects.Nodes, "", GangObjects.NodeName(n));
                // With the node go its pods, as the controller of nodes sees to it; a Job remembers those that were done.
                foreach (var pod in Objects.All(GangObjects.Pods, null).Objects.Where(p => (string?)p["spec"]!["nodeName"] == GangObjects.NodeName(n) && (string?)p["status"]?["phase"] != "Succeeded"))
                {
                    Objects.Delete(GangObjects.Pods, GangObjects.Space, (string)pod["metadata"]!["name"]!);
                }

                break;
        }
    }

    private void ChangeBudget()
    {
        var rack = _random.Next(_nodes / 4);
        var watts = new[] { FullRack, ThreeNodes, (4 * GangObjects.IdleWatts) + GangObjects.MaxWatts }[_random.Next(3)];
        for (var n = rack * 4; n < (rack * 4) + 4; n++)
        {
            if (Objects.Find(GangObjects.Nodes, "", GangObjects.NodeName(n)) is not { } known) continue;
            var node = (JsonObject)known.DeepClone();
            node["metadata"]!["labels"]!["toposcheduler.io/rack-power-budget-watts"] = Text($"{watts}");
            Objects.Put(GangObjects.Nodes, node);
        }
    }

    // Another scheduler knows nothing of what is promised: it takes any node that looks free to it.
    private void BindStranger()
    {
        var n = GangObjects.NodeName(_random.Next(_nodes));
        var pods = Objects.All(GangObjects.Pods, null).Objects;
        var strangers = pods.Where(IsStranger).ToList();
        if (strangers.Count > 4 || (strangers.Count > 0 && _random.Next(2) == 0))
        {
            Objects.Delete(GangObjects.Pods, GangObjects.Space, (string)strangers[0]["metadata"]!["name"]!);
            return;
        }

        var taken = pods.Where(p => (string?)p["spec"]!["nodeName"] == n && (string?)p["status"]?["phase"] is not ("Succeeded" or "Failed")).Sum(GangTruth.GpusOf);
        var gpus = new[] { 8, 4, 1 }[_random.Next(3)];
        if (taken + gpus > GangObjects.GpusPerNode || Objects.Find(GangObjects.Nodes, "", n) is null) return;
        var pod = GangObjects.Pod(Text($"stranger{_strangers++}"), 0, 1, gpus);
        ((JsonObject)pod["metadata"]!["annotations"]!).Clear();
        ((JsonObject)pod["spec"]!).Remove("schedulingGates");
        pod["spec"]!["nodeName"] = n;
        Objects.Put(GangObjects.Pods, pod);
    }

    private IEnumerable<JsonObject> Bound() =>
        Objects.All(GangObjects.Pods, null).Objects.Where(p => !IsStranger(p) && p["spec"]!["nodeName"] is not null && (string?)p["status"]?["phase"] is not ("Succeeded" or "Failed"));

    private string Tell(JsonObject job)
    {
        var name = (string)job["metadata"]!["name"]!;
        var placement = Objects.All(GangObjects.Placements, null).Objects.FirstOrDefault(p => (string?)p["spec"]!["gang"]!["name"] == name);
        var pods = Objects.All(GangObjects.Pods, null).Objects.Where(p => (string?)p["metadata"]!["labels"]?["batch.kubernetes.io/job-name"] == name).ToList();
        return Text($"{name}: {pods.Count} pods, {pods.Count(GangScene.IsGated)} gated, {(placement is null ? "no placement" : GangScene.Phase(placement) + " " + GangScene.Message(placement))}");
    }

    private static bool IsStranger(JsonObject pod) => ((string)pod["metadata"]!["name"]!).StartsWith("stranger", StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
