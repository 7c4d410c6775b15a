using System.Collections.Immutable;
using System.Text.Json.Serialization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Server.Answers;

/// <summary>What <c>power</c> says.</summary>
public sealed record PowerView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

    /// <summary><c>PowerReport</c>.</summary>
    public string Kind { get; init; } = "PowerReport";

    /// <summary>All nodes together.</summary>
    public required PowerTreeTotal Total { get; init; }

    /// <summary>The domains, widest first.</summary>
    public required ImmutableArray<PowerTreeDomain> Domains { get; init; }

    /// <summary>The domains that are over their budgets, and what to cap or move there first.</summary>
    public required ImmutableArray<OvershootView> Overshoots { get; init; }

    /// <summary>There are readings.</summary>
    [JsonIgnore]
    public bool IsMeasured { get; init; }

    /// <summary>The view of a cluster, or of one domain of it and what is below that.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="domain">Index of the domain; null for all.</param>
    public static PowerView Of(ClusterSnapshot cluster, int? domain)
    {
        var report = PowerTreeReporter.Report(cluster, domain);
        var shown = report.Domains.Where(d => d.OverBudget).Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        var over = OvershootReporter.DomainsOver(cluster).RemoveAll(d => !shown.Contains(cluster.Power.Domains[d].Id));
        return new() { Total = report.Total, Domains = report.Domains, Overshoots = [.. OvershootReporter.Report(cluster, over).Select(OvershootView.Of)] };
    }
}
