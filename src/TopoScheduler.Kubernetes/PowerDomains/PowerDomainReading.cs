using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>What was read of a PowerDomain object.</summary>
/// <param name="Spec">What it says, with what is wrong with it; null when it does not say of which domain it speaks.</param>
/// <param name="Problems">What is wrong with it.</param>
public sealed record PowerDomainReading(PowerDomainSpec? Spec, ImmutableArray<Problem> Problems);
