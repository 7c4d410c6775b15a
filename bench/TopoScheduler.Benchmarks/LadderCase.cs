using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Benchmarks;

/// <summary>One rung of the ladder, measured.</summary>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="LoadPercent">Share of them that is full.</param>
/// <param name="Members">Members of the gang, 8 GPUs each.</param>
/// <param name="Result">What the plan came to.</param>
/// <param name="ReferencePlaces">Whether first fit finds places for all.</param>
/// <param name="Plan">The plan's cost.</param>
/// <param name="Reference">First fit's cost.</param>
public sealed record LadderCase(
    int Nodes, int LoadPercent, int Members, PlacementResult Result, bool ReferencePlaces, Measurement Plan, Measurement Reference)
{
    /// <summary>Head of the table that <see cref="Row"/> fills.</summary>
    public const string Head =
        "| nodes | load | members | outcome | steps | plan ms | first fit ms | ratio | plan MB | first fit MB |\n|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|";

    /// <summary>Plan time over first-fit time in the same run: fastest over fastest, which a busy machine disturbs least.</summary>
    public double Ratio => Plan.FastestMilliseconds / Reference.FastestMilliseconds;

    /// <summary>True when the engine refuses what first fit places: a bug, whatever the speed.</summary>
    public bool Contradicts => ReferencePlaces && Result.Outcome == PlacementOutcome.NoFit;

    /// <summary>Names the case in the file of limits.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Nodes},{LoadPercent},{Members}");

    /// <summary>As a table row.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"| {Nodes:N0} | {LoadPercent} % | {Members} | {Result.Outcome} | {Result.Search.Steps:N0} | {Plan.Milliseconds:F2} | {Reference.Milliseconds:F2} | {Ratio:F1} | {Plan.Megabytes:F2} | {Reference.Megabytes:F2} |");

    /// <summary>Measures one case.</summary>
    public static LadderCase Measure(ClusterSnapshot cluster, int loadPercent, int members)
    {
        var gang = BenchClusters.Gang(members);
        PlacementResult result = null!;
        int[]? reference = null;
        var plan = Measurement.Of(() => result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default));
        var first = Measurement.Of(() => reference = FirstFit.Place(cluster, gang));
        return new(cluster.Nodes.Length, loadPercent, members, result, reference is not null, plan, first);
    }
}
