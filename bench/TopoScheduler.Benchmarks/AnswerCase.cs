using System.Globalization;

namespace TopoScheduler.Benchmarks;

/// <summary>One answer through one door, beside what it is compared with in the same run.</summary>
/// <param name="Answer">What is asked.</param>
/// <param name="Door">Where: <c>inside</c> is the model and its JSON, <c>http</c> the API of the server over loopback.</param>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="Length">Bytes of the answer.</param>
/// <param name="Ours">Cost of the answer.</param>
/// <param name="Reference">Cost of the reference: inside, the plans alone; of another door, the same answer inside.</param>
public sealed record AnswerCase(string Answer, string Door, int Nodes, int Length, Measurement Ours, Measurement Reference)
{
    /// <summary>Head of the table that <see cref="Row"/> fills.</summary>
    public const string Head =
        "| answer | door | nodes | bytes | ms reference | ms answer | ratio | MB reference | MB answer |\n|---|---|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>Time over the time of the reference: the fastest of either, which a busy machine disturbs least.</summary>
    public double Ratio => Ours.FastestMilliseconds / Reference.FastestMilliseconds;

    /// <summary>Names the case in the file of limits.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Answer},{Door},{Nodes}");

    /// <summary>As a table row.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"| {Answer} | {Door} | {Nodes:N0} | {Length:N0} | {Reference.FastestMilliseconds:F1} | {Ours.FastestMilliseconds:F1} | {Ratio:F1} | {Reference.Megabytes:F1} | {Ours.Megabytes:F1} |");
}
