using System.Collections.Immutable;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Which node labels one source of network labels writes.</summary>
/// <param name="Name">Name in messages and configuration.</param>
/// <param name="Scope">What makes two equal ids the same switch.</param>
/// <param name="Fabric">Keys by switch tier, nearest first; within a tier the first key with a value counts.</param>
/// <param name="NvLink">Keys of the NVLink domain, narrowest first.</param>
public sealed record LabelProfile(string Name, IdScope Scope, ImmutableArray<ImmutableArray<string>> Fabric, ImmutableArray<string> NvLink)
{
    /// <summary>
    /// True when the nearest tier exists on some fabrics only and the others then start one key later (EKS: layer 4). Else a missing nearest label
    /// is a missing label.
    /// </summary>
    public bool NearestIsOptional { get; init; }

    /// <summary>True when the NVLink keys name NVLink domains on rack-scale products only (GB200, GB300), and something else elsewhere.</summary>
    public bool NvLinkOnRackScaleOnly { get; init; }
}
