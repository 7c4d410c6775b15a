using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>When what occupies nodes is going to leave them.</summary>
/// <param name="Key">The gang; for a pod of no gang its namespace, <c>Pod</c>, its name and its uid.</param>
/// <param name="EndsAt">Its start and its expected duration; null when unknown.</param>
public sealed record RunningGang(GangKey Key, DateTimeOffset? EndsAt);
