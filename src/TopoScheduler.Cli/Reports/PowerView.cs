using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Cli.Reports;

/// <summary>What <c>power</c> says.</summary>
internal sealed record PowerView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = "toposcheduler.io/v1";

    /// <summary><c>PowerReport</c>.</summary>
    public string Kind { get; init; } = "PowerReport";

    /// <summary>All nodes together.</summary>
    public required PowerTreeTotal Total { get; init; }

    /// <summary>The domains, widest first.</summary>
    public required ImmutableArray<PowerTreeDomain> Domains { get; init; }

    /// <summary>The view of a report.</summary>
    public static PowerView Of(PowerTreeReport report) => new() { Total = report.Total, Domains = report.Domains };
}
