using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>Objects as people and controllers make them. Nodes have 8 H100 and stated watts, so that draws can be worked out by hand.</summary>
internal static class GangObjects
{
    public const string Space = "ml";
    public const string Nodes = "/api/v1/nodes";
    public const string Pods = "/api/v1/pods";
    public const string Jobs = "/apis/batch/v1/jobs";
    public const string Placements = "/apis/toposcheduler.io/v1alpha1/gangplacements";
    public const int GpusPerNode = 8;
    public const int IdleWatts = 2_300;
    public const int MaxWatts = 10_200;

    /// <summary>A node: four to a rack, sixteen to a leaf, 128 to a spine.</summary>
    public static JsonObject Node(int n, int? rackBudget = null)
    {
        var labels = new JsonObject
        {
            ["kubernetes.io/hostname"] = NodeName(n),
            ["toposcheduler.io/leaf"] = Text($"leaf-{n / 16}"),
            ["toposcheduler.io/spine"] = Text($"spine-{n / 128}"),
            ["toposcheduler.io/rack"] = RackOf(n),
            ["toposcheduler.io/node-max-watts"] = Text($"{MaxWatts}"),
            ["toposcheduler.io/node-idle-watts"] = Text($"{IdleWatts}"),
            ["nvidia.com/gpu.product"] = "NVIDIA-H100-80GB-HBM3",
            ["nvidia.com/gpu.count"] = Text($"{GpusPerNode}"),
        };
        if (rackBudget is { } watts) labels["toposcheduler.io/rack-power-budget-watts"] = Text($"{watts}");
        JsonObject Resources() => new() { ["cpu"] = "128", ["memory"] = "2Ti", ["pods"] = "110", ["nvidia.com/gpu"] = Text($"{GpusPerNode}") };
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = NodeName(n), ["labels"] = labels },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["capacity"] = Resources(),
                ["allocatable"] = Resources(),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            },
        };
    }

    public static string NodeName(int n) => Text($"n-{n:D4}");

    public static string RackOf(int n) => Text($"rack-{n / 4}");

    /// <summary>A member of a gang of plain pods, with our gate.</summary>
    public static JsonObject Pod(string gang, int member, int size, int gpus = GpusPerNode, params (string Key, string Value)[] annotations)
    {
        var template = Template(gpus, annotations);
        var metadata = (JsonObject)template["metadata"]!.DeepClone();
        metadata["name"] = Text($"{gang}-{member}");
        metadata["namespace"] = Space;
        metadata["annotations"]!["toposcheduler.io/gang"] = gang;
        metadata["annotations"]!["toposcheduler.io/gang-size"] = Text($"{size}");
        return new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = template["spec"]!.DeepClone() };
    }

    /// <summary>A Job whose pods have our gate.</summary>
    public static JsonObject Job(string name, int size, int gpus = GpusPerNode, params (string Key, string Value)[] annotations) => new()
    {
        ["apiVersion"] = "batch/v1",
        ["kind"] = "Job",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Space },
        ["spec"] = new JsonObject
        {
            ["parallelism"] = size,
            ["completions"] = size,
            ["completionMode"] = "Indexed",
            ["backoffLimit"] = 1000,
            ["template"] = Template(gpus, annotations),
        },
    };

    private static JsonObject Template(int gpus, (string Key, string Value)[] annotations)
    {
        JsonObject Resources() => new() { ["cpu"] = "1", ["memory"] = "1Gi", ["nvidia.com/gpu"] = Text($"{gpus}") };
        return new()
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject([.. annotations.Select(a => KeyValuePair.Create($"toposcheduler.io/{a.Key}", (JsonNode?)a.Value))]),
            },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["terminationGracePeriodSeconds"] = 0,
                ["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "toposcheduler.io/gang" }),
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "main",
                    ["image"] = "example.test/train:1",
                    ["resources"] = new JsonObject { ["requests"] = Resources(), ["limits"] = Resources() },
                }),
            },
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
