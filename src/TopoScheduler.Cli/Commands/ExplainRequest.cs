using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Commands;

/// <summary>What <c>explain</c> was asked.</summary>
internal sealed record ExplainRequest
{
    /// <summary>Pod, gang or node.</summary>
    public required ExplanationSubjectKind Kind { get; init; }

    /// <summary>Its name; of a gang <c>kind/name</c>, too.</summary>
    public required string Name { get; init; }

    /// <summary>Where the cluster is read.</summary>
    public required ClusterSource Source { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>An earlier cluster file; null for none.</summary>
    public string? Before { get; init; }

    /// <summary>The moment; null: now.</summary>
    public DateTimeOffset? At { get; init; }
}
