namespace TopoScheduler.Core.Placement.Live;

/// <summary>A pod that is to be a member of a gang.</summary>
/// <param name="Uid">The pod.</param>
/// <param name="Stated">The member it says it is; null when it does not say.</param>
/// <param name="Role">Index of its role.</param>
public readonly record struct SeatRequest(string Uid, int? Stated, int Role);
