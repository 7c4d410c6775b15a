using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>
/// What shall be different, in words of people and programs: the options of the command and the JSON of a request alike (camelCase). Any combination; the
/// order says nothing. <see cref="Scenario.Apply"/> reads it and tells what it does not understand.
/// </summary>
public sealed record ScenarioRequest
{
    /// <summary>Places to drain, as <c>node/n5</c>, <c>leaf/s1/l3</c>, <c>rack/r7</c>, <c>pdu/p1</c>: no new pods there, and the gangs there lose their place.</summary>
    public ImmutableArray<string> Drain { get; init; } = [];

    /// <summary>Racks or leaves to add, as <c>rack/r7=2</c>: two more like that one, empty.</summary>
    public ImmutableArray<string> AddRacks { get; init; } = [];

    /// <summary>Other power budgets, as <c>rack/r7=90kW</c>, <c>pdu/p1=+5%</c>, <c>row/w2=none</c>.</summary>
    public ImmutableArray<string> Budget { get; init; } = [];

    /// <summary>A signed percentage for every budget that <see cref="Budget"/> does not name; null to leave them.</summary>
    public string? BudgetAll { get; init; }

    /// <summary>Power feeds that are lost: <c>A</c> or <c>B</c>.</summary>
    public ImmutableArray<string> LoseFeed { get; init; } = [];

    /// <summary>Gangs and lone pods that have ended, as <c>job/ml/llama</c>, <c>pod/ml/shell</c>.</summary>
    public ImmutableArray<string> Finish { get; init; } = [];

    /// <summary>Everything of a priority below this has ended too; null for nothing.</summary>
    public int? FinishBelow { get; init; }

    /// <summary>True when nothing shall be different.</summary>
    internal bool IsEmpty =>
        Drain.IsDefaultOrEmpty && AddRacks.IsDefaultOrEmpty && Budget.IsDefaultOrEmpty && BudgetAll is null && LoseFeed.IsDefaultOrEmpty && Finish.IsDefaultOrEmpty
        && FinishBelow is null;
}
