using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>What the server writes into a pod that says nothing of it. Only what others look at: every pod has two tolerations, for one.</summary>
internal static class FakeDefaults
{
    private static readonly string[] NodeTaints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    /// <summary>Defaults of the spec, at creation and at every change.</summary>
    public static void Complete(JsonObject pod)
    {
        if (pod["spec"] is not JsonObject spec)
        {
            return;
        }

        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["schedulerName"] ??= "default-scheduler";
        var tolerations = spec["tolerations"] as JsonArray ?? [];
        foreach (var taint in NodeTaints)
        {
            if (!tolerations.OfType<JsonObject>().Any(t => Tolerates(t, taint)))
            {
                tolerations.Add(new JsonObject { ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
            }
        }

        if (tolerations.Parent is null)
        {
            spec["tolerations"] = tolerations;
        }

        if (spec["schedulingGates"] is null or JsonArray { Count: 0 })
        {
            spec.Remove("schedulingGates");
        }

        if (spec["nodeSelector"] is null or JsonObject { Count: 0 })
        {
            spec.Remove("nodeSelector");
        }

        DropEmptyLists(spec["affinity"]);
    }

    /// <summary>The status of a new pod: it waits, and says so where gates hold it.</summary>
    public static void BeginStatus(JsonObject pod, FakeObjects objects)
    {
        var status = new JsonObject { ["phase"] = "Pending" };
        if (pod["spec"]?["schedulingGates"] is JsonArray { Count: > 0 })
        {
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = objects.Now(),
                ["reason"] = "SchedulingGated",
                ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
            });
        }

        pod["status"] = status;
    }

    // An empty list of requirements is none, and an empty term stays one.
    private static void DropEmptyLists(JsonNode? node)
    {
        if (node is JsonObject obj)
        {
            foreach (var (key, value) in obj.ToArray())
            {
                DropEmptyLists(value);
                if (value is null || (key is "matchExpressions" or "matchFields" && value is JsonArray { Count: 0 }))
                {
                    obj.Remove(key);
                }
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                DropEmptyLists(item);
            }
        }
    }

    private static bool Tolerates(JsonObject toleration, string taint) =>
        ((string?)toleration["key"] is null or "" || (string?)toleration["key"] == taint) && (string?)toleration["effect"] is null or "" or "NoExecute";
}
