using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Server.Audit;

/// <summary>What was decided.</summary>
internal enum AuditVerb
{
    /// <summary>The server began, with these settings.</summary>
    Start,

    /// <summary>Where a pod may go.</summary>
    Filter,

    /// <summary>A whole gang was planned by the controller of gates.</summary>
    Plan,

    /// <summary>A pod was bound.</summary>
    Bind,

    /// <summary>A gate was taken off.</summary>
    Release,

    /// <summary>Whom a pod may preempt.</summary>
    Preempt,

    /// <summary>The webhook refused an object.</summary>
    Deny,

    /// <summary>Readings were pushed.</summary>
    Readings,

    /// <summary>Lines are missing here.</summary>
    Lost,
}

/// <summary>One decision with what it was made on. What is not known of it is left out of its line.</summary>
/// <param name="Verb">What was decided.</param>
/// <param name="Outcome">One word.</param>
internal readonly record struct AuditEntry(AuditVerb Verb, string Outcome)
{
    /// <summary>The gang, as in messages.</summary>
    public string? Gang { get; init; }

    /// <summary>The pod, as in messages.</summary>
    public string? Pod { get; init; }

    /// <summary>Uid of the pod; of the gang where it is about a whole gang.</summary>
    public string? Uid { get; init; }

    /// <summary><c>resourceVersion</c> of the pod as it was judged.</summary>
    public string? PodVersion { get; init; }

    /// <summary>Names of nodes; the first of them where there are many.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>How many there are: nodes that fit, members planned, victims, readings.</summary>
    public int? Count { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked, where somebody told his name.</summary>
    public string? User { get; init; }

    /// <summary>The cluster it was decided on.</summary>
    public ClusterSnapshot? Cluster { get; init; }

    /// <summary><see cref="ClusterState.Freed"/> before that was looked at.</summary>
    public long? Freed { get; init; }
}
