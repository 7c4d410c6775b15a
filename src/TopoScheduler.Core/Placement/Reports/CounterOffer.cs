using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>What a counter-offer changes.</summary>
public enum CounterOfferChange
{
    /// <summary>A smaller gang.</summary>
    FewerPods,

    /// <summary>A wider required tier.</summary>
    WiderTier,

    /// <summary>A lower GPU power cap.</summary>
    LowerGpuCap,

    /// <summary>A higher power budget.</summary>
    HigherBudget,

    /// <summary>Other pods evicted.</summary>
    Evict,

    /// <summary>Waiting for other jobs to end, or for a power budget to rise.</summary>
    Wait,

    /// <summary>More nodes.</summary>
    AddNodes,
}

/// <summary>The smallest change of its kind that was found to make the gang fit; verified by planning again.</summary>
/// <param name="Change">Its kind.</param>
/// <param name="Detail">One clause with figures.</param>
/// <param name="ThenOutcome">What planning then ends in.</param>
/// <param name="EstimateMs">Communication per step then, ms.</param>
public sealed record CounterOffer(CounterOfferChange Change, string Detail, PlacementOutcome ThenOutcome, double? EstimateMs)
{
    /// <summary>True when nothing smaller of its kind makes the gang fit; false where not all of it was tried.</summary>
    public bool Smallest { get; init; } = true;

    /// <summary>The change as figures: <see cref="OfferApplication"/> makes it.</summary>
    public OfferedChange Apply { get; init; } = new();

    /// <summary>What it costs. Offers are listed cheapest first.</summary>
    public OfferCost Cost { get; init; } = new();
}

/// <summary>A counter-offer as figures. What does not belong to its kind is absent; lists are empty.</summary>
public sealed record OfferedChange
{
    /// <summary>Members of the smaller gang.</summary>
    public int? Pods { get; init; }

    /// <summary>Members by role of the smaller gang, in the order of the roles.</summary>
    public ImmutableArray<OfferedRole> Roles { get; init; } = [];

    /// <summary>Degree of data parallelism of the smaller gang, where it states one.</summary>
    public int? DataParallel { get; init; }

    /// <summary>The tier to require; <c>cluster</c> for none.</summary>
    public string? RequiredTopology { get; init; }

    /// <summary>The tier of segments; <c>cluster</c> for none.</summary>
    public string? SegmentTopology { get; init; }

    /// <summary>The GPU power cap the job accepts and its nodes enforce.</summary>
    public int? GpuCapWatts { get; init; }

    /// <summary>Power budgets to raise.</summary>
    public ImmutableArray<OfferedBudget> Budgets { get; init; } = [];

    /// <summary>Gangs and lone pods to evict: <c>job/ml/llama</c>, <c>pod/ml/shell</c>.</summary>
    public ImmutableArray<string> Evict { get; init; } = [];

    /// <summary>When it fits, <c>2027-01-31T16:00:00Z</c>; absent where it is when pods that are being deleted are gone.</summary>
    public string? Until { get; init; }

    /// <summary>Who will have ended then.</summary>
    public ImmutableArray<string> WaitFor { get; init; } = [];

    /// <summary>Nodes to add.</summary>
    public OfferedNodes? Nodes { get; init; }
}

/// <summary>Members of a role.</summary>
/// <param name="Name">The role.</param>
/// <param name="Pods">Its members; 0 where it goes.</param>
public sealed record OfferedRole(string Name, int Pods);

/// <summary>A power budget.</summary>
/// <param name="Domain">The power domain: <c>rack/r7</c>.</param>
/// <param name="BudgetWatts">Its budget.</param>
public sealed record OfferedBudget(string Domain, long BudgetWatts);

/// <summary>Nodes to add.</summary>
/// <param name="Count">How many.</param>
/// <param name="Like">The node each is a copy of, in the same leaf, rack and feeds.</param>
public sealed record OfferedNodes(int Count, string Like);
