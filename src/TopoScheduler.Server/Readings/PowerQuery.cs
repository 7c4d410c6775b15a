using TopoScheduler.Core.Power;

namespace TopoScheduler.Server.Readings;

/// <summary>What is asked of Prometheus for one kind of reading.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Option">The option it comes from, for messages.</param>
/// <param name="Query">Asks for watts.</param>
/// <param name="Times">Asks when those samples were taken, in seconds since 1970.</param>
/// <param name="Label">The label that names the node or domain.</param>
internal sealed record PowerQuery(PowerReadingKind Kind, string Option, string Query, string Times, string Label)
{
    /// <summary>Asks how many GPUs each row sums up; empty where that is not asked.</summary>
    public string Counts { get; init; } = "";
}
