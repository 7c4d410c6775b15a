namespace TopoScheduler.Core.Placement.Live;

/// <summary>A gang that may start now. Whoever asked reserves the plan, takes the gang out of the queue and asks again.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Plan">Its plan, in node indices of the snapshot that was asked about.</param>
/// <param name="Backfilled">True when a gang before it in the order waits for nodes that this one leaves alone, or has left in time.</param>
public sealed record QueueAnswer(WaitingGang Gang, PlacementPlan Plan, bool Backfilled);
