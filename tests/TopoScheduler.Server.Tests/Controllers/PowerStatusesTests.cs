using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Tests.Gangs;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.FakeCluster;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>What is written into the status of power domains, and how often.</summary>
public sealed class PowerStatusesTests : IDisposable
{
    private const string Domains = "/apis/toposcheduler.io/v1alpha1/powerdomains";

    private readonly ManualTime _time = new();
    private readonly FakeObjects _objects;
    private readonly FakeApiHandler _handler;
    private readonly ClusterState _state = new();
    private readonly FakeInformers _informers;
    private readonly List<string> _writes = [];
    private readonly Messages _log = new();
    private readonly PowerStatuses _statuses;

    public PowerStatusesTests()
    {
        _objects = new(1, _time);
        _handler = new(_objects) { Answered = (request, answer) => _writes.Add($"{request.Method} {request.Path} {answer.Code}") };
        for (var n = 0; n < 4; n++) _objects.Put(GangObjects.Nodes, GangObjects.Node(n));
        _informers = new(_objects, _state, new(OwnerSource.None, []), new());
        _informers.Relist();
        _statuses = new(_handler.Client(), _state, _informers.PowerDomains, _time, _log);
    }

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task Step_NewDomain_SaysHowItStands()
    {
        // Four idle nodes of 2,300 W and 1,000 W of switch trays.
        Put("rack-0", Rack(50_000, ("derate", 0.8), ("baseWatts", 1_000)));

        await StepAsync();

        var status = Status("rack-0");
        Assert.Equal((40_000, 10_200, 29_800, false), ((int)status["effectiveBudgetWatts"]!, (int)status["committedWatts"]!, (int)status["headroomWatts"]!, (bool)status["overBudget"]!));
        Assert.Equal("10,200 W of 40,000 W are committed.", (string?)status["message"]);
        Assert.Equal("2030-01-01T00:00:00Z", (string?)status["observedAt"]);
        Assert.Equal(0, (int)status["strandedWatts"]!);
        Assert.Null(status["measuredWatts"]);
        Assert.Null(status["window"]);
        Assert.Equal(["OverBudget False WithinBudget", "Readable True Read"], status["conditions"]!.AsArray().Select(c => $"{c!["type"]} {c["status"]} {c["reason"]}"));
        Assert.Equal([$"PATCH {Domains}/rack-0/status 200"], _writes);
    }

    [Fact]
    public async Task Step_NothingChanged_WritesNothingAndTheStateStaysAsItIs()
    {
        Put("rack-0", Rack(50_000));
        await StepAsync();
        var (cluster, freed) = (_state.Current, _state.Freed);

        for (var second = 0; second < 60; second++) await StepAsync();

        Assert.Single(_writes);
        Assert.Same(cluster, _state.Current);
        Assert.Equal(freed, _state.Freed);
    }

    [Fact]
    public async Task Step_ChangesEverySecond_WritesEveryTenSeconds()
    {
        Put("rack-0", Rack(50_000));
        for (var second = 0; second < 40; second++)
        {
            Put("rack-0", Rack(50_000 + second));
            await StepAsync();
        }

        Assert.Equal(4, _writes.Count);
        await StepAsync();
        Assert.Equal(50_039, (int)Status("rack-0")["effectiveBudgetWatts"]!);
    }

    [Fact]
    public async Task Step_BudgetLowered_IsOverSinceThen()
    {
        Put("rack-0", Rack(50_000));
        await StepAsync();
        _time.Advance(TimeSpan.FromSeconds(20));
        Put("rack-0", Rack(9_000));
        await StepAsync();

        var status = Status("rack-0");
        Assert.Equal((9_000, -200, true), ((int)status["effectiveBudgetWatts"]!, (int)status["headroomWatts"]!, (bool)status["overBudget"]!));
        Assert.Equal("9,200 W are committed, 200 W more than the budget of 9,000 W; nothing more is admitted.", (string?)status["message"]);
        Assert.Equal(["True 2030-01-01T00:00:21Z", "True 2030-01-01T00:00:00Z"], Transitions(status));

        // Still over: since when has not changed.
        _time.Advance(TimeSpan.FromSeconds(20));
        Put("rack-0", Rack(8_000));
        await StepAsync();
        Assert.Equal(["True 2030-01-01T00:00:21Z", "True 2030-01-01T00:00:00Z"], Transitions(Status("rack-0")));
    }

    [Fact]
    public async Task Step_WindowOpensAndEnds_IsNamedWhileItSetsTheBudget()
    {
        var spec = Rack(50_000);
        spec["schedule"] = new JsonArray(
            new JsonObject { ["name"] = "demand-response", ["budgetWatts"] = 20_000, ["start"] = "2030-01-01T00:01:00Z", ["end"] = "2030-01-01T00:02:00Z" },
            new JsonObject { ["name"] = "higher", ["budgetWatts"] = 60_000, ["start"] = "2030-01-01T00:00:00Z" });
        Put("rack-0", spec);
        var seen = new List<string>();
        for (var step = 0; step < 4; step++)
        {
            await StepAsync();
            var status = Status("rack-0");
            seen.Add($"{status["effectiveBudgetWatts"]} {status["window"]}");
            _time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.Equal(["50000 ", "50000 ", "20000 demand-response", "50000 "], seen);
    }

    [Fact]
    public async Task Step_Measured_IsShownBesideCommittedAndTakenOutAgain()
    {
        Put("rack-0", Rack(50_000));
        _state.SetReadings([new(PowerReadingKind.Rack, "rack-0", 8_500, _time.GetUtcNow())], new());
        await StepAsync();
        Assert.Equal((8_500, 9_200), ((int)Status("rack-0")["measuredWatts"]!, (int)Status("rack-0")["committedWatts"]!));

        _time.Advance(TimeSpan.FromSeconds(20));
        _state.SetReadings([], new());
        await StepAsync();
        Assert.Null(Status("rack-0")["measuredWatts"]);
    }

    [Fact]
    public async Task Step_SpecThatCannotBeRead_SaysSo()
    {
        var spec = Rack(0);
        spec["budgetWatts"] = "90kW";
        Put("rack-0", spec);

        await StepAsync();

        var status = Status("rack-0");
        Assert.Equal((0, true), ((int)status["effectiveBudgetWatts"]!, (bool)status["overBudget"]!));
        Assert.Contains("spec.budgetWatts: \"90kW\", expected whole watts", (string?)status["message"], StringComparison.Ordinal);
        Assert.Equal("Readable False WrongValue", status["conditions"]!.AsArray().Select(c => $"{c!["type"]} {c["status"]} {c["reason"]}").Last());
    }

    [Fact]
    public async Task Step_DomainThatNothingBoundsAndNobodyIsIn_SaysSo()
    {
        Put("site", new() { ["kind"] = "facility", ["baseWatts"] = 70 });

        await StepAsync();

        Assert.Equal("70 W are committed; nothing bounds it.", (string?)Status("site")["message"]);
        Assert.Null(Status("site")["headroomWatts"]);
    }

    [Fact]
    public async Task Step_GoneOrMadeAgainOrRefused_GoesOnWithTheOthers()
    {
        Put("a", new() { ["kind"] = "row" });
        Put("b", new() { ["kind"] = "row" });
        Put("c", new() { ["kind"] = "row" });
        Put("d", new() { ["kind"] = "row" });
        _objects.Delete(Domains, "", "a");
        _objects.Delete(Domains, "", "b");
        _objects.Put(Domains, Object("b", new() { ["kind"] = "row" }));
        _handler.Fault = request => request.RequestUri!.AbsolutePath.Contains("/c/", StringComparison.Ordinal) ? FakeFault.Refuse : FakeFault.None;

        await StepAsync(look: false);
        for (var second = 0; second < 25; second++) await StepAsync(look: false);

        Assert.Null(_objects.Find(Domains, "", "b")!["status"]);
        Assert.NotNull(Status("d"));
        // Gone and another: told by the watch, not by the log. What is refused is told once.
        Assert.Contains("the status of power domains is not written", Assert.Single(_log.Texts), StringComparison.Ordinal);
        Assert.True(_writes.Count(w => w.Contains("/b/status 409", StringComparison.Ordinal)) <= 3, string.Join('\n', _writes));
    }

    private static JsonObject Rack(int budget, params (string Key, JsonNode Value)[] more)
    {
        var spec = new JsonObject { ["kind"] = "rack", ["budgetWatts"] = budget };
        foreach (var (key, value) in more) spec[key] = value;
        return spec;
    }

    private static JsonObject Object(string name, JsonObject spec) => new()
    {
        ["apiVersion"] = "toposcheduler.io/v1alpha1",
        ["kind"] = "PowerDomain",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = spec,
    };

    private static IEnumerable<string> Transitions(JsonNode status) => status["conditions"]!.AsArray().Select(c => $"{c!["status"]} {c["lastTransitionTime"]}");

    private void Put(string name, JsonObject spec)
    {
        var obj = Object(name, spec);
        if (_objects.Find(Domains, "", name) is { } known)
        {
            obj["metadata"]!["uid"] = known["metadata"]!["uid"]!.DeepClone();
            if (known["status"] is { } status) obj["status"] = status.DeepClone();
        }

        _objects.Put(Domains, obj);
        _informers.TellAll();
    }

    private JsonNode Status(string name) => _objects.Find(Domains, "", name)!["status"]!;

    private async Task StepAsync(bool look = true)
    {
        _state.SetTime(_time.GetUtcNow(), TimeSpan.FromHours(24));
        await _statuses.StepAsync(CancellationToken.None);
        if (look) _informers.TellAll();
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private sealed class Messages : ILogger<PowerStatuses>
    {
        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Texts.Add(formatter(state, exception));
    }
}
