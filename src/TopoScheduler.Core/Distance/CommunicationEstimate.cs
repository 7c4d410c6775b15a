using System.Collections.Immutable;

namespace TopoScheduler.Core.Distance;

/// <summary>What a placement costs, for reports.</summary>
/// <param name="CommunicationMs">Own time per step: <see cref="OwnTimeEstimator.OwnTimeMs"/>.</param>
/// <param name="CrossTierBytes">Bytes per step that cross each tier, by tier name; tiers not crossed are left out.</param>
/// <param name="Uniformity">U of <c>domain-model.md</c> §2.6, 0 to 1.</param>
public sealed record CommunicationEstimate(double CommunicationMs, ImmutableSortedDictionary<string, double> CrossTierBytes, double Uniformity);
