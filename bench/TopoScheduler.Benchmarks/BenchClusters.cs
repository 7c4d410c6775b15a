using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The clusters that are measured: 8-GPU H100 servers, 16 per leaf, 16 leaves per spine; racks of 4 of which every third is budgeted for two
/// servers at full draw (the others for four); a row budget over each spine's nodes; 8 small daemon pods per node. A loaded cluster is filled
/// by whole-node jobs of 1 to 64 nodes at places drawn from a fixed seed, never over a budget.
/// </summary>
public static class BenchClusters
{
    private const int NodesPerLeaf = 16;
    private const int LeavesPerSpine = 16;
    private const int NodesPerRack = 4;
    private const int NodesPerRow = NodesPerLeaf * LeavesPerSpine;
    private const int DaemonsPerNode = 8;
    private const long TightRackWatts = 26_000;
    private const long RackWatts = 41_000;
    private const long RowWatts = 2_150_000;
    private const long FullNodeWatts = 10_200;
    private const long IdleNodeWatts = 2_300;

    /// <summary>Nodes of a cluster of the given size.</summary>
    public static ImmutableArray<NodeInfo> Nodes(int count)
    {
        var spines = (count + NodesPerRow - 1) / NodesPerRow;
        var all = ClusterBuilder.Spines(spines).Leaves(LeavesPerSpine).NodesPerLeaf(NodesPerLeaf)
            .Nodes((i, node) => node with { PowerLocation = LocationOf(i), Labels = node.Labels.AddRange(Labels(i)) })
            .BuildNodes();
        return all[..count];
    }

    /// <summary>Pods that fill <paramref name="load"/> of the nodes whole, and the daemon pods of every node.</summary>
    public static ImmutableArray<PodInfo> Pods(ImmutableArray<NodeInfo> nodes, double load) => Pods(nodes, BusyNodes(nodes.Length, (int)(load * nodes.Length)));

    /// <summary>Pods that fill some nodes whole, and the daemon pods of every node.</summary>
    public static ImmutableArray<PodInfo> Pods(ImmutableArray<NodeInfo> nodes, IEnumerable<int> busy)
    {
        var pods = ImmutableArray.CreateBuilder<PodInfo>();
        for (var n = 0; n < nodes.Length; n++)
        {
            for (var d = 0; d < DaemonsPerNode; d++)
            {
                pods.Add(ClusterBuilder.BoundPod(nodes[n].Name, $"daemon-{n:D5}-{d}", 0, daemon: true));
            }
        }

        foreach (var n in busy)
        {
            pods.Add(ClusterBuilder.BoundPod(nodes[n].Name, $"train-{n:D5}", 8));
        }

        return pods.ToImmutable();
    }

    /// <summary>A gang of members that take a whole node each.</summary>
    public static Gang Gang(int members) => GangBuilder.Members(members).GpusPerPod(8).Named($"gang-{members}").Build();

    private static PowerLocation LocationOf(int node) => new()
    {
        Rack = $"r{node / NodesPerRack:D4}",
        RackBudgetWatts = IsTight(node) ? TightRackWatts : RackWatts,
        Row = $"w{node / NodesPerRow:D3}",
        RowBudgetWatts = RowWatts,
    };

    private static Dictionary<string, string> Labels(int node) => new()
    {
        ["topology.kubernetes.io/zone"] = $"zone-{node / NodesPerRow % 3}",
        ["nvidia.com/gpu.product"] = "NVIDIA-H100-80GB-HBM3",
        ["nvidia.com/gpu.count"] = "8",
        ["node.kubernetes.io/instance-type"] = "h100.8",
    };

    private static bool IsTight(int node) => node / NodesPerRack % 3 == 2;

    private static SortedSet<int> BusyNodes(int nodes, int wanted)
    {
        var busy = new SortedSet<int>();
        var rackLoad = new long[(nodes / NodesPerRack) + 1];
        var rowLoad = new long[(nodes / NodesPerRow) + 1];
        for (var n = 0; n < nodes; n++)
        {
            rackLoad[n / NodesPerRack] += IdleNodeWatts;
            rowLoad[n / NodesPerRow] += IdleNodeWatts;
        }

        var random = new Random(20_260_101);
        while (busy.Count < wanted)
        {
            var start = random.Next(nodes);
            var size = 1 << random.Next(7);
            for (var n = start; n < Math.Min(nodes, start + size) && busy.Count < wanted; n++)
            {
                const long Added = FullNodeWatts - IdleNodeWatts;
                var (rack, row) = (n / NodesPerRack, n / NodesPerRow);
                if (busy.Contains(n) || rackLoad[rack] + Added > (IsTight(n) ? TightRackWatts : RackWatts) || rowLoad[row] + Added > RowWatts) continue;
                busy.Add(n);
                rackLoad[rack] += Added;
                rowLoad[row] += Added;
            }
        }

        return busy;
    }
}
