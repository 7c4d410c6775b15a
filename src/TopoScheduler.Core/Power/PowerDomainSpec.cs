using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>How many feeds or units of a power domain may fail without its load noticing.</summary>
public enum PowerRedundancy
{
    /// <summary>None: all of the rating is usable.</summary>
    None,

    /// <summary>N+1: one of <see cref="PowerDomainSpec.Units"/> equal units is spare.</summary>
    OneSpare,

    /// <summary>2N: half of what is installed is usable.</summary>
    Double,
}

/// <summary>
/// What is said of one power domain beside the labels of its nodes (the PowerDomain resource): what labels cannot say, and budgets that are not repeated
/// on every node. Watts are whole. The effective budget is <c>min(budget × derate × redundancy, cooling)</c>, and never above what the labels state.
/// </summary>
public sealed record PowerDomainSpec
{
    /// <summary>The object it comes from, for messages: <c>powerdomain/r7</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The domain it speaks of.</summary>
    public required PowerDomainId Id { get; init; }

    /// <summary>The domain it hangs below; of a wider rung. Null where labels say so, or nothing is above.</summary>
    public PowerDomainId? Parent { get; init; }

    /// <summary>Its rating in watts, before derate and redundancy; <see cref="PowerLocation.UnreadableBudget"/> for one that cannot be read. Null where labels state it.</summary>
    public long? BudgetWatts { get; init; }

    /// <summary>Drawn always by what is no node: switch trays, fans. Counts in the domain and in all above it.</summary>
    public long BaseWatts { get; init; }

    /// <summary>Share of the rating that may be drawn for hours, above 0 to 1.</summary>
    public decimal Derate { get; init; } = 1;

    /// <summary>What of the rating is kept for a failure. Not applied to a budget per feed: there the feeds are counted.</summary>
    public PowerRedundancy Redundancy { get; init; }

    /// <summary>Equal units installed, the spare one included, where one is spare; fewer than 2: not said, and half is usable.</summary>
    public int Units { get; init; }

    /// <summary>Watts the domain can be cooled for; null where nothing is said.</summary>
    public long? CoolingWatts { get; init; }

    /// <summary>Times in which it has less.</summary>
    public ImmutableArray<BudgetWindow> Schedule { get; init; } = [];

    /// <summary>What was wrong with the object, as data.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(PowerDomainSpec? other) =>
        other is not null && Source == other.Source && Id == other.Id && Parent == other.Parent && BudgetWatts == other.BudgetWatts && BaseWatts == other.BaseWatts
        && Derate == other.Derate && Redundancy == other.Redundancy && Units == other.Units && CoolingWatts == other.CoolingWatts
        && Schedule.SequenceEqual(other.Schedule) && Problems.SequenceEqual(other.Problems);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Source, Id, BudgetWatts, BaseWatts, Derate);

    /// <summary>Usable watts of the rating: derated, less what is spare; null without a rating.</summary>
    /// <param name="perFeed">The rating is that of one of two feeds: nothing is kept spare in it.</param>
    internal long? UsableWatts(bool perFeed)
    {
        if (BudgetWatts is not { } rating) return null;
        var usable = perFeed ? 1 : Redundancy switch
        {
            PowerRedundancy.OneSpare => Units < 2 ? 0.5m : (Units - 1m) / Units,
            PowerRedundancy.Double => 0.5m,
            _ => 1,
        };
        return (long)decimal.Floor(rating * Math.Clamp(Derate, 0, 1) * usable);
    }
}
