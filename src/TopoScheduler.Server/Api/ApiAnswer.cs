using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>An answer on its way out.</summary>
/// <param name="Body">JSON.</param>
/// <param name="View">The snapshot it is from; null where it is from none.</param>
internal sealed record ApiAnswer(byte[] Body, LiveView? View = null);
