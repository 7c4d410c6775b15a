namespace TopoScheduler.Testing.Samples;

/// <summary>
/// Writes the files of <c>samples/clusters</c>. Figures are public ones: DGX H100 10.2 kW, GB200 compute tray 6,667 W at most and 1,000 W idle, GB200
/// NVL72 feed 132 kW; names, racks and what runs where are made up. Those of real machines are in <see cref="SampleMachines"/>.
/// </summary>
public static class SampleClusters
{
    /// <summary>File name and content of every sample.</summary>
    public static IReadOnlyList<(string File, string Content)> All { get; } =
    [
        ("dgx-h100-su.yaml", DgxH100ScalableUnit()),
        ("gb200-nvl72.yaml", Gb200Racks()),
        ("fat-tree-512.yaml.gz", FatTree()),
        ("legacy-10kw.yaml", LegacySite()),
        ("dps-gb300.yaml", SampleMachines.DpsGb300()),
        ("frontier-cdu.yaml.gz", SampleMachines.FrontierCdu()),
        ("lassen.yaml", SampleMachines.Lassen()),
        ("selene.yaml", SampleMachines.Selene()),
        ("rack-bound-h100.yaml", RackBound()),
    ];

    private static string DgxH100ScalableUnit()
    {
        var cluster = new SampleCluster(
            """
            One scalable unit of DGX H100: 32 nodes x 8 GPUs on one set of rail leaf switches (su-1).

            row-1   300,000 W
              pdu-1  75,000 W   rack-1 42,000 W  dgx-001..004          rack-2 42,000 W  dgx-005..008
              pdu-2  75,000 W   rack-3 42,000 W  dgx-009..012          rack-4 42,000 W  dgx-013..016
              pdu-3  75,000 W   rack-5 42,000 W  dgx-017..020          rack-6 42,000 W  dgx-021..024
              pdu-4  75,000 W   rack-7 42,000 W  dgx-025..028          rack-8 42,000 W  dgx-029..032

            A node draws 10,200 W at most and 2,300 W idle, so a rack carries its four at full draw, but a PDU
            does not carry its eight. dgx-005 runs three notebooks, dgx-029 and dgx-030 a chat model; dgx-017 is
            cordoned, dgx-021 does not answer.
            """);
        for (var n = 1; n <= 32; n++)
        {
            var rack = (n - 1) / 4 + 1;
            cluster.Node(
                $"dgx-{SampleCluster.Number(n, 3)}",
                [
                    .. H100,
                    ("toposcheduler.io/leaf", "su-1"), ("toposcheduler.io/spine", "spine-1"),
                    ("toposcheduler.io/rack", $"rack-{rack}"), ("toposcheduler.io/rack-power-budget-watts", "42000"),
                    ("toposcheduler.io/pdu", $"pdu-{(rack + 1) / 2}"), ("toposcheduler.io/pdu-power-budget-watts", "75000"),
                    ("toposcheduler.io/row", "row-1"), ("toposcheduler.io/row-power-budget-watts", "300000"),
                    ("toposcheduler.io/node-max-watts", "10200"), ("toposcheduler.io/node-idle-watts", "2300"),
                ],
                DgxH100, ready: n != 21, cordoned: n == 17);
        }

        foreach (var n in (int[])[1, 5, 29])
        {
            cluster.Pod(new("gpu-operator", $"nvidia-device-plugin-{n}", $"dgx-{SampleCluster.Number(n, 3)}", ("apps/v1", "DaemonSet", "nvidia-device-plugin"), [("cpu", "100m"), ("memory", "128Mi")]));
        }

        for (var i = 0; i < 3; i++)
        {
            cluster.Pod(new("research", $"notebook-{i}", "dgx-005", ("apps/v1", "StatefulSet", "notebook"), [("cpu", "8"), ("memory", "64Gi"), ("nvidia.com/gpu", "1")]));
        }

        for (var i = 0; i < 2; i++)
        {
            cluster.Pod(new("serving", $"chat-{i}", $"dgx-0{29 + i}", ("apps/v1", "StatefulSet", "chat"), [("cpu", "64"), ("memory", "512Gi"), ("nvidia.com/gpu", "8")]) { Workload = "decode" });
        }

        return cluster.ToString();
    }

    private static string Gb200Racks()
    {
        var cluster = new SampleCluster(
            """
            Four GB200 NVL72 racks: 18 compute trays x 4 GPUs each, one NVLink domain a rack.

            spine-1
              leaf-1   nvl-1  18 trays, 17 usable (one cordoned)     nvl-2  18 trays, 8 free (ten decode)
              leaf-2   nvl-3  18 trays, 16 usable (two down)         nvl-4  18 trays, all free

            Each rack is fed with 132,000 W, less 3,600 W for its switch trays: 128,400 W usable. A tray draws
            6,667 W at most and 1,000 W idle.
            """);
        for (var rack = 1; rack <= 4; rack++)
        {
            for (var tray = 1; tray <= 18; tray++)
            {
                cluster.Node(
                    $"nvl{rack}-tray-{SampleCluster.Number(tray, 2)}",
                    [
                        ("kubernetes.io/arch", "arm64"), ("node.kubernetes.io/instance-type", "gb200-nvl72"),
                        ("nvidia.com/gpu.product", "NVIDIA-GB200"), ("nvidia.com/gpu.count", "4"), ("nvidia.com/gpu.memory", "189471"), ("nvidia.com/gpu.present", "true"),
                        ("nvidia.com/gpu.clique", $"5f1c7e0a-0000-4000-8000-00000000000{rack}.1"), ("accelerator.topograph.run/domain", $"nvl-{rack}"),
                        ("fabric.topograph.run/tier-0", $"leaf-{(rack + 1) / 2}"), ("fabric.topograph.run/tier-1", "spine-1"),
                        ("toposcheduler.io/rack", $"nvl-{rack}"), ("toposcheduler.io/rack-power-budget-watts", "128400"),
                        ("toposcheduler.io/node-max-watts", "6667"), ("toposcheduler.io/node-idle-watts", "1000"),
                    ],
                    [("cpu", "140"), ("memory", "920Gi"), ("pods", "110"), ("nvidia.com/gpu", "4")],
                    ready: (rack, tray) is not ((3, 9) or (3, 10)), cordoned: (rack, tray) is (1, 18));
            }
        }

        for (var i = 0; i < 10; i++)
        {
            cluster.Pod(new("serving", $"moe-decode-{i}", $"nvl2-tray-{SampleCluster.Number(i + 1, 2)}", ("apps/v1", "StatefulSet", "moe-decode"), [("cpu", "64"), ("memory", "400Gi"), ("nvidia.com/gpu", "4")]) { Workload = "decode" });
        }

        return cluster.ToString();
    }

    private static string FatTree()
    {
        var cluster = new SampleCluster(
            """
            A three-tier fat tree of 512 H100 nodes: 4 cores x 4 spines x 4 leaves x 8 nodes, no power labels.
            The core tier is labelled, so traffic between cores is priced at 4:1 unless --oversubscription says otherwise.
            Half the nodes are taken. Free nodes per leaf, core-1 (each further core is turned by five leaves):

              spine-1  0 0 4 8     spine-2  2 6 4 8     spine-3  0 4 4 4     spine-4  8 0 6 6
            """);
        int[] taken = [8, 8, 4, 0, 6, 2, 4, 0, 8, 4, 4, 4, 0, 8, 2, 2];
        var pods = new List<SamplePod>();
        for (var n = 0; n < 512; n++)
        {
            var (core, leaf) = (n / 128, n / 8 % 16);
            var name = $"n{SampleCluster.Number(n + 1, 3)}";
            cluster.Node(
                name,
                [.. H100, ("toposcheduler.io/core", $"core-{core + 1}"), ("toposcheduler.io/spine", $"spine-{leaf / 4 + 1}"), ("toposcheduler.io/leaf", $"leaf-{leaf % 4 + 1}"), ("toposcheduler.io/rack", $"rack-{n / 4 + 1}")],
                DgxH100);
            if (n % 8 < taken[(leaf + 16 - 5 * core % 16) % 16])
            {
                pods.Add(new("training", $"running-{pods.Count}", name, ("batch/v1", "Job", "running"), [("cpu", "64"), ("memory", "1Ti"), ("nvidia.com/gpu", "8")]));
            }
        }

        foreach (var pod in pods) cluster.Pod(pod);
        return cluster.ToString();
    }

    private static string LegacySite()
    {
        var cluster = new SampleCluster(
            """
            A machine room of 10 kW racks, air cooled: watts run out before GPUs do.

            hall-1  62,000 W
              leaf-a   a1 a2 a3 a4   2 x DGX A100 each (8 GPUs, 6,500 W at most, 1,500 W idle): one runs at full draw, two do not
              leaf-b   b1 b2         4 x L40S nodes each (4 GPUs, no watts labelled: about 2.5 kW at most by the accelerator table)
              leaf-b   c1            4 x V100 nodes (4 GPUs, 1,800 W at most, 450 W idle)
            """);
        foreach (var rack in (string[])["a1", "a2", "a3", "a4", "b1", "b2", "c1"])
        {
            for (var n = 1; n <= (rack[0] == 'a' ? 2 : 4); n++)
            {
                var (machine, allocatable) = rack[0] switch { 'a' => (DgxA100, DgxA100Offers), 'b' => (L40S, SmallOffers), _ => (V100, SmallOffers) };
                cluster.Node(
                    $"{rack}-n{n}",
                    [
                        ("kubernetes.io/arch", "amd64"), .. machine,
                        ("toposcheduler.io/leaf", rack[0] == 'a' ? "leaf-a" : "leaf-b"), ("toposcheduler.io/spine", "spine-1"),
                        ("toposcheduler.io/rack", rack), ("toposcheduler.io/rack-power-budget-watts", "10000"), ("toposcheduler.io/cooling", "air"),
                        ("toposcheduler.io/facility", "hall-1"), ("toposcheduler.io/facility-power-budget-watts", "62000"),
                    ],
                    allocatable);
            }
        }

        cluster.Pod(new("lab", "annotate-0", "c1-n1", ("batch/v1", "Job", "annotate"), [("cpu", "16"), ("memory", "64Gi"), ("nvidia.com/gpu", "2")]) { Workload = "batch" });
        return cluster.ToString();
    }

    private static string RackBound()
    {
        var cluster = new SampleCluster(
            """
            32 DGX H100 in eight racks that were fed as the years went by: every rack runs out of watts before it runs out of GPUs.

            leaf-1   r1 18,000 W   r2 22,000 W   r3 26,000 W   r4 32,000 W   4 x DGX H100 each (10,200 W at most, 2,300 W idle)
            leaf-2   r5 18,000 W   r6 22,000 W   r7 26,000 W   r8 32,000 W

            At full draw r1, r2 run one server each, r3 and r4 two. An agent on every node enforces GPU caps, so what a job says of its
            watts counts.
            """);
        for (var n = 1; n <= 32; n++)
        {
            var rack = (n - 1) / 4 + 1;
            cluster.Node(
                $"h100-{SampleCluster.Number(n, 2)}",
                [
                    .. H100,
                    ("toposcheduler.io/leaf", $"leaf-{(rack + 3) / 4}"), ("toposcheduler.io/spine", "spine-1"),
                    ("toposcheduler.io/rack", $"r{rack}"), ("toposcheduler.io/rack-power-budget-watts", (rack % 4) switch { 1 => "18000", 2 => "22000", 3 => "26000", _ => "32000" }),
                    ("toposcheduler.io/node-max-watts", "10200"), ("toposcheduler.io/node-idle-watts", "2300"), ("toposcheduler.io/gpu-power-cap", "enforced"),
                ],
                DgxH100);
        }

        cluster.Pod(new("gpu-operator", "nvidia-device-plugin-1", "h100-01", ("apps/v1", "DaemonSet", "nvidia-device-plugin"), [("cpu", "100m"), ("memory", "128Mi")]));
        return cluster.ToString();
    }

    private static (string Key, string Value)[] H100 =>
    [
        ("kubernetes.io/arch", "amd64"), ("node.kubernetes.io/instance-type", "dgx-h100"), ("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3"),
        ("nvidia.com/gpu.count", "8"), ("nvidia.com/gpu.memory", "81559"), ("nvidia.com/gpu.present", "true"),
    ];

    private static (string Key, string Value)[] DgxH100 => [("cpu", "220"), ("memory", "2000Gi"), ("ephemeral-storage", "25Ti"), ("pods", "110"), ("nvidia.com/gpu", "8")];

    private static (string Key, string Value)[] DgxA100 =>
    [
        ("node.kubernetes.io/instance-type", "dgx-a100"), ("nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB"), ("nvidia.com/gpu.count", "8"), ("nvidia.com/gpu.memory", "81920"),
        ("toposcheduler.io/node-max-watts", "6500"), ("toposcheduler.io/node-idle-watts", "1500"),
    ];

    private static (string Key, string Value)[] DgxA100Offers => [("cpu", "250"), ("memory", "1900Gi"), ("pods", "110"), ("nvidia.com/gpu", "8")];

    private static (string Key, string Value)[] L40S => [("nvidia.com/gpu.product", "NVIDIA-L40S"), ("nvidia.com/gpu.count", "4"), ("nvidia.com/gpu.memory", "46068")];

    private static (string Key, string Value)[] V100 =>
    [
        ("nvidia.com/gpu.product", "Tesla-V100-SXM2-32GB"), ("nvidia.com/gpu.count", "4"), ("nvidia.com/gpu.memory", "32768"),
        ("toposcheduler.io/node-max-watts", "1800"), ("toposcheduler.io/node-idle-watts", "450"),
    ];

    private static (string Key, string Value)[] SmallOffers => [("cpu", "60"), ("memory", "480Gi"), ("pods", "110"), ("nvidia.com/gpu", "4")];
}
