using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TopoScheduler.Server.Audit;

/// <summary>A decision as one line of JSON; <c>docs/reference/audit.md</c> says what each field means.</summary>
internal static class AuditLine
{
    /// <summary>Nodes that are named.</summary>
    public const int MostNodes = 64;

    /// <summary>Characters of a text.</summary>
    public const int MostCharacters = 1024;

    // As people read it; what breaks lines or JSON is escaped all the same.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line, its end included.</summary>
    /// <param name="entry">The decision.</param>
    /// <param name="at">When.</param>
    /// <param name="options">Digest of the settings.</param>
    /// <param name="snapshot">Number of its cluster; 0 where it names none.</param>
    /// <param name="settings">The settings, for a line that begins a record.</param>
    public static byte[] Of(in AuditEntry entry, DateTimeOffset at, string options, long snapshot, IReadOnlyDictionary<string, string>? settings = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("time", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("verb", WordOf(entry.Verb));
            json.WriteString("outcome", entry.Outcome);
            WriteText(json, "gang", entry.Gang);
            WriteText(json, "pod", entry.Pod);
            WriteText(json, "uid", entry.Uid);
            WriteText(json, "podVersion", entry.PodVersion);
            WriteNodes(json, entry.Nodes);
            if (entry.Count is { } count) json.WriteNumber("count", count);
            WriteText(json, "reason", entry.Reason);
            WriteText(json, "user", entry.User);
            if (snapshot > 0) json.WriteNumber("snapshot", snapshot);
            if (entry.Freed is { } freed) json.WriteNumber("freed", freed);
            json.WriteString("options", options);
            if (settings is not null) WriteSettings(json, settings);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static string WordOf(AuditVerb verb) => verb switch
    {
        AuditVerb.Start => "start",
        AuditVerb.Filter => "filter",
        AuditVerb.Plan => "plan",
        AuditVerb.Bind => "bind",
        AuditVerb.Release => "release",
        AuditVerb.Preempt => "preempt",
        AuditVerb.Deny => "deny",
        AuditVerb.Readings => "readings",
        _ => "lost",
    };

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is { Length: > 0 }) json.WriteString(name, text.AsSpan(0, Math.Min(text.Length, MostCharacters)));
    }

    private static void WriteNodes(Utf8JsonWriter json, IReadOnlyList<string>? nodes)
    {
        if (nodes is not { Count: > 0 }) return;
        json.WriteStartArray("nodes");
        for (var n = 0; n < nodes.Count && n < MostNodes; n++) json.WriteStringValue(nodes[n].AsSpan(0, Math.Min(nodes[n].Length, MostCharacters)));
        json.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter json, IReadOnlyDictionary<string, string> settings)
    {
        json.WriteStartObject("settings");
        foreach (var (key, value) in settings) WriteText(json, key.Replace(':', '.'), value);
        json.WriteEndObject();
    }
}
