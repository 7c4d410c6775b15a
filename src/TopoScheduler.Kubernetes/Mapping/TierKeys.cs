using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>The seam to the label profiles: which tier a raw node label key stands for.</summary>
internal static class TierKeys
{
    /// <summary>The tier of a key, or null when the key is no tier's own.</summary>
    public static Tier? TierOfKey(string key) => key switch
    {
        "kubernetes.io/hostname" => Tier.Node,
        "toposcheduler.io/nvlink-domain" => Tier.NvLinkDomain,
        "toposcheduler.io/leaf" => Tier.Leaf,
        "toposcheduler.io/spine" => Tier.Spine,
        "toposcheduler.io/core" => Tier.Core,
        _ => null,
    };
}
