using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>
/// A machine as ExaDigiT/RAPS describes it, with the sums RAPS makes of its figures (read in its <c>raps/power.py</c>, written anew here): a node is the sum of its
/// parts, behind its DC converter, behind its share of the rectifiers of its chassis; a loss is <c>(watts out + constant) / efficiency</c>.
/// </summary>
public sealed class RapsSystem
{
    private readonly YamlNode? _system;
    private readonly YamlNode? _power;

    private RapsSystem(YamlNode root) => (_system, _power) = (root.Find("system"), root.Find("power"));

    /// <summary>Reads <c>raps/NAME.yaml</c>.</summary>
    public static RapsSystem Load(string name) => new(YamlTree.Load(ThirdPartyData.Require("raps", $"{name}.yaml")));

    /// <summary>Racks that exist.</summary>
    public int Racks => System("num_cdus") * System("racks_per_cdu") - _system.Find("missing_racks").Items().Count();

    /// <summary>Nodes of a rack.</summary>
    public int NodesPerRack => System("nodes_per_rack");

    /// <summary>Nodes of the machine.</summary>
    public int Nodes => Racks * NodesPerRack;

    /// <summary>GPUs of a node, as RAPS counts them.</summary>
    public int Gpus => System("gpus_per_node");

    /// <summary>Processors of a node.</summary>
    public int Cpus => System("cpus_per_node");

    /// <summary>Idle watts of a GPU.</summary>
    public double GpuIdle => Power("power_gpu_idle");

    /// <summary>Most a GPU draws.</summary>
    public double GpuMax => Power("power_gpu_max");

    /// <summary>Share of a node's watts that gets through its DC converter.</summary>
    public double ConverterEfficiency => Power("sivoc_efficiency");

    /// <summary>Watts a node takes from its rectifier with so many of its processors, GPUs and network adapters busy (a share of all for the last).</summary>
    public double NodeWatts(double cpus, double gpus, double network)
    {
        var parts = cpus * Power("power_cpu_max") + (Cpus - cpus) * Power("power_cpu_idle")
            + gpus * GpuMax + (Gpus - gpus) * GpuIdle
            + Power("power_mem") + Power("power_nvme") + System("nics_per_node") * NicWatts(network);
        return (parts + Power("sivoc_loss_constant")) / ConverterEfficiency;
    }

    /// <summary>Idle watts of a node at its rectifier.</summary>
    public double IdleWatts => NodeWatts(0, 0, 0);

    /// <summary>Most a node takes from its rectifier.</summary>
    public double MaxWatts => NodeWatts(Cpus, Gpus, 1);

    /// <summary>What a node and its share of the rectifiers take from the wall.</summary>
    public double AtTheWall(double nodeWatts)
    {
        var rectifiersPerNode = (double)System("rectifiers_per_chassis") * System("chassis_per_rack") / NodesPerRack;
        return (nodeWatts + rectifiersPerNode * Power("rectifier_loss_constant")) / Power("rectifier_efficiency");
    }

    /// <summary>Switches and cooling units of the whole machine, which no node has.</summary>
    public double BaseWatts =>
        (double)Racks * System("chassis_per_rack") * System("switches_per_chassis") * Power("power_switch") + System("num_cdus") * Power("power_cdu");

    /// <summary>The whole machine at full draw, at the wall.</summary>
    public double PeakWatts => Nodes * AtTheWall(MaxWatts) + BaseWatts;

    /// <summary>The labels that say what a node draws, in whole watts, rounded up.</summary>
    public static IEnumerable<(string Key, string Value)> Labels(double idle, double max) =>
        [("toposcheduler.io/node-max-watts", Whole(max)), ("toposcheduler.io/node-idle-watts", Whole(idle))];

    private double NicWatts(double network) => _power.Find("power_nic") is null
        ? Power("power_nic_idle") + network * (Power("power_nic_max") - Power("power_nic_idle"))
        : Power("power_nic");

    private static string Whole(double watts) => Math.Ceiling(watts).ToString("F0", CultureInfo.InvariantCulture);

    private int System(string key) => int.Parse(_system.Find(key).Text()!, CultureInfo.InvariantCulture);

    private double Power(string key) => double.Parse(_power.Find(key).Text()!, CultureInfo.InvariantCulture);
}
