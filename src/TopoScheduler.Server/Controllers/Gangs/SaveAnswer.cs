using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What became of writing a <see cref="GangPlacement"/>.</summary>
/// <param name="Placement">As the API server has it now: ours when it was written, else that of somebody else. Null when the server did not say.</param>
/// <param name="Saved">True when it is ours.</param>
/// <param name="Error">Why it was not written; null when somebody else was faster, or nothing is wrong.</param>
internal readonly record struct SaveAnswer(GangPlacement? Placement, bool Saved, string? Error = null);
