using System.Collections.Immutable;
using TopoScheduler.Cli.Checks;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Cli.Commands;

/// <summary>What <c>report</c> was asked for, options read and checked.</summary>
internal sealed record ReportRequest
{
    /// <summary>Where the cluster is read.</summary>
    public required ClusterSource Source { get; init; }

    /// <summary>Files, folders or <c>-</c>, in the order given.</summary>
    public required ImmutableArray<string> Jobs { get; init; }

    /// <summary>How the report is written.</summary>
    public ReportFormat Format { get; init; }

    /// <summary>Namespace of jobs that name none; null: that of the source.</summary>
    public string? Namespace { get; init; }

    /// <summary>Columns of the text report; null for the default.</summary>
    public int? Width { get; init; }

    /// <summary>The moment whose budgets count; null: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What shall be different from the cluster as it is.</summary>
    public ScenarioRequest Scenario { get; init; } = new();

    /// <summary>What is to be made sure of.</summary>
    public ReportChecks Checks { get; init; } = ReportChecks.None;

    /// <summary>What the plans depend on.</summary>
    public PlacementPolicy Policy { get; init; } = PlacementPolicy.Default;
}
