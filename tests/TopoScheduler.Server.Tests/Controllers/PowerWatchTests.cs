using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>What people are told of a domain over its budget, and how often.</summary>
public sealed class PowerWatchTests : IDisposable
{
    private const string Sentence =
        "rack/r0000 carries 12,500 W, 500 W over its budget of 12,000 W; move first: job/ml/llama (priority 0, frees 7,900 W).";

    private static readonly GangKey Llama = new("ml", "Job", "llama");

    private readonly ManualTime _time = new();
    private readonly FakeObjects _objects;
    private readonly FakeApiHandler _handler;
    private readonly List<string> _requests = [];
    private readonly List<EventNote> _events = [];
    private readonly ClusterState _state = new();
    private readonly PowerWatch _watch;
    private readonly PowerDomainBook _powerDomains = new();

    public PowerWatchTests()
    {
        _objects = new(1, _time);
        _handler = new(_objects) { Answered = (request, _) => _requests.Add(request.Method) };
        _watch = new(_state, new GangRoster(), new(_handler.Client(), _powerDomains), _events.Add, _time, NullLogger<PowerWatch>.Instance);
    }

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task Look_WithinBudget_SaysNothing()
    {
        Budget(12_500);
        Bind("llama-0", 0);
        await LookAsync();

        Assert.Empty(_events);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task Look_BudgetLowered_TellsTheNodeAndTheGangOnce()
    {
        Budget(20_000);
        Bind("llama-0", 0);
        await LookAsync();
        Budget(12_000);
        await LookAsync();

        Assert.Equal([("Node", "n0000", "uid-0000"), ("Pod", "llama-0", "uid-llama-0")], _events.Select(e => (e.Subject.Kind, e.Subject.Key.Name, e.Subject.Key.Uid)));
        Assert.All(_events, e => Assert.Equal(("PowerOverBudget", Sentence, true), (e.Reason, e.Note, e.IsWarning)));

        // Pods come and go, and it is over all the while.
        Bind("other", 1, gpus: 1);
        await LookAsync();
        _state.RemovePod("uid-other");
        await LookAsync();
        Assert.Equal(2, _events.Count);
        Assert.All(_requests, method => Assert.Equal("GET", method));
    }

    [Fact]
    public async Task Look_BoundByOthers_IsTold()
    {
        Budget(12_000);
        await LookAsync();
        Assert.Empty(_events);
        Bind("llama-0", 0);
        await LookAsync();

        Assert.Equal(2, _events.Count);
    }

    [Fact]
    public async Task Look_ResolvedAndBack_IsToldEachTime()
    {
        Bind("llama-0", 0);
        Budget(12_000);
        await LookAsync();
        Budget(13_000);
        await LookAsync();
        Assert.Equal(("PowerWithinBudget", "Node", "rack/r0000 is within its budget again: it carries 12,500 W of 13,000 W.", false),
            (_events[2].Reason, _events[2].Subject.Kind, _events[2].Note, _events[2].IsWarning));
        await LookAsync();
        Assert.Equal(3, _events.Count);

        Budget(12_000);
        await LookAsync();
        Assert.Equal(["PowerOverBudget", "PowerOverBudget"], _events.Skip(3).Select(e => e.Reason));
    }

    [Fact]
    public async Task Look_BudgetTakenAway_SaysSo()
    {
        Bind("llama-0", 0);
        Budget(12_000);
        await LookAsync();
        Budget(null);
        await LookAsync();

        Assert.Equal("rack/r0000 has no budget any more.", _events[^1].Note);
        Assert.False(_events[^1].IsWarning);
    }

    [Fact]
    public async Task Look_LastsLong_IsToldAgain()
    {
        Bind("llama-0", 0);
        Budget(12_000);
        await LookAsync();
        _time.Advance(PowerWatch.Repeat - TimeSpan.FromSeconds(1));
        await LookAsync();
        Assert.Equal(2, _events.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();

        Assert.Equal(4, _events.Count);
        // The recorder makes one event of equal ones.
        Assert.Equal(_events.Take(2), _events.Skip(2));
    }

    [Fact]
    public async Task Look_ObjectsPeopleLookAt_AreTold()
    {
        var spec = new PowerDomainSpec { Source = "powerdomain/hall-1-r0000", Id = new(PowerDomainKind.Rack, "r0000") };
        _powerDomains.Set(new("hall-1-r0000", "uid-r", "1", new(spec, []), null));
        var placement = GangPlacementName.Of(Llama);
        var stored = _objects.Put(GangObjects.Placements, new JsonObject { ["kind"] = "GangPlacement", ["metadata"] = new JsonObject { ["name"] = placement, ["namespace"] = "ml" } });
        Bind("llama-1", 1);
        Bind("llama-0", 0);
        Budget(12_000);
        await LookAsync();

        Assert.Equal(
            [("PowerDomain", "hall-1-r0000", "uid-r"), ("GangPlacement", placement, (string)stored["metadata"]!["uid"]!), ("Pod", "llama-0", "uid-llama-0")],
            _events.Select(e => (e.Subject.Kind, e.Subject.Key.Name, e.Subject.Key.Uid)));
    }

    [Fact]
    public async Task Look_ApiServerRefuses_PodsAreToldAllTheSame()
    {
        _handler.Fault = _ => FakeFault.Refuse;
        Bind("llama-0", 0);
        Budget(12_000);
        await LookAsync();

        Assert.Equal(["Node", "Pod"], _events.Select(e => e.Subject.Kind));
    }

    [Fact]
    public async Task Look_AllBudgetsFallAtOnce_OnlyTheFirstAreToldOneByOne()
    {
        _state.ReplaceNodes(Nodes(100).Racks(1, 12_000).BuildNodes());
        for (var n = 0; n < 100; n++) Bind($"p-{n:D3}", n, gang: null);
        _state.ReplaceNodes(Nodes(100).Racks(1, 10_000).BuildNodes());
        await LookAsync();
        Assert.Equal(32, _events.Count(e => e.Subject.Kind == "Node"));
        await LookAsync();
        Assert.Equal(64, _events.Count);
    }

    [Fact]
    public async Task Look_DomainWithoutNodes_IsNoTrouble()
    {
        _state.ReplaceNodes(Nodes(1).Racks(1, 12_000).BuildNodes());
        Bind("llama-0", 0);
        _state.ReplaceNodes(Nodes(1).Racks(1, 1).BuildNodes());
        await LookAsync();
        _state.ReplaceNodes([]);
        await LookAsync();

        Assert.Equal(["PowerOverBudget", "PowerOverBudget", "PowerWithinBudget"], _events.Select(e => e.Reason));
    }

    private static ClusterBuilder Nodes(int count) => ClusterBuilder.Spines(1).NodesPerLeaf(count);

    private Task LookAsync() => _watch.LookAsync(CancellationToken.None);

    // Two nodes in one rack.
    private void Budget(long? watts) => _state.ReplaceNodes(Nodes(2).Racks(2, watts).BuildNodes());

    private void Bind(string name, int node, int gpus = 8, string? gang = "llama") =>
        _state.Upsert(ClusterBuilder.BoundPod(ClusterBuilder.NameOf(node), name, gpus) with { Gang = gang is null || name == "other" ? null : Llama with { Name = gang } });
}
