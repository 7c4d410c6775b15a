using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

/// <summary>A reading that is not believed: what it is of counts as reserved.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Problem">Why not.</param>
public readonly record struct RefusedReading(PowerReading Reading, Problem Problem);
