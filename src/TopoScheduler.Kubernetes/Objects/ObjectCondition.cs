using System.Collections.Immutable;
using System.Text.Json;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>A condition as the status of any resource has them.</summary>
/// <param name="Type">Which.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Since">Since when it has held, or not held; whole seconds once it has been written.</param>
public sealed record ObjectCondition(string Type, bool Holds, string Reason, string Message, DateTimeOffset Since)
{
    /// <summary>The same from the moment it changed: where it held before as it does now, since then.</summary>
    /// <param name="before">The conditions up to now.</param>
    public ObjectCondition After(IEnumerable<ObjectCondition> before) =>
        before.FirstOrDefault(c => c.Type == Type) is { } known && known.Holds == Holds ? this with { Since = known.Since } : this;

    /// <summary>Reads a list of them.</summary>
    internal static ImmutableArray<ObjectCondition> Read(Tree conditions)
    {
        var read = ImmutableArray.CreateBuilder<ObjectCondition>();
        foreach (var c in conditions.Items)
        {
            read.Add(new(c["type"].Text, c["status"].Text == "True", c["reason"].Text, c["message"].Text, MomentText.Written(c["lastTransitionTime"].Text) ?? DateTimeOffset.UnixEpoch));
        }

        return read.ToImmutable();
    }

    /// <summary>Writes the field <c>conditions</c>.</summary>
    internal static void Write(Utf8JsonWriter json, IEnumerable<ObjectCondition> conditions)
    {
        json.WriteStartArray("conditions");
        foreach (var condition in conditions)
        {
            json.WriteStartObject();
            json.WriteString("type", condition.Type);
            json.WriteString("status", condition.Holds ? "True" : "False");
            json.WriteString("reason", condition.Reason);
            json.WriteString("message", condition.Message);
            json.WriteString("lastTransitionTime", MomentText.Write(condition.Since));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
