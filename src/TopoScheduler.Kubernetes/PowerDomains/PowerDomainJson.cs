using System.Globalization;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>The status of power domains as the API server keeps it: all of the resource that we write.</summary>
public static class PowerDomainJson
{
    /// <summary>A merge patch of the status; what is absent is taken out.</summary>
    /// <param name="resourceVersion">The version of the object it is meant for: any other refuses it (409). The path of a status takes no notice of a uid.</param>
    /// <param name="status">The status.</param>
    public static ReadOnlyMemory<byte> Patch(string resourceVersion, PowerDomainStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return JsonText.Of(json =>
        {
            json.WriteStartObject("metadata");
            json.WriteString("resourceVersion", resourceVersion);
            json.WriteEndObject();
            json.WriteStartObject("status");
            Write(json, "effectiveBudgetWatts", status.EffectiveBudgetWatts);
            Write(json, "committedWatts", status.CommittedWatts);
            Write(json, "measuredWatts", status.MeasuredWatts);
            Write(json, "headroomWatts", status.HeadroomWatts);
            Write(json, "strandedWatts", status.StrandedWatts);
            json.WriteBoolean("overBudget", status.OverBudget);
            json.WriteString("window", status.Window);
            json.WriteString("message", status.Message);
            json.WriteString("observedAt", MomentText.Write(status.ObservedAt));
            ObjectCondition.Write(json, status.Conditions);
            json.WriteEndObject();
        });
    }

    /// <summary>Reads the status of an object; null when it has none. A value that is none is as good as absent.</summary>
    public static PowerDomainStatus? ReadStatus(Tree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var status = tree["status"];
        if (status.Kind != TreeKind.Map) return null;
        return new()
        {
            EffectiveBudgetWatts = Watts(status["effectiveBudgetWatts"]),
            CommittedWatts = Watts(status["committedWatts"]) ?? 0,
            MeasuredWatts = Watts(status["measuredWatts"]),
            HeadroomWatts = Watts(status["headroomWatts"]),
            StrandedWatts = Watts(status["strandedWatts"]),
            OverBudget = status["overBudget"].Text == "true",
            Window = status["window"].Text is { Length: > 0 } window ? window : null,
            Message = status["message"].Text,
            ObservedAt = MomentText.Written(status["observedAt"].Text) ?? default,
            Conditions = ObjectCondition.Read(status["conditions"]),
        };
    }

    private static void Write(Utf8JsonWriter json, string key, long? watts)
    {
        if (watts is { } value) json.WriteNumber(key, value);
        else json.WriteNull(key);
    }

    private static long? Watts(Tree tree) =>
        long.TryParse(tree.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var watts) ? watts : null;
}
