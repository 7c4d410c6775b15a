using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>Devices of one resource by node: free ones, and how many pods of a question they hold, watts aside.</summary>
internal sealed class FreeDevices
{
    private FreeDevices(int nodes)
    {
        Free = new long[nodes];
        Slots = new int[nodes];
        Open = new bool[nodes];
    }

    /// <summary>Allocatable devices of all nodes.</summary>
    public long Total { get; private set; }

    /// <summary>Devices that pods have; never more than there are on their node.</summary>
    public long Busy { get; private set; }

    /// <summary>Free devices by node index, open or not.</summary>
    public long[] Free { get; }

    /// <summary>Pods of the question each open node can hold by its devices and its pod count.</summary>
    public int[] Slots { get; }

    /// <summary>Whether a node takes new pods.</summary>
    public bool[] Open { get; }

    /// <summary>Counts them.</summary>
    public static FreeDevices Of(ClusterSnapshot cluster, CapacityQuestion question)
    {
        var counted = new FreeDevices(cluster.Nodes.Length);
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            var node = cluster.Nodes[n];
            var total = node.Allocatable[question.Resource];
            if (total <= 0) continue;
            counted.Total += total;
            counted.Free[n] = Math.Max(0, total - cluster.UsedOf(n)[question.Resource]);
            counted.Busy += total - counted.Free[n];
            // The engine takes nothing to a node of unknown watts where a budget applies.
            counted.Open[n] = CapacityQuestion.IsOpen(node) && (node.Power.WattsKnown || cluster.Power.SharesOf(n).IsEmpty);
            if (!counted.Open[n]) continue;
            var starts = Math.Max(0, node.Allocatable[ResourceList.Pods] - cluster.PodsOf(n).Length);
            counted.Slots[n] = (int)Math.Min(Math.Min(counted.Free[n] / question.PerPod, starts), int.MaxValue / 2);
        }

        return counted;
    }
}
