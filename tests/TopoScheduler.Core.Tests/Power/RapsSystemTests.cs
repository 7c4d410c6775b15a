using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>
/// Machines as ExaDigiT/RAPS describes them: labels made of their figures give the draws that RAPS computes for a node and for the whole machine. The sums of RAPS are
/// in <see cref="RapsSystem"/>.
/// </summary>
public sealed class RapsSystemTests
{
    /// <summary>Machine, product of its GPUs, how many devices one GPU of RAPS is.</summary>
    private static readonly (string System, string Product, int Devices)[] Systems =
    [
        ("frontier", "AMD-Instinct-MI250X", 2), ("lassen", "Tesla-V100-SXM2-16GB", 1), ("marconi100", "Tesla-V100-SXM2-16GB", 1),
        ("perlmutter", "NVIDIA-A100-SXM4-40GB", 1), ("philly-2-gpu", "Tesla-P100-PCIE-12GB", 1), ("philly-8-gpu", "Tesla-P40", 1), ("selene", "NVIDIA-A100-SXM4-80GB", 1),
    ];

    public static TheoryData<string> All => [.. Systems.Select(s => s.System)];

    // RAPS gives the A100 of these two an idle draw it calls inherited (88 W) and one of them 300 of its 400 W: part of the way we count by the board.
    public static TheoryData<string> WithTheirBoards => [.. Systems.Select(s => s.System).Where(s => s is not ("perlmutter" or "selene"))];

    [ThirdPartyFact]
    public void Systems_AreAllThereAre() =>
        Assert.Equal(Directory.GetFiles(ThirdPartyData.Require("raps"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal), Systems.Select(s => s.System));

    [ThirdPartyTheory]
    [MemberData(nameof(All))]
    public void Node_IdleAndFull_DrawsWhatRapsComputes(string name)
    {
        var raps = RapsSystem.Load(name);
        var cluster = LabelledNode.Cluster(1, Product(name), Gpus(name, raps), RapsSystem.Labels(raps.IdleWatts, raps.MaxWatts));

        Assert.Empty(cluster.Nodes[0].Problems);
        Assert.Equal((long)Math.Ceiling(raps.IdleWatts), cluster.DrawOf(0));
        Assert.Equal((long)Math.Ceiling(raps.MaxWatts), LabelledNode.AtFullDraw(cluster).DrawOf(0));
    }

    // A pod on all GPUs counts for the processors as well. What its GPUs leave we take off at the board, RAPS before the converter: up to 2% less.
    [ThirdPartyTheory]
    [MemberData(nameof(WithTheirBoards))]
    public void Node_PartlyBusy_DrawsWhatRapsComputesOrTheConvertersShareMore(string name)
    {
        var raps = RapsSystem.Load(name);
        var node = LabelledNode.Of("n", Product(name), Gpus(name, raps), RapsSystem.Labels(raps.IdleWatts, raps.MaxWatts)).Power;
        var devices = Gpus(name, raps) / raps.Gpus;
        Assert.Equal((raps.GpuIdle, raps.GpuMax), (devices * node.GpuIdleWatts, devices * node.GpuMaxWatts));
        foreach (var share in (double[])[0, 0.25, 0.45, 0.70, 0.85, 0.99])
        {
            var pod = new PodPower { Gpus = node.Gpus, Utilisation = share, Trusted = true };
            var theirs = raps.NodeWatts(raps.Cpus, share * raps.Gpus, 1);
            var left = (1 - share) * raps.Gpus * (raps.GpuMax - raps.GpuIdle);
            Assert.InRange(PowerDraw.OfNode(node, PowerDraw.OfPod(node, pod)) - theirs, -1e-6, 2 + left * (1 / raps.ConverterEfficiency - 1));
        }
    }

    [ThirdPartyTheory]
    [InlineData("frontier", 9_472, 28.2)]
    [InlineData("lassen", 792, 1.58)]
    [InlineData("marconi100", 980, 1.89)]
    [InlineData("perlmutter", 13_824, 25.9)]
    [InlineData("selene", 560, 3.1)]
    public void WholeMachine_AtFullDraw_IsWhatRapsComputes(string name, int nodes, double megawatts)
    {
        var raps = RapsSystem.Load(name);
        Assert.Equal(nodes, raps.Nodes);

        var machine = AtTheWall(name, raps);
        var ours = Load(LabelledNode.AtFullDraw(machine));
        Assert.InRange(ours - raps.PeakWatts, 0, nodes + 1);
        Assert.Equal(megawatts, Math.Round(ours / 1e6, megawatts < 2 ? 2 : 1));
        Assert.InRange(Load(machine) - (raps.BaseWatts + nodes * raps.AtTheWall(raps.IdleWatts)), 0, nodes + 1);
    }

    // Switches and cooling units are the base load of the site.
    private static ClusterSnapshot AtTheWall(string name, RapsSystem raps)
    {
        var labels = RapsSystem.Labels(raps.AtTheWall(raps.IdleWatts), raps.AtTheWall(raps.MaxWatts)).Append(("toposcheduler.io/facility", name));
        var nodes = LabelledNode.Cluster(raps.Nodes, Product(name), Gpus(name, raps), labels).Nodes;
        return ClusterSnapshot.Create(nodes, [], [new() { Source = $"powerdomain/{name}", Id = new(PowerDomainKind.Facility, name), BaseWatts = (long)Math.Ceiling(raps.BaseWatts) }]);
    }

    private static long Load(ClusterSnapshot cluster) =>
        cluster.Power.BeforeWatts(Assert.Single(cluster.Power.Domains).Index, [.. Enumerable.Range(0, cluster.Nodes.Length).Select(cluster.DrawOf)]);

    private static string Product(string name) => Systems.Single(s => s.System == name).Product;

    private static int Gpus(string name, RapsSystem raps) => raps.Gpus * Systems.Single(s => s.System == name).Devices;
}
