using System.Globalization;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>Our table against the two lists of published watts. Every row of theirs is compared or says here why not.</summary>
public sealed class PublishedWattsTests
{
    /// <summary>Model and form factor as the list has them; our product; how many of our GPUs one of theirs is.</summary>
    private static readonly (string Row, string Product, int Count)[] Gpus =
    [
        ("T4 PCIe", "T4", 1), ("L4 PCIe", "L4", 1), ("L40S PCIe", "L40S", 1), ("A10G PCIe", "A10G", 1), ("P40 PCIe", "P40", 1), ("P100 PCIe", "P100", 1),
        ("V100 PCIe", "V100 PCIe", 1), ("V100 SXM2", "V100 SXM2", 1), ("A100-40GB SXM4", "A100 SXM 40GB", 1), ("A100-80GB SXM4", "A100 SXM", 1),
        ("A100 PCIe", "A100 PCIe 40GB", 1), ("H100-80GB PCIe", "H100 PCIe", 1), ("H100-80GB SXM5", "H100 SXM", 1), ("H100-NVL PCIe", "H100 NVL", 1),
        ("H200 SXM5", "H200 SXM", 1), ("B200 SXM6", "B200 SXM", 1), ("GB200 (per GPU) superchip", "GB200", 1), ("GB300 (per GPU) superchip", "GB300", 1),
        ("MI250X OAM", "MI250X", 2), ("MI300X OAM", "MI300X", 1), ("MI325X OAM", "MI325X", 1), ("MI350X OAM", "MI350X", 1), ("MI355X OAM", "MI355X", 1),
    ];

    private static readonly Dictionary<string, string> NotCompared = new()
    {
        ["B100 SXM6"] = "no server with it is in the table",
        ["B300 SXM6"] = "1,100 W there is marked unverified; the table has the 1,000 W of the board as it is sold in DGX B300",
    };

    /// <summary>Idle watts that differ on purpose.</summary>
    private static readonly Dictionary<string, string> OtherIdle = new()
    {
        ["GB200 (per GPU) superchip"] = "145 W is a mock profile, 200 W the minimum of NVIDIA's own device specification, and the higher is the safer",
    };

    [ThirdPartyFact]
    public void Table_PublishedGpuWatts_AreOurs()
    {
        foreach (var cells in Rows("gpu_tdp.csv"))
        {
            var row = $"{cells[0]} {cells[1]}";
            if (NotCompared.ContainsKey(row)) continue;
            var (_, product, count) = Gpus.Single(g => g.Row == row);
            var ours = AcceleratorTable.Find(product)!;

            // Where the limit can be set above the rating, the table has one of the two.
            Assert.Contains((count * ours.MaxWatts).ToString(CultureInfo.InvariantCulture), (string[])[cells[2], cells[4]]);
            if (cells[3].Length > 0 && !OtherIdle.ContainsKey(row)) Assert.Equal(cells[3], (count * ours.IdleWatts).ToString(CultureInfo.InvariantCulture));
        }
    }

    [ThirdPartyFact]
    public void Exceptions_AreRowsOfTheList()
    {
        var rows = Rows("gpu_tdp.csv").Select(c => $"{c[0]} {c[1]}").ToHashSet();
        Assert.All(NotCompared.Keys.Concat(OtherIdle.Keys).Concat(Gpus.Select(g => g.Row)), r => Assert.Contains(r, rows));
    }

    // Kilowatts of servers and racks, by our nodes at full draw.
    [ThirdPartyTheory]
    [InlineData("DGX-1 (V100)", "Tesla-V100-SXM2-32GB", 8, 1, 0)]
    [InlineData("DGX-2", "Tesla-V100-SXM3-32GB", 16, 1, 0)]
    [InlineData("DGX A100", "NVIDIA-A100-SXM4-80GB", 8, 1, 0)]
    [InlineData("8xA100 server (Seren - measured peak)", "NVIDIA-A100-SXM4-80GB", 8, 1, 0.06)] // 54 W over the rating, measured by IPMI
    [InlineData("DGX H100/H200", "NVIDIA-H100-80GB-HBM3", 8, 1, 0)]
    [InlineData("DGX B200", "NVIDIA-B200", 8, 1, 0)]
    [InlineData("DGX B300", "NVIDIA-B300", 8, 1, 0)]
    [InlineData("DGX B300 rack (4 systems)", "NVIDIA-B300", 8, 4, 8)] // "exceeds 50 kW"
    [InlineData("GB200 compute tray (2 superchips)", "NVIDIA-GB200", 4, 1, 0.07)] // 6.6 kW there is second hand, 6,667 W the vendor's device specification
    [InlineData("GB200 NVL72", "NVIDIA-GB200", 4, 18, 0.01)]
    [InlineData("GB200 NVL72 (power shelf DC output)", "NVIDIA-GB200", 4, 18, 12)] // what may be fed, not what is drawn
    [InlineData("GB300 NVL72", "NVIDIA-GB300", 4, 18, 5)] // 120 to 140 kW by source; 135 kW is the vendor's planning budget
    public void FullDraw_OfPublishedUnits_IsTheirs(string unit, string product, int gpus, int nodes, double apartKw)
    {
        var published = double.Parse(Rows("server_rack_power.csv").Single(c => c[0] == unit)[2], CultureInfo.InvariantCulture);
        var cluster = LabelledNode.AtFullDraw(LabelledNode.Cluster(nodes, product, gpus));
        var ours = Enumerable.Range(0, nodes).Sum(cluster.DrawOf) / 1e3;
        Assert.InRange(Math.Abs(ours - published), 0, apartKw + 1e-9);
    }

    // The eight racks of a scalable unit are planned at 1.2 MW, 150 kW each: a fifth more than compute and switch trays draw, so that is a budget and no draw.
    [ThirdPartyFact]
    public void FullDraw_OfAScalableUnitOfEightRacks_IsFourFifthsOfItsPlan()
    {
        var plan = double.Parse(Rows("server_rack_power.csv").Single(c => c[0].StartsWith("DGX SuperPOD GB200", StringComparison.Ordinal))[2], CultureInfo.InvariantCulture);
        var switches = 9 * double.Parse(Rows("server_rack_power.csv").Single(c => c[0] == "NVLink switch tray")[2], CultureInfo.InvariantCulture);
        var cluster = LabelledNode.AtFullDraw(LabelledNode.Cluster(18, "NVIDIA-GB200", 4));
        Assert.InRange(8 * (Enumerable.Range(0, 18).Sum(cluster.DrawOf) / 1e3 + switches) / plan, 0.80, 0.85);
    }

    [ThirdPartyFact]
    public void ServerRows_OfTheTable_AreAllPublishedOnes()
    {
        var published = Rows("server_rack_power.csv").Select(c => double.Parse(c[2], CultureInfo.InvariantCulture)).ToList();
        Assert.All(
            AcceleratorTable.Nodes.Where(n => n.Accelerator is not ("GB200" or "GB300")),
            n => Assert.Contains(published, kw => Math.Abs(kw * 1_000 - n.MaxWatts) < 1));
    }

    private static List<string[]> Rows(string file) => [.. File.ReadLines(ThirdPartyData.Require("power", file)).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
}
