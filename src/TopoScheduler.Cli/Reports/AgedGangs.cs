using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>Gangs, with what only whoever looks at them knows.</summary>
/// <param name="View">The gangs.</param>
/// <param name="Ages">How old each placement is, by its namespace and name, where that is known.</param>
internal sealed record AgedGangs(GangListView View, IReadOnlyDictionary<(string Namespace, string Name), TimeSpan> Ages);
