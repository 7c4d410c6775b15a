using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Writes <see cref="GangPlacement"/>s as the API server takes them; absent values are left out.</summary>
public static class GangPlacementJson
{
    /// <summary>apiVersion of the resource.</summary>
    public const string ApiVersion = "toposcheduler.io/v1alpha1";

    /// <summary>kind of the resource.</summary>
    public const string Kind = "GangPlacement";

    /// <summary>The whole resource. Its status is only taken by the path of the status.</summary>
    public static ReadOnlyMemory<byte> Write(GangPlacement placement)
    {
        ArgumentNullException.ThrowIfNull(placement);
        return JsonText.Of(json =>
        {
            json.WriteString("apiVersion", ApiVersion);
            json.WriteString("kind", Kind);
            WriteMetadata(json, placement);
            WriteSpec(json, placement);
            json.WriteStartObject("status");
            WriteStatus(json, placement.Status);
            json.WriteEndObject();
        });
    }

    private static void WriteMetadata(Utf8JsonWriter json, GangPlacement placement)
    {
        json.WriteStartObject("metadata");
        json.WriteString("namespace", placement.Gang.Namespace);
        json.WriteString("name", placement.Name);
        if (placement.Uid.Length > 0) json.WriteString("uid", placement.Uid);
        if (placement.ResourceVersion.Length > 0) json.WriteString("resourceVersion", placement.ResourceVersion);
        placement.Owner?.Write(json);
        json.WriteEndObject();
    }

    private static void WriteSpec(Utf8JsonWriter json, GangPlacement placement)
    {
        json.WriteStartObject("spec");
        json.WriteStartObject("gang");
        json.WriteString("kind", placement.Gang.Kind);
        json.WriteString("name", placement.Gang.Name);
        if (placement.Gang.Uid.Length > 0) json.WriteString("uid", placement.Gang.Uid);
        if (placement.Gang.Restart > 0) json.WriteNumber("restart", placement.Gang.Restart);
        json.WriteEndObject();
        json.WriteNumber("size", placement.Size);
        json.WriteNumber("min", placement.Min);
        json.WriteNumber("gpus", placement.Gpus);
        json.WriteEndObject();
    }

    private static void WriteStatus(Utf8JsonWriter json, GangPlacementStatus status)
    {
        json.WriteString("phase", status.Phase.ToString());
        json.WriteString("message", status.Message);
        json.WriteNumber("placed", status.Plan.Length);
        json.WriteNumber("bound", status.Bound);
        if (status.Tier is not null) json.WriteString("tier", status.Tier);
        if (status.Domain is not null) json.WriteString("domain", status.Domain);
        if (status.Nodes > 0) json.WriteNumber("nodes", status.Nodes);
        if (status.Watts > 0) json.WriteNumber("watts", status.Watts);
        if (status.GpuCapWatts is { } cap) json.WriteNumber("gpuCapWatts", cap);
        if (status.EstimateMs is { } ms) json.WriteNumber("estimateMs", ms);
        if (status.StartedAt is { } started) json.WriteString("startedAt", MomentText.Write(started));
        WritePlan(json, status);
        WriteDeadlines(json, status);
        ObjectCondition.Write(json, status.Conditions);
    }

    // By node, in the order of each node's first member: ranks that are neighbours stand together.
    private static void WritePlan(Utf8JsonWriter json, GangPlacementStatus status)
    {
        if (status.Plan.IsEmpty) return;
        json.WriteStartArray("plan");
        foreach (var slot in status.Plan.GroupBy(m => m.Node, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("node", slot.Key);
            json.WriteString("members", MemberRanges.Write([.. slot.Select(m => m.Member)]));
            if (slot.Any(m => m.Pod.Length > 0))
            {
                json.WriteStartArray("pods");
                foreach (var member in slot) json.WriteStringValue(member.Pod);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDeadlines(Utf8JsonWriter json, GangPlacementStatus status)
    {
        if (status.Deadlines.IsEmpty) return;
        json.WriteStartArray("deadlines");
        foreach (var deadline in status.Deadlines)
        {
            json.WriteStartObject();
            json.WriteString("what", deadline.What);
            json.WriteString("at", MomentText.Write(deadline.At));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
