using System.Globalization;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Benchmarks;

/// <summary>One rung of the power ladder: planning under one power tree beside planning the same without any power label.</summary>
/// <param name="Labels">The power tree.</param>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="LoadPercent">Share of them that is full.</param>
/// <param name="Members">Members of the gang, 8 GPUs each.</param>
/// <param name="Result">What the plan came to.</param>
/// <param name="WithoutPower">What it came to without power labels.</param>
/// <param name="Plan">Its cost.</param>
/// <param name="Reference">The cost without power labels.</param>
public sealed record PowerCase(
    PowerLabels Labels, int Nodes, int LoadPercent, int Members, PlacementResult Result, PlacementResult WithoutPower, Measurement Plan, Measurement Reference)
{
    /// <summary>Head of the table that <see cref="Row"/> fills.</summary>
    public const string Head =
        "| budgets | nodes | load | members | without power | with | binds | steps without | steps with | ms without | ms with | ratio | MB without | MB with | ratio |\n|---|---:|---:|---:|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>Time over time without power labels: the fastest of either, which a busy machine disturbs least.</summary>
    public double Ratio => Plan.FastestMilliseconds / Reference.FastestMilliseconds;

    /// <summary>Allocated bytes over those without power labels.</summary>
    public double BytesRatio => (double)Plan.AllocatedBytes / Reference.AllocatedBytes;

    /// <summary>True when the plan without power labels would not hold here: a budget binds for this very answer.</summary>
    public bool Binds => Result.Plan is not { } plan || WithoutPower.Plan is not { } free ? Result.Outcome != WithoutPower.Outcome : !plan.Score.Nodes.SequenceEqual(free.Score.Nodes);

    /// <summary>Names the case in the file of limits.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Labels.Name},{Nodes},{LoadPercent},{Members}");

    /// <summary>As a table row.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"| {Labels.Name} | {Nodes:N0} | {LoadPercent} % | {Members} | {WithoutPower.Outcome} | {Result.Outcome} | {(Binds ? "yes" : "no")} | {WithoutPower.Search.Steps:N0} | {Result.Search.Steps:N0} | {Reference.FastestMilliseconds:F3} | {Plan.FastestMilliseconds:F3} | {Ratio:F2} | {Reference.Megabytes:F3} | {Plan.Megabytes:F3} | {BytesRatio:F2} |");
}
