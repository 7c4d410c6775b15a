using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Core.Tests.Replay;

/// <summary>
/// The trace says nothing of network and power, so this assigns both, in the order of its node list: racks of 4 to 8 nodes, a PDU for 4 racks,
/// leaves of 32 nodes, 8 leaves to a spine. A rack may so span two leaves. Every fourth rack's budget allows 60 % and
/// another fourth's 90 % of what its nodes can draw beyond idle, and that of a PDU 97 % of what its racks are allowed, so that each binds somewhere.
/// </summary>
internal static class OpenbCluster
{
    private const int NodesPerLeaf = 32;
    private const int LeavesPerSpine = 8;
    private const int RacksPerPdu = 4;
    private const long Mib = 1 << 20;

    private static readonly int[] NodesPerRack = [4, 5, 6, 7, 8];
    private static readonly double[] BudgetShares = [1.0, 0.9, 1.0, 0.6];

    // Watts of one GPU, most and idle. The makers' figures; of G2 and G3, which the trace does not disclose, ours.
    private static readonly Dictionary<string, (int Max, int Idle, string? Product)> Gpus = new(StringComparer.Ordinal)
    {
        ["P100"] = (250, 30, "Tesla-P100-PCIE-16GB"),
        ["T4"] = (70, 10, "Tesla-T4"),
        ["V100M16"] = (300, 40, "Tesla-V100-SXM2-16GB"),
        ["V100M32"] = (300, 40, "Tesla-V100-SXM2-32GB"),
        ["A10"] = (150, 15, "NVIDIA-A10"),
        ["G2"] = (300, 40, null),
        ["G3"] = (400, 50, null),
    };

    /// <summary>The nodes, labelled.</summary>
    public static ImmutableArray<NodeInfo> Label(List<OpenbNode> nodes)
    {
        var rackOf = Racks(nodes.Count);
        var watts = nodes.ConvertAll(Watts);
        var racks = rackOf.Max() + 1;
        var rackBudgets = new long[racks];
        var pduBudgets = new long[(racks / RacksPerPdu) + 1];
        foreach (var rack in Enumerable.Range(0, racks))
        {
            var members = Enumerable.Range(0, nodes.Count).Where(n => rackOf[n] == rack).ToList();
            var (idle, span) = (members.Sum(n => watts[n].Idle), members.Sum(n => watts[n].Max - watts[n].Idle));
            rackBudgets[rack] = idle + (long)(BudgetShares[rack % BudgetShares.Length] * span);
            pduBudgets[rack / RacksPerPdu] += idle + ((rackBudgets[rack] - idle) * 97 / 100);
        }

        return
        [
            .. nodes.Select((node, n) => Node(node, new(StringComparer.Ordinal)
            {
                [LabelProfiles.Prefix + "leaf"] = $"leaf-{n / NodesPerLeaf}",
                [LabelProfiles.Prefix + "spine"] = $"spine-{n / NodesPerLeaf / LeavesPerSpine}",
                [PowerLabels.Rack] = $"rack-{rackOf[n]}",
                [PowerLabels.Rack + PowerLabels.BudgetSuffix] = Text(rackBudgets[rackOf[n]]),
                [PowerLabels.Pdu] = $"pdu-{rackOf[n] / RacksPerPdu}",
                [PowerLabels.Pdu + PowerLabels.BudgetSuffix] = Text(pduBudgets[rackOf[n] / RacksPerPdu]),
                [PowerLabels.NodeMaxWatts] = Text(watts[n].Max),
                [PowerLabels.NodeIdleWatts] = Text(watts[n].Idle),
                ["nvidia.com/gpu.product"] = Gpus[node.Model].Product ?? $"undisclosed-{node.Model}",
                ["nvidia.com/gpu.count"] = Text(node.Gpus),
            })),
        ];
    }

    /// <summary>
    /// A pod of the trace as a gang of one. The trace gives thousandths of a GPU; a device plugin shares GPUs by time-slicing, and a time-sliced
    /// replica counts its whole GPU (<c>design.md</c> §3.2): so any share asks for one GPU and draws the watts of one.
    /// </summary>
    public static Gang Gang(OpenbPod pod)
    {
        var requests = ResourceList.Of((ResourceList.Cpu, pod.CpuMilli), (ResourceList.Memory, pod.MemoryMib * Mib));
        return new()
        {
            Key = new("openb", "Pod", pod.Name, pod.Name),
            MinMembers = 1,
            Roles =
            [
                new("pod", 1, new()
                {
                    Namespace = "openb",
                    Requests = pod.Gpus > 0 ? requests.With("nvidia.com/gpu", pod.Gpus) : requests,
                    Gpus = pod.Gpus,
                    Power = new() { Gpus = pod.Gpus, CpuMilli = pod.CpuMilli },
                }, [pod.Name]),
            ],
        };
    }

    private static int[] Racks(int nodes)
    {
        var rackOf = new int[nodes];
        for (int n = 0, rack = 0, left = NodesPerRack[0]; n < nodes; n++)
        {
            if (left-- == 0) left = NodesPerRack[++rack % NodesPerRack.Length] - 1;
            rackOf[n] = rack;
        }

        return rackOf;
    }

    // GPUs take 55 % of a server's watts; of the rest 35 % flow when idle.
    private static (long Max, long Idle) Watts(OpenbNode node)
    {
        var gpu = Gpus[node.Model];
        var max = (long)Math.Ceiling(node.Gpus * gpu.Max / 0.55);
        return (max, (node.Gpus * gpu.Idle) + ((max - (node.Gpus * gpu.Max)) * 35 / 100));
    }

    private static NodeInfo Node(OpenbNode node, Dictionary<string, string> labels)
    {
        var resources = ResourceList.Of(
            (ResourceList.Cpu, node.CpuMilli), (ResourceList.Memory, node.MemoryMib * Mib), (ResourceList.Pods, 110), ("nvidia.com/gpu", node.Gpus));
        return NodeMapper.Map(new(node.Name, $"uid-{node.Name}", labels.ToImmutableDictionary(), resources, resources, [], false, true));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
