using System.Collections.Immutable;
using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Something in the labels of a cluster that is wrong, doubtful or worth knowing, and what to do about it.</summary>
/// <param name="Severity">Error: placements are wrong or impossible because of it; warning: something is guessed or ignored; info: worth knowing.</param>
/// <param name="Rule">Stable name of the rule, for filters: <c>tier-gap</c>.</param>
/// <param name="Objects">What it is about, as <c>kind/name</c>, in a fixed order; at least one.</param>
/// <param name="Message">One sentence with key and value.</param>
/// <param name="Fix">The command to run or the value to set.</param>
public sealed record Finding(Severity Severity, string Rule, ImmutableArray<string> Objects, string Message, string Fix);
