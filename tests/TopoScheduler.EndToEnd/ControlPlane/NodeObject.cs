using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>A node without a kubelet: its place in network and power as labels, what it offers, and a Ready condition.</summary>
/// <param name="Name">Its name.</param>
internal sealed record NodeObject(string Name)
{
    private const string Prefix = "toposcheduler.io/";

    /// <summary>Leaf switch.</summary>
    public string? Leaf { get; init; }

    /// <summary>Spine switch.</summary>
    public string? Spine { get; init; }

    /// <summary>Core switch.</summary>
    public string? Core { get; init; }

    /// <summary>NVLink domain.</summary>
    public string? NvLinkDomain { get; init; }

    /// <summary>Rack.</summary>
    public string? Rack { get; init; }

    /// <summary>PDU.</summary>
    public string? Pdu { get; init; }

    /// <summary>Budget of the rack.</summary>
    public int? RackBudgetWatts { get; init; }

    /// <summary>Budget of the PDU.</summary>
    public int? PduBudgetWatts { get; init; }

    /// <summary>Most the node draws; left to the accelerator table when null.</summary>
    public int? MaxWatts { get; init; }

    /// <summary>What it draws idle.</summary>
    public int? IdleWatts { get; init; }

    /// <summary>GPUs it offers as <c>nvidia.com/gpu</c>.</summary>
    public int Gpus { get; init; } = 8;

    /// <summary>Product of the GPUs.</summary>
    public string GpuProduct { get; init; } = "NVIDIA-H100-80GB-HBM3";

    /// <summary>Cores.</summary>
    public string Cpu { get; init; } = "128";

    /// <summary>Memory.</summary>
    public string Memory { get; init; } = "2Ti";

    /// <summary>Pods it takes.</summary>
    public int Pods { get; init; } = 110;

    /// <summary>Whether it is Ready.</summary>
    public bool Ready { get; init; } = true;

    /// <summary>Further labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The conditions of a node that is Ready or not.</summary>
    public static JsonArray Conditions(bool ready) =>
    [
        new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False", ["reason"] = ready ? "KubeletReady" : "KubeletNotReady" },
    ];

    /// <summary>The object to create.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = AllLabels() },
        ["status"] = new JsonObject { ["capacity"] = Resources(), ["allocatable"] = Resources(), ["conditions"] = Conditions(Ready) },
    };

    private JsonObject AllLabels()
    {
        var labels = new JsonObject { ["kubernetes.io/hostname"] = Name };
        Add(Prefix + "leaf", Leaf);
        Add(Prefix + "spine", Spine);
        Add(Prefix + "core", Core);
        Add(Prefix + "nvlink-domain", NvLinkDomain);
        Add(Prefix + "rack", Rack);
        Add(Prefix + "pdu", Pdu);
        Add(Prefix + "rack-power-budget-watts", Text(RackBudgetWatts));
        Add(Prefix + "pdu-power-budget-watts", Text(PduBudgetWatts));
        Add(Prefix + "node-max-watts", Text(MaxWatts));
        Add(Prefix + "node-idle-watts", Text(IdleWatts));
        if (Gpus > 0) Add("nvidia.com/gpu.product", GpuProduct);
        if (Gpus > 0) Add("nvidia.com/gpu.count", Text(Gpus));
        foreach (var (key, value) in Labels) labels[key] = value;
        return labels;

        void Add(string key, string? value)
        {
            if (value is not null) labels[key] = value;
        }
    }

    private JsonObject Resources()
    {
        var resources = new JsonObject { ["cpu"] = Cpu, ["memory"] = Memory, ["pods"] = Text(Pods) };
        if (Gpus > 0) resources["nvidia.com/gpu"] = Text(Gpus);
        return resources;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
