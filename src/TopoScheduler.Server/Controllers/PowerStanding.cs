using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Server.Controllers;

/// <summary>How a power domain stands at a moment.</summary>
/// <param name="Domain">Its watts.</param>
/// <param name="Window">The open window that sets the budget; null when none does.</param>
internal sealed record PowerStanding(PowerTreeDomain Domain, string? Window);
