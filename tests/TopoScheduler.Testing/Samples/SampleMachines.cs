namespace TopoScheduler.Testing.Samples;

/// <summary>
/// Samples with the structure and the watts of real machines, as their operators or the authors of ExaDigiT/RAPS and NVIDIA DPS published them: which part hangs on
/// which, how many there are, what each draws. Cabinet budgets, names beyond numbering, and what runs where are made up. Tests hold the figures to the published ones.
/// </summary>
internal static class SampleMachines
{
    /// <summary>144 GB300 trays behind four floor PDUs, one switchboard and a utility feed that is the narrowest of them.</summary>
    public static string DpsGb300()
    {
        var cluster = new SampleCluster(
            """
            The power hierarchy that NVIDIA's Domain Power Service is simulated with: 144 GB300 trays in 8 racks.

            utility 750,000 W
              switchboard 1,600,000 W
                floor-pdu-1 450,000 W   rack-1   rack-5        18 trays x 4 GPUs in each rack
                floor-pdu-2 450,000 W   rack-2   rack-6
                floor-pdu-3 450,000 W   rack-3   rack-7
                floor-pdu-4 450,000 W   rack-4   rack-8

            The children of every domain may draw more than it has, and the utility binds, not the switchboard: all
            trays would draw 1,080,000 W, 7,500 W each (by the accelerator table, 1,365 W idle). Network: each rack
            is a leaf and an NVLink domain, rack-1..4 below spine-1, rack-5..8 below spine-2, so every PDU feeds
            racks of both spines. Ten trays of rack-8 serve.
            """);
        for (var rack = 1; rack <= 8; rack++)
        {
            for (var tray = 1; tray <= 18; tray++)
            {
                cluster.Node(
                    $"rack{rack}-tray-{SampleCluster.Number(tray, 2)}",
                    [
                        ("kubernetes.io/arch", "arm64"), ("node.kubernetes.io/instance-type", "gb300-nvl72"),
                        ("nvidia.com/gpu.product", "NVIDIA-GB300"), ("nvidia.com/gpu.count", "4"), ("nvidia.com/gpu.memory", "284208"), ("nvidia.com/gpu.present", "true"),
                        ("nvidia.com/gpu.clique", $"9d20b1c4-0000-4000-8000-00000000000{rack}.1"),
                        ("toposcheduler.io/leaf", $"leaf-{rack}"), ("toposcheduler.io/spine", $"spine-{(rack + 3) / 4}"),
                        ("toposcheduler.io/rack", $"rack-{rack}"),
                        ("toposcheduler.io/pdu", $"floor-pdu-{(rack - 1) % 4 + 1}"), ("toposcheduler.io/pdu-power-budget-watts", "450000"),
                        ("toposcheduler.io/row", "switchboard"), ("toposcheduler.io/row-power-budget-watts", "1600000"),
                        ("toposcheduler.io/facility", "utility"), ("toposcheduler.io/facility-power-budget-watts", "750000"),
                    ],
                    [("cpu", "140"), ("memory", "920Gi"), ("pods", "110"), ("nvidia.com/gpu", "4")]);
            }
        }

        for (var i = 1; i <= 10; i++)
        {
            cluster.Pod(new("serving", $"moe-decode-{i}", $"rack8-tray-{SampleCluster.Number(i, 2)}", ("apps/v1", "StatefulSet", "moe-decode"), [("cpu", "64"), ("memory", "400Gi"), ("nvidia.com/gpu", "4")]) { Workload = "decode" });
        }

        return cluster.ToString();
    }

    /// <summary>Three cabinets of Frontier, which share a cooling unit.</summary>
    public static string FrontierCdu()
    {
        var cluster = new SampleCluster(
            """
            One of the 25 cooling units of Frontier with its three cabinets: 3 x 8 chassis x 8 blades x 2 nodes.

            cdu-1
              x1000  352,000 W   x1000c0 ... x1000c7    16 nodes a chassis, on its four switches
              x1001  352,000 W   x1001c0 ... x1001c7
              x1002  352,000 W   x1002c0 ... x1002c7

            A node has four MI250X, which are eight GPUs, and takes 2,893 W from the wall at most and 684 W idle,
            with its share of converters and rectifiers. A cabinet is fed with 360,000 W (made up) less 8,000 W for
            its 32 switches, which is 119 of its 128 nodes at full draw. A leaf is a chassis, a spine the cabinet,
            one group of the dragonfly. A job runs on the first two chassis.
            """);
        for (var n = 0; n < 3 * 128; n++)
        {
            var cabinet = $"x{1000 + n / 128}";
            var chassis = $"{cabinet}c{n / 16 % 8}";
            cluster.Node(
                FrontierName(n),
                [
                    ("kubernetes.io/arch", "amd64"), ("amd.com/gpu.product-name", "AMD_Instinct_MI250X"), ("amd.com/gpu.vram", "64G"),
                    ("toposcheduler.io/leaf", chassis), ("toposcheduler.io/spine", cabinet),
                    ("toposcheduler.io/rack", cabinet), ("toposcheduler.io/rack-power-budget-watts", "352000"), ("toposcheduler.io/row", "cdu-1"),
                    ("toposcheduler.io/node-max-watts", "2893"), ("toposcheduler.io/node-idle-watts", "684"),
                ],
                [("cpu", "56"), ("memory", "480Gi"), ("pods", "110"), ("amd.com/gpu", "8")]);
        }

        for (var n = 0; n < 32; n++)
        {
            cluster.Pod(new("climate", $"ensemble-{n}", FrontierName(n), ("batch/v1", "Job", "ensemble"), [("cpu", "48"), ("memory", "400Gi"), ("amd.com/gpu", "8")]));
        }

        return cluster.ToString();
    }

    /// <summary>Eight racks of Lassen, 18 nodes each, on leaves of 16.</summary>
    public static string Lassen()
    {
        var cluster = new SampleCluster(
            """
            Eight of the 44 racks of Lassen, 18 nodes of four V100 each, on the leaves of a fat tree that take 16.

            rack-1   n1 ............... n16 n17 n18
            leaf-1   n1 ............... n16                 leaf-2   n17 n18 n19 ... n32
            rack-2                              n19 ... n36

            Nine leaves below one spine, so that racks and leaves cross all along. A node draws 1,924 W at most and
            534 W idle. A rack is fed with 34,000 W (made up) less 1,250 W for its five switches: 16 of its 18
            nodes at full draw. Four nodes of rack-8 are taken.
            """);
        for (var n = 1; n <= 8 * 18; n++)
        {
            cluster.Node(
                $"lassen{n}",
                [
                    ("kubernetes.io/arch", "ppc64le"), ("nvidia.com/gpu.product", "Tesla-V100-SXM2-16GB"), ("nvidia.com/gpu.count", "4"), ("nvidia.com/gpu.memory", "16384"),
                    ("toposcheduler.io/leaf", $"leaf-{(n + 15) / 16}"), ("toposcheduler.io/spine", "spine-1"),
                    ("toposcheduler.io/rack", $"rack-{(n + 17) / 18}"), ("toposcheduler.io/rack-power-budget-watts", "32750"),
                    ("toposcheduler.io/node-max-watts", "1924"), ("toposcheduler.io/node-idle-watts", "534"),
                ],
                [("cpu", "160"), ("memory", "240Gi"), ("pods", "110"), ("nvidia.com/gpu", "4")]);
        }

        for (var i = 0; i < 4; i++)
        {
            cluster.Pod(new("physics", $"qcd-{i}", $"lassen{141 + i}", ("batch/v1", "Job", "qcd"), [("cpu", "80"), ("memory", "200Gi"), ("nvidia.com/gpu", "4")]));
        }

        return cluster.ToString();
    }

    /// <summary>Ten racks of Selene, four DGX A100 each: two scalable units on two cooling units.</summary>
    public static string Selene()
    {
        var cluster = new SampleCluster(
            """
            Ten of the 140 racks of Selene, 4 DGX A100 each: two scalable units of 20, on cooling units of seven racks.

            leaf          su-1  rack-1 ... rack-5          su-2  rack-6 rack-7 | rack-8 ... rack-10
            cooling unit  cdu-1 rack-1 ........................... rack-7      | cdu-2

            RAPS adds up 4,278 W a node from the wall and 1,221 W idle, well below the 6,500 W of the data sheet; by
            those four fit in the 20,000 W a rack can be cooled for by air, which is all these racks state. Two
            nodes of su-1 are taken.
            """);
        for (var n = 1; n <= 40; n++)
        {
            cluster.Node(
                $"selene-{SampleCluster.Number(n, 3)}",
                [
                    ("kubernetes.io/arch", "amd64"), ("node.kubernetes.io/instance-type", "dgx-a100"),
                    ("nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB"), ("nvidia.com/gpu.count", "8"), ("nvidia.com/gpu.memory", "81920"),
                    ("toposcheduler.io/leaf", n <= 20 ? "su-1" : "su-2"), ("toposcheduler.io/spine", "spine-1"),
                    ("toposcheduler.io/rack", $"rack-{(n + 3) / 4}"), ("toposcheduler.io/cooling", "air"), ("toposcheduler.io/row", n <= 28 ? "cdu-1" : "cdu-2"),
                    ("toposcheduler.io/node-max-watts", "4278"), ("toposcheduler.io/node-idle-watts", "1221"),
                ],
                [("cpu", "250"), ("memory", "1900Gi"), ("pods", "110"), ("nvidia.com/gpu", "8")]);
        }

        for (var i = 0; i < 2; i++)
        {
            cluster.Pod(new("speech", $"asr-{i}", $"selene-00{1 + i}", ("batch/v1", "Job", "asr"), [("cpu", "64"), ("memory", "512Gi"), ("nvidia.com/gpu", "8")]));
        }

        return cluster.ToString();
    }

    // Cabinet, chassis, slot, and the one of the two nodes of a blade.
    private static string FrontierName(int n) => $"x{1000 + n / 128}c{n / 16 % 8}s{n / 2 % 8}b{n % 2}n0";
}
