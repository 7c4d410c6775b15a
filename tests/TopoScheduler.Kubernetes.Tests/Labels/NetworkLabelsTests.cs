using TopoScheduler.Core;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Tests.Labels;

public sealed class NetworkLabelsTests
{
    private const string H100 = "nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3; nvidia.com/gpu.count=8";
    private const string Gb200 = "nvidia.com/gpu.product=NVIDIA-GB200; nvidia.com/gpu.count=4";

    [Theory]
    [InlineData("", "none Path - -")]
    [InlineData("toposcheduler.io/leaf=l; toposcheduler.io/spine=s; toposcheduler.io/core=c; toposcheduler.io/nvlink-domain=nv", "toposcheduler Path l/s/c nv")]
    [InlineData("toposcheduler.io/leaf=l; toposcheduler.io/core=c", "toposcheduler Path l/-/c -")]
    [InlineData("fabric.topograph.run/tier-0=t0; fabric.topograph.run/tier-1=t1; fabric.topograph.run/tier-2=t2; fabric.topograph.run/tier-3=t3", "topograph Unique t0/t1/t2/t3 -")]
    [InlineData("fabric.topograph.run/tier-0=t0; accelerator.topograph.run/domain=d; accelerator.topograph.run/sub-domain=sd", "topograph Unique t0 sd")]
    [InlineData("fabric.topograph.run/tier-0=t0; accelerator.topograph.run/domain=d", "topograph Unique t0 d")]
    [InlineData("network.topology.nvidia.com/leaf=l; network.topology.nvidia.com/spine=s; network.topology.nvidia.com/core=c; network.topology.nvidia.com/accelerator=a", "topograph-0 Unique l/s/c a")]
    [InlineData("network.topology.nvidia.com/block=sw11; network.topology.nvidia.com/spine=sw21; network.topology.nvidia.com/datacenter=sw31", "topograph-0 Unique sw11/sw21/sw31 -")]
    [InlineData("nvidia.com/gpu.clique=a2221497-dbce-4964-8826-684c3694fd45.2478", "none Path - a2221497-dbce-4964-8826-684c3694fd45.2478")]
    [InlineData("topology.k8s.aws/network-node-layer-1=top; topology.k8s.aws/network-node-layer-2=mid; topology.k8s.aws/network-node-layer-3=low", "eks Unique low/mid/top -")]
    [InlineData("topology.k8s.aws/network-node-layer-1=a; topology.k8s.aws/network-node-layer-2=b; topology.k8s.aws/network-node-layer-3=c; topology.k8s.aws/network-node-layer-4=d; topology.k8s.aws/ultraserver-id=u; topology.k8s.aws/capacity-block-id=cb", "eks Unique d/c/b/a u")]
    [InlineData("topology.k8s.aws/network-node-layer-1=a; topology.k8s.aws/network-node-layer-3=c; topology.k8s.aws/capacity-block-id=cb", "eks Unique c/-/a -")]
    [InlineData("cloud.google.com/gce-topology-block=b; cloud.google.com/gce-topology-subblock=sb; cloud.google.com/gce-topology-host=h", "gke Path sb/b -")]
    [InlineData("cloud.google.com/gce-topology-block=b; cloud.google.com/gce-topology-subblock=sb; " + Gb200, "gke Path sb/b sb")]
    [InlineData("cloud.google.com/gce-topology-block=b; cloud.google.com/gce-topology-subblock=sb; " + H100, "gke Path sb/b -")]
    [InlineData("topology.gke.io/host=h; topology.gke.io/rack=r; topology.gke.io/cluster=c", "gke-1.30 Path r/c -")]
    [InlineData("oci.oraclecloud.com/rdma.local_block_id=l; oci.oraclecloud.com/rdma.network_block_id=n; oci.oraclecloud.com/rdma.hpc_island_id=i; oci.oraclecloud.com/host.gpu_memory_fabric_id=f; oci.oraclecloud.com/rdma.host_id=h", "oke Unique l/n/i f")]
    [InlineData("oci.oraclecloud.com/rdma.local_block_id=l; oci.oraclecloud.com/host.network_block_id=n", "oke Unique l/n -")]
    [InlineData("backend.coreweave.cloud/leafgroup=7; backend.coreweave.cloud/superpod=2; backend.coreweave.cloud/fabric=f; ds.coreweave.com/nvlink.domain=nv", "coreweave Unique 7/2/f nv")]
    [InlineData("backend.coreweave.cloud/leafgroup=; ib.coreweave.cloud/leafgroup=9; ib.coreweave.cloud/superpod=2", "coreweave Unique 9/2 -")]
    [InlineData("backend.coreweave.cloud/leafgroup=; ib.coreweave.cloud/leafgroup=", "none Path - -")]
    [InlineData("topology.nebius.com/tier-1=l; topology.nebius.com/tier-2=s; topology.nebius.com/gpu-cluster-id=g", "nebius Unique l/s/g -")]
    [InlineData("crusoe.ai/pod.id=p; crusoe.ai/ib.partition.id=i; nvidia.com/gpu.clique=u.1", "crusoe Path p/i u.1")]
    [InlineData("volcano.sh/tor=t; volcano.sh/hypercluster=h; volcano.sh/hypernode=n", "volcano Path t/h n")]
    [InlineData("cloud.provider.com/topology-rack=r1; cloud.provider.com/topology-block=b1", "kueue Path r1/b1 -")]
    [InlineData("topology.kubernetes.io/zone=z; topology.kubernetes.io/region=r", "generic Path -/z/r -")]
    [InlineData("topology.kubernetes.io/rack=k; topology.kubernetes.io/zone=z", "generic Path k/z -")]
    public void Map_EachProfile_ReadsNearestFirst(string labels, string expected)
    {
        var node = LabelledNode.Map(labels);

        Assert.Equal(expected, LabelledNode.Place(node));
        Assert.Empty(node.Problems);
    }

    [Theory]
    [InlineData("toposcheduler.io/leaf=mine; topology.k8s.aws/network-node-layer-1=a; topology.k8s.aws/network-node-layer-3=c", "toposcheduler Path mine -", "toposcheduler and eks")]
    [InlineData("fabric.topograph.run/tier-0=t; topology.k8s.aws/network-node-layer-1=a; topology.k8s.aws/network-node-layer-2=b; topology.k8s.aws/network-node-layer-3=c", "eks Unique c/b/a -", "eks and topograph")]
    [InlineData("fabric.topograph.run/tier-0=t; network.topology.nvidia.com/leaf=l", "topograph Unique t -", "topograph and topograph-0")]
    public void Map_TwoProfiles_OwnThenMostKeysThenOrder(string labels, string expected, string named)
    {
        var node = LabelledNode.Map(labels);

        Assert.Equal(expected, LabelledNode.Place(node));
        var problem = Assert.Single(node.Problems);
        Assert.Equal((Severity.Info, "node/n5"), (problem.Severity, problem.Object));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Map_ZoneBesideAProfile_IsNoConflict()
    {
        var node = LabelledNode.Map("topology.kubernetes.io/zone=z; topology.kubernetes.io/region=r; topology.kubernetes.io/rack=k; crusoe.ai/pod.id=p");

        Assert.Equal("crusoe Path p -", LabelledNode.Place(node));
        Assert.Empty(node.Problems);
    }

    [Theory]
    [InlineData("toposcheduler.io/nvlink-domain=own", "own")]
    [InlineData("nvidia.com/gpu.clique=u.1", "u.1")]
    [InlineData("accelerator.topograph.run/sub-domain=sd", "sd")]
    public void Map_SeveralNvLinkLabels_NarrowestWins(string extra, string expected)
    {
        var node = LabelledNode.Map($"{Gb200}; accelerator.topograph.run/domain=d; network.topology.nvidia.com/accelerator=a; {extra}");

        Assert.Equal(expected, node.Location.NvLinkDomain);
    }

    [Theory]
    [InlineData("nvidia.com/gpu.clique=u.1", 0)]
    [InlineData("accelerator.topograph.run/domain=d", 0)]
    [InlineData("toposcheduler.io/nvlink-domain=own", 1)]
    public void Map_EightGpuBoard_IsItsOwnNvLinkDomainWhateverTheLabelSays(string label, int problems)
    {
        var node = LabelledNode.Map($"{H100}; {label}");

        Assert.Null(node.Location.NvLinkDomain);
        Assert.Equal(problems, node.Problems.Length);
    }

    [Theory]
    [InlineData("toposcheduler.io/leaf", "leaf")]
    [InlineData("fabric.topograph.run/tier-0", "leaf")]
    [InlineData("fabric.topograph.run/tier-2", "core")]
    [InlineData("topology.k8s.aws/network-node-layer-1", "core")]
    [InlineData("topology.k8s.aws/network-node-layer-3", "leaf")]
    [InlineData("topology.k8s.aws/network-node-layer-4", "leaf")]
    [InlineData("cloud.google.com/gce-topology-block", "spine")]
    [InlineData("cloud.google.com/gce-topology-subblock", "leaf")]
    [InlineData("cloud.google.com/gce-topology-host", "node")]
    [InlineData("backend.coreweave.cloud/superpod", "spine")]
    [InlineData("ds.coreweave.com/nvlink.domain", "nvlink-domain")]
    [InlineData("nvidia.com/gpu.clique", "nvlink-domain")]
    [InlineData("cloud.provider.com/topology-block", "spine")]
    [InlineData("kubernetes.io/hostname", "node")]
    [InlineData("example.com/rack", null)]
    public void TierOfKey_KnownKeys_AreTiers(string key, string? tier) => Assert.Equal(tier, LabelProfiles.TierOfKey(key)?.Name);

    [Fact]
    public void All_KeysOfAllProfiles_AppearOnce()
    {
        var keys = LabelProfiles.All.SelectMany(p => p.Fabric.SelectMany(t => t)).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    [Fact]
    public void Map_EksCluster_BuildsATreeWithTheTopOnTop()
    {
        var topology = TopologyBuilder.Build([.. new[] { ("a", "1"), ("b", "1"), ("c", "2") }.Select(n => KeyValuePair.Create(n.Item1, LabelledNode.Map(
            $"topology.k8s.aws/network-node-layer-1=nn-top; topology.k8s.aws/network-node-layer-2=nn-mid{n.Item2}; topology.k8s.aws/network-node-layer-3=nn-{n.Item1}").Location))]);

        Assert.Equal(["nn-top"], topology.Domains(2).Select(d => d.Name));
        Assert.Equal(["nn-top/nn-mid1/nn-a", "nn-top/nn-mid1/nn-b", "nn-top/nn-mid2/nn-c"], topology.Domains(0).Select(d => d.Path));
    }
}
