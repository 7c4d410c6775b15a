using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>
/// The built-in label profiles (<c>design.md</c> §3.1): where each provider and tool writes the place of a node in the network. Every node is read by
/// our own labels if it has any, else by the profile of which it carries most switch keys; of equals the one that stands first here.
/// </summary>
public static class LabelProfiles
{
    /// <summary>Prefix of everything that is ours.</summary>
    public const string Prefix = "toposcheduler.io/";

    /// <summary>Name of our own profile.</summary>
    public const string Own = "toposcheduler";

    /// <summary>Name of the profile of Kubernetes' own zone and region labels.</summary>
    public const string Generic = "generic";

    /// <summary>Clique of the NVIDIA GPU Operator, which says nothing of switches and combines with any profile.</summary>
    public const string Clique = "nvidia.com/gpu.clique";

    private const string TopographTier = "fabric.topograph.run/tier-";
    private const int TopographTiers = 16;

    /// <summary>All profiles in order of precedence among equals.</summary>
    public static ImmutableArray<LabelProfile> All { get; } =
    [
        new(
            Own, IdScope.Path,
            [[Prefix + "leaf"], [Prefix + "spine"], [Prefix + "core"]],
            [Prefix + "nvlink-domain"]),
        new("gpu-operator", IdScope.Unique, [], [Clique]),
        new(
            "topograph", IdScope.Unique,
            [.. Enumerable.Range(0, TopographTiers).Select(n => ImmutableArray.Create(TopographTier + n.ToString(CultureInfo.InvariantCulture)))],
            ["accelerator.topograph.run/sub-domain", "accelerator.topograph.run/domain"]),
        new(
            "topograph-0", IdScope.Unique,
            [
                ["network.topology.nvidia.com/leaf", "network.topology.nvidia.com/block", "network.topology.kubernetes.io/block"],
                ["network.topology.nvidia.com/spine", "network.topology.kubernetes.io/spine"],
                ["network.topology.nvidia.com/core", "network.topology.nvidia.com/datacenter", "network.topology.kubernetes.io/datacenter"],
            ],
            ["network.topology.nvidia.com/accelerator", "network.topology.kubernetes.io/accelerator"]),
        new(
            "eks", IdScope.Unique,
            [
                ["topology.k8s.aws/network-node-layer-4"], ["topology.k8s.aws/network-node-layer-3"],
                ["topology.k8s.aws/network-node-layer-2"], ["topology.k8s.aws/network-node-layer-1"],
            ],
            ["topology.k8s.aws/ultraserver-id"])
        {
            NearestIsOptional = true,
        },
        new(
            "gke", IdScope.Path,
            [
                ["cloud.google.com/gce-topology-subblock"],
                ["cloud.google.com/gce-topology-block"],
            ],
            ["cloud.google.com/gce-topology-subblock"])
        {
            NvLinkOnRackScaleOnly = true,
        },
        new("gke-1.30", IdScope.Path, [["topology.gke.io/rack"], ["topology.gke.io/cluster"]], []),
        new(
            "oke", IdScope.Unique,
            [
                ["oci.oraclecloud.com/rdma.local_block_id"],
                ["oci.oraclecloud.com/rdma.network_block_id", "oci.oraclecloud.com/host.network_block_id"],
                ["oci.oraclecloud.com/rdma.hpc_island_id"],
            ],
            ["oci.oraclecloud.com/host.gpu_memory_fabric_id"]),
        new(
            "coreweave", IdScope.Unique,
            [
                ["backend.coreweave.cloud/leafgroup", "backend.coreweave.cloud/leafgroup-name", "ib.coreweave.cloud/leafgroup"],
                ["backend.coreweave.cloud/superpod", "ib.coreweave.cloud/superpod"],
                ["backend.coreweave.cloud/fabric", "ib.coreweave.cloud/fabric"],
            ],
            ["ds.coreweave.com/nvlink.domain"]),
        new(
            "nebius", IdScope.Unique,
            [["topology.nebius.com/tier-1"], ["topology.nebius.com/tier-2"], ["topology.nebius.com/gpu-cluster-id"]],
            []),
        new("crusoe", IdScope.Path, [["crusoe.ai/pod.id"], ["crusoe.ai/ib.partition.id"]], []),
        new("volcano", IdScope.Path, [["volcano.sh/tor"], ["volcano.sh/hypercluster"]], ["volcano.sh/hypernode"]),
        new(
            "kueue", IdScope.Path,
            [["cloud.provider.com/topology-rack"], ["cloud.provider.com/topology-block"], ["cloud.provider.com/topology-zone"]],
            []),
        new(
            Generic, IdScope.Path,
            [["topology.kubernetes.io/rack"], ["topology.kubernetes.io/zone"], ["topology.kubernetes.io/region"]],
            []),
    ];

    /// <summary>Keys that name a single machine.</summary>
    public static ImmutableArray<string> NodeKeys { get; } =
        ["kubernetes.io/hostname", "cloud.google.com/gce-topology-host", "topology.gke.io/host", "oci.oraclecloud.com/rdma.host_id"];

    private static readonly Dictionary<string, Tier> Tiers = IndexTiers();

    /// <summary>
    /// The tier a raw label key stands for (<c>required-topology: topology.k8s.aws/network-node-layer-3</c>), or null for a key no profile reads. A key
    /// that names switches and NVLink domains both (GKE's subblock) counts as its switch tier. EKS keys count as on fabrics of three layers.
    /// </summary>
    public static Tier? TierOfKey(string key) => Tiers.TryGetValue(key, out var tier) ? tier : null;

    private static Dictionary<string, Tier> IndexTiers()
    {
        var tiers = new Dictionary<string, Tier>(StringComparer.Ordinal);
        foreach (var profile in All)
        {
            for (var t = 0; t < profile.Fabric.Length; t++)
            {
                var tier = Tier.Fabric(profile.NearestIsOptional ? Math.Max(0, t - 1) : t);
                foreach (var key in profile.Fabric[t])
                {
                    tiers.TryAdd(key, tier);
                }
            }
        }

        foreach (var key in All.SelectMany(p => p.NvLink))
        {
            tiers.TryAdd(key, Tier.NvLinkDomain);
        }

        foreach (var key in NodeKeys)
        {
            tiers.TryAdd(key, Tier.Node);
        }

        return tiers;
    }
}
