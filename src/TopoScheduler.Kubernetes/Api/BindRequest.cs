namespace TopoScheduler.Kubernetes.Api;

/// <summary>A pod that goes to a node.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID; empty: whichever has the name.</param>
/// <param name="Node">The node.</param>
public sealed record BindRequest(string Namespace, string Name, string Uid, string Node)
{
    /// <summary>Annotations that the pod is given in the same step.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Longest time of the whole call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What became of a <see cref="BindRequest"/>.</summary>
public enum BindOutcome
{
    /// <summary>It goes there.</summary>
    Bound,

    /// <summary>It went there before.</summary>
    AlreadyBoundHere,

    /// <summary>It went to another node.</summary>
    AlreadyBoundElsewhere,

    /// <summary>There is no such pod.</summary>
    NotFound,

    /// <summary>Another pod has the name now.</summary>
    UidMismatch,

    /// <summary>The server refused.</summary>
    Refused,

    /// <summary>No answer: it may have been bound or not. A watch or a later look decides.</summary>
    Unknown,
}

/// <summary>What became of it, with figures.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Node">The node the pod is on, where that is known.</param>
/// <param name="Message">What the server said; empty when it did it.</param>
public sealed record BindResult(BindOutcome Outcome, string? Node, string Message)
{
    /// <summary>The pod is on the node it was meant for.</summary>
    public bool IsBound => Outcome is BindOutcome.Bound or BindOutcome.AlreadyBoundHere;
}
