using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The part of JSON Schema (draft 7) that <c>values.schema.json</c> uses; a keyword beyond it is an error.</summary>
internal static class ValuesSchema
{
    private static readonly string[] Types = ["object", "array", "string", "boolean", "integer", "number", "null"];

    /// <summary>What is wrong with a schema itself.</summary>
    public static IEnumerable<string> Faults(JsonObject schema, string path = "$") => schema.SelectMany(entry =>
    {
        var at = $"{path}.{entry.Key}";
        return entry.Key switch
        {
            "$schema" or "title" or "description" => OnlyIf(IsText(entry.Value), at),
            "type" => OnlyIf(TypesOf(entry.Value).All(t => Types.Contains(t)) && TypesOf(entry.Value).Any(), at),
            "enum" or "required" => OnlyIf(entry.Value is JsonArray { Count: > 0 } list && list.All(IsText), at),
            "minimum" or "maximum" or "minLength" or "minItems" => OnlyIf(entry.Value?.GetValueKind() == System.Text.Json.JsonValueKind.Number, at),
            "pattern" => OnlyIf(IsText(entry.Value) && Regex.IsMatch("", $"{(string)entry.Value!}|"), at),
            "properties" => entry.Value!.AsObject().SelectMany(p => Faults(p.Value!.AsObject(), $"{at}.{p.Key}")),
            "items" => Faults(entry.Value!.AsObject(), at),
            "additionalProperties" => entry.Value is JsonObject inner ? Faults(inner, at) : OnlyIf(entry.Value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False, at),
            _ => [$"{at} is no keyword known here"],
        };
    });

    /// <summary>Where a value does not meet a schema.</summary>
    public static IEnumerable<string> Differences(JsonObject schema, JsonNode? value, string path = "$")
    {
        if (schema["type"] is { } type && !TypesOf(type).Any(t => IsOf(t, value))) return [$"{path} is {Show(value)}, expected {type.ToJsonString()}"];
        if (schema["enum"] is JsonArray known && !known.Any(k => JsonNode.DeepEquals(k, value))) return [$"{path} is {Show(value)}, expected one of {known.ToJsonString()}"];
        return value switch
        {
            JsonObject map => OfMap(schema, map, path),
            JsonArray list => OfList(schema, list, path),
            JsonValue scalar => OfScalar(schema, scalar, path),
            _ => [],
        };
    }

    private static IEnumerable<string> OfMap(JsonObject schema, JsonObject map, string path)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Where(n => !map.ContainsKey((string)n!))) yield return $"{path}.{name} is missing";
        foreach (var (key, inner) in map)
        {
            var known = (schema["properties"] as JsonObject)?[key] as JsonObject;
            var at = $"{path}.{key}";
            if (known is null && schema["additionalProperties"] is JsonValue closed && !(bool)closed) yield return $"{at} is not known";
            foreach (var difference in (known ?? schema["additionalProperties"] as JsonObject) is { } next ? Differences(next, inner, at) : []) yield return difference;
        }
    }

    private static IEnumerable<string> OfList(JsonObject schema, JsonArray list, string path)
    {
        if (schema["minItems"] is { } least && list.Count < (int)least) yield return $"{path} has {list.Count} items, expected at least {least}";
        foreach (var difference in schema["items"] is JsonObject items ? list.SelectMany((item, i) => Differences(items, item, $"{path}[{i}]")) : []) yield return difference;
    }

    private static IEnumerable<string> OfScalar(JsonObject schema, JsonValue scalar, string path)
    {
        if (scalar.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            if (schema["minimum"] is { } low && Number(scalar) < Number(low)) yield return $"{path} is {scalar}, expected at least {low}";
            if (schema["maximum"] is { } high && Number(scalar) > Number(high)) yield return $"{path} is {scalar}, expected at most {high}";
        }

        if (!IsText(scalar)) yield break;
        if (schema["minLength"] is { } length && ((string)scalar!).Length < (int)length) yield return $"{path} is too short";
        if (schema["pattern"] is { } pattern && !Regex.IsMatch((string)scalar!, (string)pattern!)) yield return $"{path} is \"{scalar}\", expected {pattern}";
    }

    private static IEnumerable<string> OnlyIf(bool holds, string at) => holds ? [] : [$"{at} is wrong"];

    private static IEnumerable<string> TypesOf(JsonNode? type) => type is JsonArray list ? list.Select(t => (string)t!) : IsText(type) ? [(string)type!] : [];

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == System.Text.Json.JsonValueKind.String;

    private static double Number(JsonNode node) => double.Parse(node.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => IsText(value),
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "integer" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && Number(value) % 1 == 0,
        _ => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
    };
}
