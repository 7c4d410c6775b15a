using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>What a gang asks the engine for at one moment.</summary>
/// <param name="Gang">The gang, with its preferred tier as required while it holds out.</param>
/// <param name="HoldsOut">True while it holds out.</param>
internal sealed record GangWish(Gang Gang, bool HoldsOut)
{
    /// <summary>
    /// True when the same is asked of gangs of the same shape. A gang whose required and preferred domains are labels of unknown width is held to both by
    /// what its plan says, which no shape shows.
    /// </summary>
    public bool HasShape { get; } = GangShape.Has(Gang) && !(HoldsOut && Gang.Hints.Required != Gang.Hints.Preferred);

    /// <summary>True when pods that come may make room for it: it wants to be beside others, or as many as elsewhere.</summary>
    public bool MindsOthers { get; } = Minds(Gang);

    /// <summary>True when the answer is a plan the gang starts with.</summary>
    public bool IsGrantedBy(PlacementResult result) => result.Plan is { } plan && !(HoldsOut && plan.Score.PreferredMissed);

    private static bool Minds(Gang gang)
    {
        foreach (var role in gang.Roles)
        {
            if (!role.Template.Affinity.IsEmpty || !role.Template.Spread.IsEmpty) return true;
        }

        return false;
    }
}

/// <summary>A gang in the queue with what is remembered of it.</summary>
internal sealed class QueueEntry(WaitingGang waiting) : IComparable<QueueEntry>
{
    private readonly GangWish _wish = new(waiting.Gang, false);
    private readonly GangWish? _strictWish = waiting.HoldOutUntil is not null ? Strict(waiting.Gang) : null;
    private readonly string _id = waiting.Gang.Key.Id;

    /// <summary>The gang.</summary>
    public WaitingGang Waiting => waiting;

    /// <summary>Its identity.</summary>
    public GangKey Key => waiting.Gang.Key;

    /// <summary>The last refusal.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>What it waits for.</summary>
    public WaitCause Cause { get; set; }

    /// <summary>The head it waits behind.</summary>
    public GangKey? Behind { get; set; }

    /// <summary>What it asks for now.</summary>
    public GangWish WishAt(DateTimeOffset now) => HoldOutAt(now) is null ? _wish : _strictWish!;

    /// <summary>Until when it holds out, if it does now.</summary>
    public DateTimeOffset? HoldOutAt(DateTimeOffset now) => _strictWish is not null && waiting.HoldOutUntil > now ? waiting.HoldOutUntil : null;

    /// <summary>Higher priority first, then the older, then by key.</summary>
    public int CompareTo(QueueEntry? other)
    {
        if (other is null) return -1;
        var order = other.Waiting.Gang.Priority.CompareTo(waiting.Gang.Priority);
        if (order == 0) order = waiting.Since.CompareTo(other.Waiting.Since);
        if (order == 0) order = string.CompareOrdinal(_id, other._id);
        if (order == 0) order = string.CompareOrdinal(Key.Uid, other.Key.Uid);
        if (order == 0) order = Key.Restart.CompareTo(other.Key.Restart);
        // The id says the kind in lower case.
        return order != 0 ? order : string.CompareOrdinal(Key.Kind, other.Key.Kind);
    }

    // Which of a label and a tier is the narrower cannot be told: both stay as they are, and a plan that misses the preferred one is refused.
    private static GangWish? Strict(Gang gang)
    {
        if (gang.Hints.Preferred is not { } preferred) return null;
        var comparable = gang.Hints.Required is not { } required || (required.LabelKey is null && preferred.LabelKey is null);
        var narrower = gang.Hints.Required is { } kept && (!comparable || kept.Tier < preferred.Tier) ? kept : preferred;
        return new(gang with { Hints = gang.Hints with { Required = narrower } }, true);
    }
}
