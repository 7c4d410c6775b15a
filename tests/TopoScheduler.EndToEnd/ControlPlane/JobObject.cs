using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>A Job, whose pods kube-controller-manager makes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parallelism">Pods at once, and to complete.</param>
/// <param name="Pod">Its pods; the name does not count.</param>
internal sealed record JobObject(string Name, int Parallelism, PodObject Pod)
{
    /// <summary>Whether its pods have an index (1.21 and later).</summary>
    public bool Indexed { get; init; }

    /// <summary>Annotations of the Job itself, with their full keys.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The object to create.</summary>
    public JsonObject ToJson()
    {
        var spec = new JsonObject { ["parallelism"] = Parallelism, ["completions"] = Parallelism, ["backoffLimit"] = 0, ["template"] = Pod.Template(restartPolicy: "Never") };
        if (Indexed) spec["completionMode"] = "Indexed";
        return new()
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = new JsonObject { ["name"] = Name, ["annotations"] = new JsonObject([.. Annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))]) },
            ["spec"] = spec,
        };
    }
}
