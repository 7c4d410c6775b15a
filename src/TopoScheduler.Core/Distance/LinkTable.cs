using System.Collections.Immutable;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// What one tier costs (<c>domain-model.md</c> §2.2). Bandwidths are one way, per GPU.
/// </summary>
/// <param name="LatencyUs">Latency of one step in µs.</param>
/// <param name="UnidirGBps">GB/s per GPU, one way (1 GB = 1e9 B).</param>
/// <param name="Oversubscription">o: 1 is non-blocking, 4 means 4:1 above this tier.</param>
/// <param name="Efficiency">η: realisable share of the bandwidth.</param>
public sealed record Link(double LatencyUs, double UnidirGBps, double Oversubscription, double Efficiency);

/// <summary>Bandwidths and latencies of the tiers, with the calibration constants of the estimator. All configurable; immutable.</summary>
public sealed record LinkTable
{
    /// <summary>Defaults for an NDR fat tree with NVLink 4; core oversubscription 4 where a core tier is labelled and nothing is configured.</summary>
    public static LinkTable Default { get; } = new();

    /// <summary>Inside an NVLink domain.</summary>
    public Link NvLink { get; init; } = new(3.4, 450, 1, 0.82);

    /// <summary>Between NVLink domains (NIC); per switch tier only the oversubscription differs.</summary>
    public Link Network { get; init; } = new(14.0, 50, 1, 0.73);

    /// <summary>o by switch tier (0 = leaf); a missing entry is 1, except core: 4.</summary>
    public ImmutableSortedDictionary<int, double> OversubscriptionByTier { get; init; } = ImmutableSortedDictionary<int, double>.Empty;

    /// <summary>Latency and calibration constants of the collectives.</summary>
    public CollectiveConstants Constants { get; init; } = CollectiveConstants.Default;

    /// <summary>The oversubscription of the uplinks above a switch tier.</summary>
    public double OversubscriptionOf(int fabricTier) =>
        OversubscriptionByTier.TryGetValue(fabricTier, out var o) ? o : fabricTier == Tier.Core.FabricIndex ? 4 : 1;
}
