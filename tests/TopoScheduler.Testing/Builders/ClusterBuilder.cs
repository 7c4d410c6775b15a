using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Testing.Builders;

/// <summary>
/// Builds regular clusters: <c>ClusterBuilder.Spines(2).Leaves(4).NodesPerLeaf(8).GpusPerNode(8).Build()</c>. Node <c>i</c> is called <c>n000i</c>
/// and sits in leaf <c>i / nodesPerLeaf</c>. Nodes are those of an 8-GPU H100 server unless said otherwise (10,200 W at most, 2,300 W idle).
/// </summary>
public sealed class ClusterBuilder
{
    private readonly int _spines;
    private readonly List<PodInfo> _pods = [];
    private readonly HashSet<int> _busy = [];
    private readonly List<Func<int, NodeInfo, NodeInfo>> _changes = [];
    private int _cores;
    private int _leaves = 1;
    private int _nodesPerLeaf = 1;
    private int _gpus = 8;
    private int _nvLinkSize;
    private long _podLimit = 110;
    private Func<int, PowerLocation> _powerLocation = static _ => PowerLocation.None;
    private NodePower? _power;

    private ClusterBuilder(int spines) => _spines = spines;

    /// <summary>Spines in all; spread evenly over the cores when there is a core tier.</summary>
    public static ClusterBuilder Spines(int count) => new(count);

    /// <summary>Adds a core tier of this many cores.</summary>
    public ClusterBuilder Cores(int count) => With(() => _cores = count);

    /// <summary>Leaves per spine.</summary>
    public ClusterBuilder Leaves(int perSpine) => With(() => _leaves = perSpine);

    /// <summary>Nodes per leaf.</summary>
    public ClusterBuilder NodesPerLeaf(int count) => With(() => _nodesPerLeaf = count);

    /// <summary>GPUs per node; 0 makes CPU nodes.</summary>
    public ClusterBuilder GpusPerNode(int count) => With(() => _gpus = count);

    /// <summary>Pods a node takes.</summary>
    public ClusterBuilder PodsPerNode(long count) => With(() => _podLimit = count);

    /// <summary>Every this many consecutive nodes share one NVLink domain; 0 makes each node its own.</summary>
    public ClusterBuilder NvLinkDomains(int nodesPerDomain) => With(() => _nvLinkSize = nodesPerDomain);

    /// <summary>Watts of every node.</summary>
    public ClusterBuilder Watts(NodePower power) => With(() => _power = power);

    /// <summary>
    /// Racks of consecutive nodes with a budget each; with a <paramref name="shift"/> the first rack is that many nodes short, so that racks
    /// straddle leaves.
    /// </summary>
    public ClusterBuilder Racks(int nodesPerRack, long? budgetWatts, int shift = 0) =>
        PowerLocations((i, l) => l with { Rack = $"r{(i + shift) / nodesPerRack:D4}", RackBudgetWatts = budgetWatts });

    /// <summary>PDUs of consecutive nodes with a budget each.</summary>
    public ClusterBuilder Pdus(int nodesPerPdu, long? budgetWatts, int shift = 0) =>
        PowerLocations((i, l) => l with { Pdu = $"p{(i + shift) / nodesPerPdu:D4}", PduBudgetWatts = budgetWatts });

    /// <summary>Dual-cords every node: a B-side PDU of the same budget beside its PDU, grouped by <paramref name="nodesPerPdu"/>.</summary>
    public ClusterBuilder PdusB(int nodesPerPdu, long? budgetWatts, int shift = 0) =>
        PowerLocations((i, l) => l with { PduB = $"q{(i + shift) / nodesPerPdu:D4}", PduBBudgetWatts = budgetWatts });

    /// <summary>Rows of consecutive nodes with a budget each.</summary>
    public ClusterBuilder Rows(int nodesPerRow, long? budgetWatts) =>
        PowerLocations((i, l) => l with { Row = $"w{i / nodesPerRow:D4}", RowBudgetWatts = budgetWatts });

    /// <summary>Changes nodes one by one.</summary>
    public ClusterBuilder Nodes(Func<int, NodeInfo, NodeInfo> change) => With(() => _changes.Add(change));

    /// <summary>Fills these nodes with one pod that takes all their GPUs.</summary>
    public ClusterBuilder Busy(params IEnumerable<int> nodes) => With(() => _busy.UnionWith(nodes));

    /// <summary>Adds a pod that takes some GPUs of a node.</summary>
    public ClusterBuilder Pod(int node, int gpus, bool daemon = false) => With(() => _pods.Add(BoundPod(NameOf(node), $"pod-{_pods.Count:D5}", gpus, daemon)));

    /// <summary>Adds pods.</summary>
    public ClusterBuilder Pods(IEnumerable<PodInfo> pods) => With(() => _pods.AddRange(pods));

    /// <summary>Name of node <paramref name="index"/>.</summary>
    public static string NameOf(int index) => $"n{index:D4}";

    /// <summary>A pod on a node.</summary>
    public static PodInfo BoundPod(string node, string name, int gpus, bool daemon = false)
    {
        var template = GangBuilder.Template(gpus, gpus == 0 ? 100 : 1000, "busy");
        return new(name, $"uid-{name}", node, template with { Power = template.Power with { InsideIdle = daemon } }, IsDaemon: daemon);
    }

    /// <summary>The nodes, in index order.</summary>
    public ImmutableArray<NodeInfo> BuildNodes() => [.. Enumerable.Range(0, _spines * _leaves * _nodesPerLeaf).Select(BuildNode)];

    /// <summary>The pods.</summary>
    public ImmutableArray<PodInfo> BuildPods() =>
        [.. _busy.Order().Select(i => BoundPod(NameOf(i), $"busy-{i:D4}", _gpus)), .. _pods];

    /// <summary>The cluster.</summary>
    public ClusterSnapshot Build() => ClusterSnapshot.Create(BuildNodes(), BuildPods());

    private NodeInfo BuildNode(int i)
    {
        var leaf = i / _nodesPerLeaf;
        var spine = leaf / _leaves;
        var fabric = ImmutableArray.Create<string?>($"l{leaf:D4}", $"s{spine:D3}");
        if (_cores > 0) fabric = fabric.Add($"c{spine * _cores / _spines:D2}");
        var node = new NodeInfo
        {
            Name = NameOf(i),
            Uid = $"uid-{i:D4}",
            Labels = ImmutableDictionary<string, string>.Empty.Add("kubernetes.io/hostname", NameOf(i)),
            Allocatable = Allocatable(_gpus, _podLimit),
            Location = new("toposcheduler", fabric, IdScope.Path, _nvLinkSize > 0 ? $"nvl{i / _nvLinkSize:D4}" : null),
            PowerLocation = _powerLocation(i),
            Power = _power ?? H100(_gpus),
            Accelerator = _gpus > 0 ? "H100 SXM" : null,
        };
        return _changes.Aggregate(node, (n, change) => change(i, n));
    }

    /// <summary>Allocatable of a node: 96 cores, 1 TiB, the GPUs and the pod count.</summary>
    public static ResourceList Allocatable(int gpus, long pods) => ResourceList.Of(
        (ResourceList.Cpu, 96_000), (ResourceList.Memory, 1L << 40), (GangBuilder.Gpu, gpus), (ResourceList.Pods, pods));

    /// <summary>Watts of an H100 server with this many GPUs: 10,200 W with eight of them at full draw.</summary>
    public static NodePower H100(int gpus) => new()
    {
        MaxWatts = 10_200,
        IdleWatts = 2_300,
        Gpus = gpus,
        GpuMaxWatts = gpus > 0 ? 700 : 0,
        GpuIdleWatts = gpus > 0 ? 70 : 0,
        GpuMinCapWatts = gpus > 0 ? 200 : 0,
        CpuMilli = 96_000,
    };

    private ClusterBuilder PowerLocations(Func<int, PowerLocation, PowerLocation> change)
    {
        var inner = _powerLocation;
        _powerLocation = i => change(i, inner(i));
        return this;
    }

    private ClusterBuilder With(Action change)
    {
        change();
        return this;
    }
}
