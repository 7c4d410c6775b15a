using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Server.Readings;

/// <summary>The live state as readings see it.</summary>
/// <param name="IsKnown">Whether the cluster is known: until then nobody can say what readings are of.</param>
/// <param name="GpusOf">How many GPUs a node has; 0 for a stranger.</param>
/// <param name="Take">Takes all fresh readings in place of those before, and says what it does not believe.</param>
internal sealed record MeasuredState(Func<bool> IsKnown, Func<string, int> GpusOf, Func<ImmutableArray<PowerReading>, ImmutableArray<RefusedReading>> Take);
