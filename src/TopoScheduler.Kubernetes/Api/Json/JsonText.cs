using System.Text.Json;

namespace TopoScheduler.Kubernetes.Api.Json;

/// <summary>Small objects as JSON.</summary>
internal static class JsonText
{
    /// <summary>One object.</summary>
    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> members)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>A map of texts; nothing when it is empty.</summary>
    public static void WriteMap(Utf8JsonWriter json, string key, IEnumerable<KeyValuePair<string, string>>? entries)
    {
        if (entries?.Any() != true)
        {
            return;
        }

        json.WriteStartObject(key);
        foreach (var (name, value) in entries)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
