using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>What the watch of power domains does to the state and to the book.</summary>
public sealed class PowerDomainSinkTests
{
    private readonly ClusterState _state = new();
    private readonly PowerDomainBook _book = new();
    private readonly PowerDomainSink _sink;
    private int _woken;

    public PowerDomainSinkTests()
    {
        var roster = new GangRoster();
        roster.Changed += () => _woken++;
        _sink = new(_state, _book, roster);
    }

    [Fact]
    public void Domain_ComesChangesAndGoes_SoDoesItsBudget()
    {
        _sink.Replace([Domain("a", 10), Domain("b", 20)]);
        Assert.Equal("rack/a 10, rack/b 20", Budgets());
        _sink.Upsert(Domain("b", 15));
        _sink.Upsert(Domain("c", 5));
        Assert.Equal("rack/a 10, rack/b 15, rack/c 5", Budgets());
        _sink.Remove(new("", "a", "uid-a"));
        Assert.Equal("rack/b 15, rack/c 5", Budgets());
        _sink.Replace([Domain("c", 6)]);
        Assert.Equal("rack/c 6", Budgets());
        Assert.Equal((5, "c"), (_woken, Assert.Single(_book.All).Name));
    }

    [Fact]
    public void Status_Written_LeavesTheStateAndWakesNobody()
    {
        _sink.Replace([Domain("a", 10), Domain("b", 20)]);
        var (before, freed, woken) = (_state.Current, _state.Freed, _woken);

        _sink.Upsert(Domain("a", 10, "{committedWatts: 7, message: m}"));
        _sink.Replace([Domain("a", 10, "{committedWatts: 8, message: n}"), Domain("b", 20)]);

        Assert.Same(before, _state.Current);
        Assert.Equal((freed, woken), (_state.Freed, _woken));
        Assert.Equal(8, _book.All.First().Status!.CommittedWatts);
    }

    [Fact]
    public void Domain_CannotBeReadAnyMore_SaysNothingAndStaysInTheBook()
    {
        _sink.Upsert(Domain("a", 10));

        _sink.Upsert(PowerDomainSighting.Read(Yaml.Tree("{metadata: {name: a, uid: uid-a}, spec: {kind: cage}}")));

        Assert.Equal("", Budgets());
        Assert.Null(Assert.Single(_book.All).Reading.Spec);
        Assert.Equal(2, _woken);
    }

    private string Budgets() => string.Join(", ", _state.Current.Power.Domains.Select(d => $"{d.Id} {d.BudgetWatts}"));

    private static PowerDomainSighting Domain(string name, long watts, string status = "~") =>
        PowerDomainSighting.Read(Yaml.Tree($"{{metadata: {{name: {name}, uid: uid-{name}}}, spec: {{kind: rack, budgetWatts: {watts}}}, status: {status}}}"));
}
