using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>The rows of <see cref="AcceleratorTable"/>, one product or server a row, each with its source (keys explained there).</summary>
internal static class AcceleratorRows
{
    /// <summary>Products, oldest first, NVIDIA before others.</summary>
    public static readonly ImmutableArray<Accelerator> Products =
    [
        new()
        {
            Name = "V100 SXM2",
            Aliases =
            [
                "Tesla-V100-SXM2-32GB",
                "Tesla-V100-SXM2-32GB-LS",
                "Tesla-V100-SXM3-32GB",
                "NVIDIA-V100-SXM2-32GB",
                "V100M32",
            ],
            HbmBytes = 32_000_000_000, HbmBytesPerSecond = 0.9e12, Bf16Tflops = 125, ScaleUpGBps = 150,
            MaxWatts = 300, IdleWatts = 75, MinCapWatts = Half(300), GpusPerBoard = 8,
            Source = "SAS; FP16 TFLOPS gk; watts MLCO2, idle RAPS lassen",
        },
        new()
        {
            Name = "V100 SXM2 16GB", Aliases = ["Tesla-V100-SXM2-16GB", "nvidia-tesla-v100", "V100M16", "V100"],
            HbmBytes = 16_000_000_000, HbmBytesPerSecond = 0.9e12, Bf16Tflops = 125, ScaleUpGBps = 150,
            MaxWatts = 300, IdleWatts = 75, MinCapWatts = Half(300), GpusPerBoard = 8,
            Source = "SAS (32 GB row); memory and watts gk, idle RAPS lassen",
        },
        new()
        {
            Name = "V100 PCIe", Aliases = ["Tesla-V100-PCIE-16GB", "Tesla-V100-PCIE-32GB"],
            HbmBytes = 16_000_000_000, HbmBytesPerSecond = 0.9e12, Bf16Tflops = 112, ScaleUpGBps = 16,
            MaxWatts = 250, IdleWatts = Share(250), MinCapWatts = Half(250),
            Source = "gk",
        },
        new()
        {
            Name = "P100", Aliases = ["Tesla-P100-PCIE-16GB", "Tesla-P100-PCIE-12GB", "Tesla-P100-SXM2-16GB", "nvidia-tesla-p100"],
            HbmBytes = 16_000_000_000, HbmBytesPerSecond = 0.732e12, Bf16Tflops = 19, ScaleUpGBps = 16,
            MaxWatts = 250, IdleWatts = 30, MinCapWatts = Half(250),
            Source = "watts MLCO2, idle RAPS philly-2-gpu, rest gk",
        },
        new()
        {
            Name = "P40", Aliases = ["Tesla-P40", "NVIDIA-P40", "nvidia-tesla-p40"],
            HbmBytes = 24_000_000_000, HbmBytesPerSecond = 0.346e12, Bf16Tflops = 12, ScaleUpGBps = 16,
            MaxWatts = 250, IdleWatts = 50, MinCapWatts = Half(250),
            Source = "watts MLCO2, idle RAPS philly-8-gpu, rest gk; TFLOPS FP32, it has no fast FP16",
        },
        new()
        {
            Name = "T4", Aliases = ["Tesla-T4", "NVIDIA-T4", "nvidia-tesla-t4"],
            HbmBytes = 16_000_000_000, HbmBytesPerSecond = 0.32e12, Bf16Tflops = 65, ScaleUpGBps = 16,
            MaxWatts = 70, IdleWatts = 12, MinCapWatts = 60,
            Source = "watts MOCK, TFLOPS MLCO2, bandwidth gk",
        },
        new()
        {
            Name = "A10", Aliases = ["NVIDIA-A10"],
            HbmBytes = 24_000_000_000, HbmBytesPerSecond = 0.6e12, Bf16Tflops = 125, ScaleUpGBps = 31,
            MaxWatts = 150, IdleWatts = Share(150), MinCapWatts = Half(150),
            Source = "gk",
        },
        new()
        {
            Name = "A10G", Aliases = ["NVIDIA-A10G"],
            HbmBytes = 24_000_000_000, HbmBytesPerSecond = 0.6e12, Bf16Tflops = 70, ScaleUpGBps = 31,
            MaxWatts = 150, IdleWatts = Share(150), MinCapWatts = Half(150),
            Source = "watts MLCO2, rest gk",
        },
        new()
        {
            Name = "A100 SXM 40GB", Aliases = ["NVIDIA-A100-SXM4-40GB", "A100-SXM4-40GB", "A100-SXM-40GB", "nvidia-tesla-a100", "A100"],
            HbmBytes = 40_000_000_000, HbmBytesPerSecond = 1.555e12, Bf16Tflops = 312, ScaleUpGBps = 300,
            MaxWatts = 400, IdleWatts = 72, MinCapWatts = 100, GpusPerBoard = 8,
            Source = "SAS (80 GB row); watts and limits MOCK, bandwidth gk",
        },
        new()
        {
            Name = "A100 SXM",
            Aliases =
            [
                "NVIDIA-A100-SXM4-80GB",
                "A100-SXM4-80GB",
                "A100-SXM-80GB",
                "NVIDIA-A100-SXM-80GB",
                "A100-SXM-64GB",
                "nvidia-a100-80gb",
            ],
            HbmBytes = 80_000_000_000, HbmBytesPerSecond = 2.0e12, Bf16Tflops = 312, ScaleUpGBps = 300,
            MaxWatts = 400, IdleWatts = 72, MinCapWatts = 100, GpusPerBoard = 8,
            Source = "SAS, MLCO2; idle and lowest limit as MOCK gives for the 40 GB board",
        },
        new()
        {
            Name = "A100 PCIe", Aliases = ["NVIDIA-A100-80GB-PCIe", "A100-PCIE-80GB", "NVIDIA-A100-PCIE-80GB"],
            HbmBytes = 80_000_000_000, HbmBytesPerSecond = 1.94e12, Bf16Tflops = 312, ScaleUpGBps = 31,
            MaxWatts = 300, IdleWatts = Share(300), MinCapWatts = Half(300),
            Source = "SAS",
        },
        new()
        {
            Name = "A100 PCIe 40GB", Aliases = ["NVIDIA-A100-PCIE-40GB", "A100-PCIE-40GB", "NVIDIA-A100-40GB-PCIe"],
            HbmBytes = 40_000_000_000, HbmBytesPerSecond = 1.555e12, Bf16Tflops = 312, ScaleUpGBps = 31,
            MaxWatts = 250, IdleWatts = Share(250), MinCapWatts = Half(250),
            Source = "MLCO2, bandwidth gk",
        },
        new()
        {
            Name = "A40", Aliases = ["NVIDIA-A40"],
            HbmBytes = 48_000_000_000, HbmBytesPerSecond = 0.696e12, Bf16Tflops = 150, ScaleUpGBps = 31,
            MaxWatts = 300, IdleWatts = Share(300), MinCapWatts = Half(300),
            Source = "gk",
        },
        new()
        {
            Name = "H100 PCIe", Aliases = ["NVIDIA-H100-PCIe", "NVIDIA-H100-80GB-PCIe"],
            HbmBytes = 80_000_000_000, HbmBytesPerSecond = 2.0e12, Bf16Tflops = 756, Fp8Tflops = 1513, ScaleUpGBps = 63,
            MaxWatts = 350, IdleWatts = Share(350), MinCapWatts = 200,
            Source = "SAS; lowest limit: NVIDIA product brief PB-11133-001, gk",
        },
        new()
        {
            Name = "H100 NVL", Aliases = ["NVIDIA-H100-NVL"],
            HbmBytes = 94_000_000_000, HbmBytesPerSecond = 3.9e12, Bf16Tflops = 835, Fp8Tflops = 1671, ScaleUpGBps = 63,
            MaxWatts = 400, IdleWatts = Share(400), MinCapWatts = 200,
            Source = "MLCO2, bandwidth and lowest limit gk",
        },
        new()
        {
            Name = "H100 SXM",
            Aliases =
            [
                "NVIDIA-H100-80GB-HBM3",
                "NVIDIA-H100-SXM4-80GB",
                "NVIDIA-H100-SXM5-80GB",
                "H100-SXM5-80GB",
                "nvidia-h100-80gb",
                "nvidia-h100-mega-80gb",
                "H100",
            ],
            HbmBytes = 80_000_000_000, HbmBytesPerSecond = 3.35e12, Bf16Tflops = 989, Fp8Tflops = 1979, ScaleUpGBps = 450,
            MaxWatts = 700, IdleWatts = 95, MinCapWatts = 200, GpusPerBoard = 8,
            Source = "SAS; idle and lowest limit MOCK",
        },
        new()
        {
            Name = "H200 SXM", Aliases = ["NVIDIA-H200", "NVIDIA-H200-141GB-HBM3e", "nvidia-h200-141gb", "H200"],
            HbmBytes = 141_000_000_000, HbmBytesPerSecond = 4.8e12, Bf16Tflops = 989, Fp8Tflops = 1979, ScaleUpGBps = 450,
            MaxWatts = 700, IdleWatts = Share(700), MinCapWatts = 200, GpusPerBoard = 8,
            Source = "SAS, MLPerf system files; lowest limit as MOCK gives for H100",
        },
        new()
        {
            Name = "H200 NVL", Aliases = ["NVIDIA-H200-NVL"],
            HbmBytes = 141_000_000_000, HbmBytesPerSecond = 4.8e12, Bf16Tflops = 835, Fp8Tflops = 1671, ScaleUpGBps = 63,
            MaxWatts = 600, IdleWatts = Share(600), MinCapWatts = Half(600),
            Source = "gk",
        },
        new()
        {
            Name = "GH200", Aliases = ["NVIDIA-GH200-480GB", "NVIDIA-GH200-96GB-HBM3", "GH200-480GB"],
            HbmBytes = 96_000_000_000, HbmBytesPerSecond = 4.0e12, Bf16Tflops = 989, Fp8Tflops = 1979, ScaleUpGBps = 450,
            MaxWatts = 1000, IdleWatts = Share(1000), MinCapWatts = Half(1000),
            Source = "SAS; watts of the superchip, gk",
        },
        new()
        {
            Name = "GH200 144GB", Aliases = ["NVIDIA-GH200-144G-HBM3e", "NVIDIA-GH200-144GB-HBM3e"],
            HbmBytes = 141_000_000_000, HbmBytesPerSecond = 4.8e12, Bf16Tflops = 989, Fp8Tflops = 1979, ScaleUpGBps = 450,
            MaxWatts = 1000, IdleWatts = Share(1000), MinCapWatts = Half(1000),
            Source = "SAS; watts of the superchip, gk",
        },
        new()
        {
            Name = "B200 SXM", Aliases = ["NVIDIA-B200", "NVIDIA-B200-180GB", "nvidia-b200", "B200"],
            HbmBytes = 180_000_000_000, HbmBytesPerSecond = 8.0e12, Bf16Tflops = 2250, Fp8Tflops = 4500, ScaleUpGBps = 900,
            MaxWatts = 1000, IdleWatts = 130, MinCapWatts = Half(1000), GpusPerBoard = 8,
            Source = "SAS; idle MOCK",
        },
        new()
        {
            Name = "GB200", Aliases = ["NVIDIA-GB200", "NVIDIA-GB200-NVL72", "nvidia-gb200"],
            HbmBytes = 186_000_000_000, HbmBytesPerSecond = 8.0e12, Bf16Tflops = 2500, Fp8Tflops = 5000, ScaleUpGBps = 900,
            MaxWatts = 1200, IdleWatts = 200, MinCapWatts = 400, GpusPerBoard = 4, RackScale = true,
            Source = "SAS, MLPerf system files; idle DPS, lowest limit MOCK",
        },
        new()
        {
            Name = "B300 SXM", Aliases = ["NVIDIA-B300", "NVIDIA-B300-SXM6-AC", "nvidia-b300", "B300"],
            HbmBytes = 288_000_000_000, HbmBytesPerSecond = 8.0e12, Bf16Tflops = 2250, Fp8Tflops = 4500, ScaleUpGBps = 900,
            MaxWatts = 1000, IdleWatts = Share(1000), MinCapWatts = Half(1000), GpusPerBoard = 8,
            Source = "SAS (TGP in DGX B300; 1,400 W in other listings)",
        },
        new()
        {
            Name = "GB300", Aliases = ["NVIDIA-GB300", "NVIDIA-GB300-NVL72", "nvidia-gb300"],
            HbmBytes = 288_000_000_000, HbmBytesPerSecond = 8.0e12, Bf16Tflops = 2500, Fp8Tflops = 5000, ScaleUpGBps = 900,
            MaxWatts = 1400, IdleWatts = 175, MinCapWatts = Half(1400), GpusPerBoard = 4, RackScale = true,
            Source = "SAS; idle as listed for the MOCK profile of GB300",
        },
        new()
        {
            Name = "L4", Aliases = ["NVIDIA-L4", "nvidia-l4"],
            HbmBytes = 24_000_000_000, HbmBytesPerSecond = 0.3e12, Bf16Tflops = 121, Fp8Tflops = 242, ScaleUpGBps = 31,
            MaxWatts = 72, IdleWatts = Share(72), MinCapWatts = Half(72),
            Source = "GPUDB, MLCO2; TFLOPS gk",
        },
        new()
        {
            Name = "L40", Aliases = ["NVIDIA-L40"],
            HbmBytes = 48_000_000_000, HbmBytesPerSecond = 0.864e12, Bf16Tflops = 181, Fp8Tflops = 362, ScaleUpGBps = 31,
            MaxWatts = 300, IdleWatts = Share(300), MinCapWatts = Half(300),
            Source = "gk",
        },
        new()
        {
            Name = "L40S", Aliases = ["NVIDIA-L40S", "nvidia-l40s"],
            HbmBytes = 48_000_000_000, HbmBytesPerSecond = 0.864e12, Bf16Tflops = 362, Fp8Tflops = 733, ScaleUpGBps = 31,
            MaxWatts = 350, IdleWatts = 45, MinCapWatts = 100,
            Source = "SAS, GPUDB; idle and lowest limit MOCK",
        },
        new()
        {
            Name = "RTX PRO 6000", Aliases = ["NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", "nvidia-rtx-pro-6000"],
            HbmBytes = 96_000_000_000, HbmBytesPerSecond = 1.6e12, Bf16Tflops = 503, Fp8Tflops = 1007, ScaleUpGBps = 63,
            MaxWatts = 600, IdleWatts = Share(600), MinCapWatts = Half(600),
            Source = "gk",
        },
        new()
        {
            Name = "MI210", Aliases = ["AMD-Instinct-MI210", "MI210"],
            HbmBytes = 64_000_000_000, HbmBytesPerSecond = 1.6e12, Bf16Tflops = 181, ScaleUpGBps = 150, PointToPoint = true,
            MaxWatts = 300, IdleWatts = Share(300), MinCapWatts = Half(300),
            Source = "gk",
        },
        new()
        {
            // A board has two dies, and the driver and so the device plugin count each as a GPU of its own (AMD, system acceptance guide of MI250): a
            // Frontier node offers 8. So the row is one die, half a board.
            Name = "MI250X", Aliases = ["AMD-Instinct-MI250X", "AMD-INSTINCT-MI250X-OAM", "MI250X"],
            HbmBytes = 64_000_000_000, HbmBytesPerSecond = 1.64e12, Bf16Tflops = 191.5, ScaleUpGBps = 350, PointToPoint = true,
            MaxWatts = 280, IdleWatts = 44, MinCapWatts = Half(280), GpusPerBoard = 8,
            Source = "SAS, half of a board; watts half of RAPS frontier's 560 and 88",
        },
        new()
        {
            Name = "MI300X",
            Aliases =
            [
                "AMD-Instinct-MI300X",
                "AMD-Instinct-MI300X-OAM",
                "AMD-Instinct-MI300X-VF",
                "AMD-Instinct-MI300X-HF",
                "MI300X",
            ],
            HbmBytes = 192_000_000_000, HbmBytesPerSecond = 5.3e12, Bf16Tflops = 1300, Fp8Tflops = 2610, ScaleUpGBps = 448, PointToPoint = true,
            MaxWatts = 750, IdleWatts = Share(750), MinCapWatts = Half(750), GpusPerBoard = 8,
            Source = "SAS, MLPerf system files, AMD",
        },
        new()
        {
            Name = "MI325X", Aliases = ["AMD-Instinct-MI325X", "AMD-Instinct-MI325X-OAM", "AMD-Instinct-MI325X-VF", "MI325X"],
            HbmBytes = 256_000_000_000, HbmBytesPerSecond = 6.0e12, Bf16Tflops = 1300, Fp8Tflops = 2610, ScaleUpGBps = 448, PointToPoint = true,
            MaxWatts = 1000, IdleWatts = Share(1000), MinCapWatts = Half(1000), GpusPerBoard = 8,
            Source = "SAS; watts gk",
        },
        new()
        {
            Name = "MI350X", Aliases = ["AMD-Instinct-MI350X", "AMD-Instinct-MI350X-OAM", "MI350X"],
            HbmBytes = 288_000_000_000, HbmBytesPerSecond = 8.0e12, Bf16Tflops = 2300, Fp8Tflops = 4600, ScaleUpGBps = 535, PointToPoint = true,
            MaxWatts = 1000, IdleWatts = Share(1000), MinCapWatts = Half(1000), GpusPerBoard = 8,
            Source = "watts AMD, rest gk",
        },
        new()
        {
            Name = "MI355X", Aliases = ["AMD-Instinct-MI355X", "AMD-Instinct-MI355X-OAM", "AMD-Instinct-MI355X-VF", "MI355X"],
            HbmBytes = 288_000_000_000, HbmBytesPerSecond = 8.0e12, Bf16Tflops = 2500, Fp8Tflops = 5000, ScaleUpGBps = 535, PointToPoint = true,
            MaxWatts = 1400, IdleWatts = Share(1400), MinCapWatts = Half(1400), GpusPerBoard = 8,
            Source = "SAS, AMD",
        },
        new()
        {
            Name = "Gaudi 3", Aliases = ["HL-325L", "Gaudi3", "Gaudi-3"],
            HbmBytes = 128_000_000_000, HbmBytesPerSecond = 3.7e12, Bf16Tflops = 1677, Fp8Tflops = 1677, ScaleUpGBps = 600, PointToPoint = true,
            MaxWatts = 900, IdleWatts = Share(900), MinCapWatts = Half(900), GpusPerBoard = 8,
            Source = "SAS",
        },
    ];

    /// <summary>Servers. Where only the maximum is published, idle follows from it (<c>design.md</c> §3.2).</summary>
    public static readonly ImmutableArray<AcceleratorNode> Nodes =
    [
        new("V100 SXM2", 8, 3_500, null, "DGX-1 data sheet, gk"),
        new("V100 SXM2", 16, 10_000, null, "DGX-2 data sheet, gk"),
        new("V100 SXM2 16GB", 8, 3_500, null, "DGX-1 data sheet, gk"),
        new("A100 SXM 40GB", 8, 6_500, null, "DGX A100 data sheet, gk; InternLM/AcmeTrace measured 6,554 W"),
        new("A100 SXM", 8, 6_500, null, "DGX A100 data sheet, gk; InternLM/AcmeTrace measured 6,554 W"),
        new("H100 SXM", 8, 10_200, null, "DGX H100 user guide"),
        new("H200 SXM", 8, 10_200, null, "DGX H200 user guide"),
        new("B200 SXM", 8, 14_300, null, "DGX B200 user guide"),
        new("B300 SXM", 8, 14_500, null, "DGX B300 user guide as quoted"),
        new("GB200", 4, 6_667, 1_000, "NVIDIA DPS device specification of a compute tray (an older revision says 5,640/900)"),
        new("GB300", 4, 7_500, null, "NVIDIA Mission Control: 135 kW rack budget over 18 trays"),
    ];

    /// <summary>Instance and server types by prefix, longer prefixes before shorter ones they contain, with the product they hold.</summary>
    public static readonly ImmutableArray<(string Prefix, string Product)> InstanceTypes =
    [
        ("dgxa100.40g", "A100 SXM 40GB"), ("dgxa100", "A100 SXM"), ("dgxh100", "H100 SXM"), ("dgxh200", "H200 SXM"), ("dgxb200", "B200 SXM"),
        ("p3dn.", "V100 SXM2"), ("p3.", "V100 SXM2 16GB"), ("p4de.", "A100 SXM"), ("p4d.", "A100 SXM 40GB"),
        ("p5en.", "H200 SXM"), ("p5e.", "H200 SXM"), ("p5.", "H100 SXM"),
        ("p6-b200.", "B200 SXM"), ("p6-b300.", "B300 SXM"), ("p6e-gb200.", "GB200"), ("p6e-gb300.", "GB300"), ("u-p6e-gb200", "GB200"),
        ("g4dn.", "T4"), ("g5.", "A10G"), ("g6e.", "L40S"), ("g6.", "L4"),
        ("a2-highgpu-", "A100 SXM 40GB"), ("a2-megagpu-", "A100 SXM 40GB"), ("a2-ultragpu-", "A100 SXM"), ("a3-highgpu-", "H100 SXM"),
        ("a3-megagpu-", "H100 SXM"), ("a3-edgegpu-", "H100 SXM"), ("a3-ultragpu-", "H200 SXM"), ("a4-highgpu-", "B200 SXM"),
        ("a4x-maxgpu-", "GB300"), ("a4x-highgpu-", "GB200"), ("g2-standard-", "L4"),
        ("BM.GPU4.", "A100 SXM 40GB"), ("BM.GPU.A100", "A100 SXM"), ("BM.GPU.H100.", "H100 SXM"), ("BM.GPU.H200.", "H200 SXM"),
        ("BM.GPU.B200.", "B200 SXM"), ("BM.GPU.GB200", "GB200"), ("BM.GPU.GB300", "GB300"), ("BM.GPU.MI300X.", "MI300X"), ("BM.GPU.L40S", "L40S"),
        ("Standard_ND96asr_v4", "A100 SXM 40GB"), ("Standard_ND96amsr_A100", "A100 SXM"), ("Standard_ND96isr_H100", "H100 SXM"),
        ("Standard_ND96isr_H200", "H200 SXM"), ("Standard_ND96isr_MI300X", "MI300X"), ("Standard_ND128isr_NDR_GB200", "GB200"),
        ("Standard_ND128isr_GB300", "GB300"), ("Standard_ND40rs_v2", "V100 SXM2"),
        ("gd-8xh100", "H100 SXM"), ("gd-8xh200", "H200 SXM"), ("gd-8xa100", "A100 SXM"), ("gd-8xl40s", "L40S"), ("b200-8x", "B200 SXM"),
        ("gb200-4x", "GB200"), ("gb300-4x", "GB300"),
    ];

    private static int Share(int maxWatts) => (maxWatts * 12 + 99) / 100;

    private static int Half(int maxWatts) => (maxWatts / 2 + 4) / 5 * 5;
}
