namespace TopoScheduler.Server.Access;

/// <summary>What is known of a caller and of what it wants.</summary>
internal enum CallerStanding
{
    /// <summary>Known, and allowed.</summary>
    Allowed,

    /// <summary>Nobody knows the token.</summary>
    Unknown,

    /// <summary>Known, and not allowed.</summary>
    Forbidden,

    /// <summary>Who could tell does not answer: refused as well.</summary>
    Unavailable,
}

/// <summary>What is known of a caller and of what it wants.</summary>
/// <param name="Standing">Whether it may.</param>
/// <param name="User">Who it is; empty when that is not known.</param>
/// <param name="Trouble">Why it cannot be told; empty when it can.</param>
internal readonly record struct CallerVerdict(CallerStanding Standing, string User = "", string Trouble = "");
