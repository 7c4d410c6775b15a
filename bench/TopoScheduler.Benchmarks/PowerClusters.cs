using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Benchmarks;

/// <summary>One way to label a cluster for power.</summary>
/// <param name="Name">Names it in tables and in the file of limits.</param>
/// <param name="Binds">Whether some budget holds fewer servers than stand below it.</param>
/// <param name="Of">Power labels by node index.</param>
public sealed record PowerLabels(string Name, bool Binds, Func<int, PowerLocation> Of);

/// <summary>
/// The clusters of <see cref="BenchClusters"/> under several power trees, with the same pods on all of them. 4 servers a rack, 4 racks a PDU and a leaf, 16 PDUs a
/// row and a spine, one facility.
/// <code>
///   none      no power label at all: the reference
///   slack     rack, PDU, row, facility: each holds all its servers at full draw, so none ever binds
///   racks     every third rack holds two of its four servers
///   nested    the same, a PDU 13 of 16, a row 198 of 256
///   feeds     dual-corded, A and B side over the same racks, either feed holds 13 of 16
///   crossing  dual-corded, the B side over every fourth rack of four neighbouring leaves, either feed holds 13 of 16
/// </code>
/// </summary>
public static class PowerClusters
{
    private const int NodesPerRack = 4;
    private const int RacksPerPdu = 4;
    private const int NodesPerPdu = NodesPerRack * RacksPerPdu;
    private const int NodesPerRow = 256;
    private const long FullNodeWatts = 10_200;
    private const long IdleNodeWatts = 2_300;
    private const int Seed = 20_261_126;

    /// <summary>All of them, the reference first.</summary>
    public static ImmutableArray<PowerLabels> All { get; } =
    [
        new("none", false, _ => PowerLocation.None),
        new("slack", false, n => Nested(n, NodesPerRack, NodesPerPdu, NodesPerRow)),
        new("racks", true, n => new() { Rack = Rack(n), RackBudgetWatts = Holding(TightRack(n), NodesPerRack) }),
        new("nested", true, n => Nested(n, TightRack(n), 13, 198)),
        new("feeds", true, n => Corded(n, n / NodesPerPdu)),
        new("crossing", true, n => Corded(n, n / (4 * NodesPerPdu) * 4 + n / NodesPerRack % 4)),
    ];

    /// <summary>The nodes under one power tree.</summary>
    public static ImmutableArray<NodeInfo> Nodes(ImmutableArray<NodeInfo> nodes, PowerLabels labels) =>
        [.. nodes.Select((node, n) => node with { PowerLocation = labels.Of(n) })];

    /// <summary>
    /// Whole-node jobs of 1 to 64 nodes at places drawn from a fixed seed, until <paramref name="load"/> of the nodes are full, never over a budget of any of the
    /// trees; and the daemon pods of every node.
    /// </summary>
    public static ImmutableArray<PodInfo> Pods(ImmutableArray<NodeInfo> nodes, double load) => BenchClusters.Pods(nodes, BusyNodes(nodes, (int)(load * nodes.Length)));

    private static SortedSet<int> BusyNodes(ImmutableArray<NodeInfo> nodes, int wanted)
    {
        var trees = All.Select(labels => ClusterSnapshot.Create(Nodes(nodes, labels), [])).ToArray();
        var loads = trees.Select(tree => tree.ConstraintLoads()).ToArray();
        var busy = new SortedSet<int>();
        var random = new Random(Seed);
        while (busy.Count < wanted)
        {
            var start = random.Next(nodes.Length);
            var size = 1 << random.Next(7);
            for (var n = start; n < Math.Min(nodes.Length, start + size) && busy.Count < wanted; n++)
            {
                if (!busy.Contains(n) && TryLoad(trees, loads, n)) busy.Add(n);
            }
        }

        return busy;
    }

    // Node indices are in name order here, so they are the same in every tree.
    private static bool TryLoad(ClusterSnapshot[] trees, long[][] loads, int node)
    {
        const long Added = FullNodeWatts - IdleNodeWatts;
        for (var t = 0; t < trees.Length; t++)
        {
            foreach (var share in trees[t].Power.SharesOf(node))
            {
                if (loads[t][share.Constraint] + share.Halves * Added > trees[t].Power.Constraints[share.Constraint].LimitHalfWatts) return false;
            }
        }

        for (var t = 0; t < trees.Length; t++)
        {
            foreach (var share in trees[t].Power.SharesOf(node))
            {
                loads[t][share.Constraint] += share.Halves * Added;
            }
        }

        return true;
    }

    private static PowerLocation Nested(int node, int ofRack, int ofPdu, int ofRow) => new()
    {
        Rack = Rack(node),
        RackBudgetWatts = Holding(ofRack, NodesPerRack),
        Pdu = $"p{node / NodesPerPdu:D4}",
        PduBudgetWatts = Holding(ofPdu, NodesPerPdu),
        Row = $"w{node / NodesPerRow:D3}",
        RowBudgetWatts = Holding(ofRow, NodesPerRow),
        Facility = "hall",
        FacilityBudgetWatts = 1_000_000_000,
    };

    private static PowerLocation Corded(int node, int groupOnB) => new()
    {
        Rack = Rack(node),
        Pdu = $"p{node / NodesPerPdu:D4}",
        PduBudgetWatts = Holding(13, NodesPerPdu),
        PduB = $"q{groupOnB:D4}",
        PduBBudgetWatts = Holding(13, NodesPerPdu),
    };

    private static string Rack(int node) => $"r{node / NodesPerRack:D4}";

    private static int TightRack(int node) => node / NodesPerRack % 3 == 2 ? 2 : NodesPerRack;

    // Watts with which so many of the servers below run at full draw, the others idle.
    private static long Holding(int full, int servers) => full * FullNodeWatts + (servers - full) * IdleNodeWatts;
}
