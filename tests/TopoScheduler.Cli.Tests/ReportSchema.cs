using System.Text.Json;

namespace TopoScheduler.Cli.Tests;

/// <summary>
/// Holds a report to <c>docs/reference/report.schema.json</c>. Reads the part of JSON Schema which that file uses, and is stricter in one thing: a
/// property the schema does not list is an error, so that the reference cannot fall behind.
/// </summary>
internal static class ReportSchema
{
    private static readonly JsonElement Schema = Load();

    /// <summary>Fails with the path of the first difference.</summary>
    public static void Check(JsonElement report)
    {
        var errors = Schema.GetProperty("oneOf").EnumerateArray().Select(s => Difference(s, report, "$")).ToList();
        Assert.True(errors.Contains(null), string.Join("; or ", errors));
    }

    private static string? Difference(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference)) return Difference(Definition(reference.GetString()!), value, path);
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value)) return $"{path} is {value}, expected {constant}";
        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value))) return $"{path} is {value}, expected one of {values}";
        if (schema.TryGetProperty("type", out var type) && !IsOf(type.GetString()!, value)) return $"{path} is {value.ValueKind}, expected {type}";
        return value.ValueKind switch
        {
            JsonValueKind.Object => DifferenceOfObject(schema, value, path),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().Select((v, i) => Difference(items, v, $"{path}[{i}]")).FirstOrDefault(e => e is not null),
            _ => null,
        };
    }

    private static string? DifferenceOfObject(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _)) return $"{path}.{name} is missing";
            }
        }

        foreach (var property in value.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            if (!schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(property.Name, out var inner))
            {
                if (!schema.TryGetProperty("additionalProperties", out inner)) return $"{at} is not in the schema";
            }

            if (Difference(inner, property.Value, at) is { } error) return error;
        }

        return null;
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new InvalidOperationException($"type {type}"),
    };

    private static JsonElement Definition(string reference) => Schema.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    private static JsonElement Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(CliHarness.File("docs", "reference", "report.schema.json")));
        return document.RootElement.Clone();
    }
}
