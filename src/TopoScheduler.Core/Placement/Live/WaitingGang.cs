using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>A gang that waits for its nodes.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Since">When it was there whole: its age.</param>
/// <param name="HoldOutUntil">Until then its preferred tier counts as required (<c>preferred-for</c>); null when it does not hold out.</param>
public sealed record WaitingGang(Gang Gang, DateTimeOffset Since, DateTimeOffset? HoldOutUntil);
