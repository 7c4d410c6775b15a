namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Something that will happen to a gang by itself.</summary>
/// <param name="What">What: <c>preferred-for ends: leaf is not insisted on any more</c>.</param>
/// <param name="At">When.</param>
public readonly record struct GangDeadline(string What, DateTimeOffset At);
