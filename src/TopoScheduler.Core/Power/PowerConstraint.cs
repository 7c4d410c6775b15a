namespace TopoScheduler.Core.Power;

/// <summary>Which feed is out when a constraint is judged.</summary>
public enum FeedState
{
    /// <summary>Both feeds carry load.</summary>
    Normal,

    /// <summary>Feed A is lost.</summary>
    LostA,

    /// <summary>Feed B is lost.</summary>
    LostB,
}

/// <summary>
/// One inequality that must always hold: the shares of the draws of its nodes, plus base watts, stay within a budget, in one feed state.
/// Shares are counted in halves so that everything stays integer: Σ halves·draw(node) ≤ <see cref="LimitHalfWatts"/>.
/// </summary>
/// <param name="Index">Index among the constraints.</param>
/// <param name="Domain">The power domain it belongs to.</param>
/// <param name="State">The feed state it describes.</param>
/// <param name="LimitHalfWatts">2 × budget less the base load in half watts; <see cref="Unbounded"/> where nothing bounds the domain at this time.</param>
public sealed record PowerConstraint(int Index, int Domain, FeedState State, long LimitHalfWatts)
{
    /// <summary>More half watts than any site has, far below what overflows when added up.</summary>
    public const long Unbounded = 1L << 52;
}

/// <summary>A node's part in a constraint.</summary>
/// <param name="Constraint">Index of the constraint.</param>
/// <param name="Halves">1 for half the node's draw, 2 for all of it.</param>
public readonly record struct PowerShare(int Constraint, int Halves);
