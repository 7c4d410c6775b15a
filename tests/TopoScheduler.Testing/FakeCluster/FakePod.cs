using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>What the components around us look at in a pod.</summary>
internal static class FakePod
{
    public static string Name(this JsonObject obj) => (string)obj["metadata"]!["name"]!;

    public static string? Namespace(this JsonObject obj) => (string?)obj["metadata"]!["namespace"];

    public static string Uid(this JsonObject obj) => (string)obj["metadata"]!["uid"]!;

    public static bool IsTerminating(this JsonObject obj) => obj["metadata"]!["deletionTimestamp"] is not null;

    public static string Node(this JsonObject pod) => (string?)pod["spec"]?["nodeName"] ?? "";

    public static string Phase(this JsonObject pod) => (string?)pod["status"]?["phase"] ?? "Pending";

    /// <summary>It has succeeded or failed.</summary>
    public static bool IsOver(this JsonObject pod) => pod.Phase() is "Succeeded" or "Failed";

    public static bool IsGated(this JsonObject pod) => pod["spec"]?["schedulingGates"] is JsonArray { Count: > 0 };

    /// <summary>The members of a list that are objects.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}
