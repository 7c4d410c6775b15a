namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>What a change of a scenario does.</summary>
public enum ScenarioChangeKind
{
    /// <summary>Gangs have ended.</summary>
    Finish,

    /// <summary>Racks or leaves are there that were not.</summary>
    AddRacks,

    /// <summary>A place takes no new pods, and those on it have lost it.</summary>
    Drain,

    /// <summary>A power budget is another one.</summary>
    Budget,

    /// <summary>A power feed carries nothing any more.</summary>
    LoseFeed,
}

/// <summary>One change of a scenario, and what it came to.</summary>
/// <param name="Change">What it does.</param>
/// <param name="Object">To what: <c>rack/r7</c>, <c>job/ml/llama</c>, <c>feed/A</c>.</param>
/// <param name="Detail">One clause with figures.</param>
public sealed record ScenarioChange(ScenarioChangeKind Change, string Object, string Detail);
