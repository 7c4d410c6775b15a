using System.Globalization;

namespace TopoScheduler.Benchmarks;

/// <summary>One what-if call beside planning the same jobs on the cluster as it is.</summary>
/// <param name="Scenario">What is different.</param>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="Placed">Jobs that were placed.</param>
/// <param name="Jobs">Jobs asked about.</param>
/// <param name="Answer">Cost of the call.</param>
/// <param name="Reference">Cost of the plans alone.</param>
public sealed record AnswerCase(string Scenario, int Nodes, int Placed, int Jobs, Measurement Answer, Measurement Reference)
{
    /// <summary>Head of the table that <see cref="Row"/> fills.</summary>
    public const string Head =
        "| scenario | nodes | jobs | placed | ms plans alone | ms answer | ratio | ms a job | MB plans alone | MB answer | ratio |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>Time over the time of the plans alone: the fastest of either, which a busy machine disturbs least.</summary>
    public double Ratio => Answer.FastestMilliseconds / Reference.FastestMilliseconds;

    /// <summary>Allocated bytes over those of the plans alone.</summary>
    public double BytesRatio => (double)Answer.AllocatedBytes / Reference.AllocatedBytes;

    /// <summary>Names the case in the file of limits.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Scenario},{Nodes}");

    /// <summary>As a table row.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"| {Scenario} | {Nodes:N0} | {Jobs} | {Placed} | {Reference.FastestMilliseconds:F0} | {Answer.FastestMilliseconds:F0} | {Ratio:F2} | {Answer.FastestMilliseconds / Jobs:F1} | {Reference.Megabytes:F0} | {Answer.Megabytes:F0} | {BytesRatio:F2} |");
}
