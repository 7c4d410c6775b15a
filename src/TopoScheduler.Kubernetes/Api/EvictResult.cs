namespace TopoScheduler.Kubernetes.Api;

/// <summary>What became of an eviction.</summary>
public enum EvictOutcome
{
    /// <summary>The pod is being ended.</summary>
    Evicted,

    /// <summary>A disruption budget forbids it for now.</summary>
    BlockedByBudget,

    /// <summary>There is no such pod.</summary>
    NotFound,

    /// <summary>Another pod has the name now.</summary>
    UidMismatch,

    /// <summary>The server refused.</summary>
    Refused,

    /// <summary>No answer.</summary>
    Unknown,
}

/// <summary>What became of it, with what the server said.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Message">What the server said; empty when it did it.</param>
/// <param name="RetryAfter">When to try again, where the server says so.</param>
public sealed record EvictResult(EvictOutcome Outcome, string Message, TimeSpan? RetryAfter = null);
