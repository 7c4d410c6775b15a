using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>
/// JSON Schemas of answers, made from the very serialisers that write them. What is always written is required; what may be absent is not. No property is closed out:
/// further ones may come.
/// </summary>
internal sealed class AnswerSchema
{
    private readonly SortedDictionary<string, JsonObject> _parts = new(StringComparer.Ordinal);

    /// <summary>The schemas of all types asked for, and of their parts, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Parts => _parts;

    /// <summary>A reference to the schema of a type.</summary>
    public JsonObject Of(Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        if (inner == typeof(string)) return new() { ["type"] = "string" };
        if (inner == typeof(bool)) return new() { ["type"] = "boolean" };
        if (inner == typeof(int)) return new() { ["type"] = "integer", ["format"] = "int32" };
        if (inner == typeof(long)) return new() { ["type"] = "integer", ["format"] = "int64" };
        if (inner == typeof(double)) return new() { ["type"] = "number", ["format"] = "double" };
        var info = AnswerJson.TypeOf(inner) ?? throw new NotSupportedException($"{inner.Name} is no part of an answer");
        if (inner.IsEnum) return OfEnum(inner, info);
        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => new() { ["type"] = "array", ["items"] = Of(info.ElementType!) },
            JsonTypeInfoKind.Dictionary => new() { ["type"] = "object", ["additionalProperties"] = Of(info.ElementType!) },
            _ => OfPart(inner, info),
        };
    }

    // Values of an enum are open as well: a reader must bear one that it does not know.
    private static JsonObject OfEnum(Type type, JsonTypeInfo info) => new()
    {
        ["type"] = "string",
        ["examples"] = new JsonArray([.. Enum.GetValues(type).Cast<object>().Select(v => JsonSerializer.SerializeToNode(v, info))]),
    };

    private JsonObject OfPart(Type type, JsonTypeInfo info)
    {
        if (!_parts.ContainsKey(type.Name))
        {
            var schema = _parts[type.Name] = [];
            var written = info.Properties.Where(p => p.Get is not null).ToList();
            schema["type"] = "object";
            schema["required"] = new JsonArray([.. written.Where(p => !MayBeAbsent(p)).Select(p => (JsonNode)p.Name)]);
            schema["properties"] = new JsonObject(written.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)Of(p.PropertyType))));
        }

        return new() { ["$ref"] = $"#/components/schemas/{type.Name}" };
    }

    private static bool MayBeAbsent(JsonPropertyInfo property) => property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null;
}
