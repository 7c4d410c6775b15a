using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>Holds what is written against the schema of a custom resource: the API server drops what that does not know.</summary>
internal static class SchemaCheck
{
    /// <summary>A definition of <c>manifests/crds</c>.</summary>
    public static Tree Definition(string file) => Yaml.Tree(Text("manifests", "crds", file));

    /// <summary>A file of the repository.</summary>
    public static string Text(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        Assert.True(folder is not null, "no folder above the tests holds TopoScheduler.sln");
        return File.ReadAllText(Path.Combine([folder!.FullName, .. path]));
    }

    /// <summary>Every printer column points to a field of its type.</summary>
    public static void Columns(Tree columns, Tree root)
    {
        Assert.False(columns.Items.IsEmpty);
        foreach (var column in columns.Items)
        {
            var path = column["jsonPath"].Text;
            Assert.StartsWith(".", path, StringComparison.Ordinal);
            if (path == ".metadata.creationTimestamp") continue;
            var schema = root;
            foreach (var step in path[1..].Split('.')) schema = schema["properties"][step];
            Assert.True(schema["type"].Text == column["type"].Text, $"{path}: \"{schema["type"].Text}\" in the schema, {column["type"].Text} in its column");
        }
    }

    /// <summary>Tells what is written and not in the schema, or not as the schema has it.</summary>
    public static void Walk(JsonElement value, Tree schema, string path, List<string> strange)
    {
        var type = schema["type"].Text;
        var isThat = value.ValueKind switch
        {
            JsonValueKind.Object => type == "object",
            JsonValueKind.Array => type == "array",
            JsonValueKind.String => type == "string" && (schema["format"].Text != "date-time" || value.TryGetDateTimeOffset(out _)) && IsListed(schema["enum"], value.GetString()!),
            JsonValueKind.True or JsonValueKind.False => type == "boolean",
            JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetInt64(out _)),
            _ => false,
        };
        if (!isThat) strange.Add($"{path}: {value} is no \"{type}\"");
        else if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Walk(item, schema["items"], $"{path}[]", strange);
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject()) Walk(field.Value, schema["properties"][field.Name], $"{path}.{field.Name}", strange);
            foreach (var name in schema["required"].Items)
            {
                if (!value.TryGetProperty(name.Text, out _)) strange.Add($"{path}: {name.Text} is missing");
            }
        }
    }

    private static bool IsListed(Tree list, string text)
    {
        foreach (var item in list.Items)
        {
            if (item.Text == text) return true;
        }

        return list.Items.IsEmpty;
    }

    /// <summary>Tells what is in the schema and not written.</summary>
    public static void Unwritten(List<JsonElement> values, Tree schema, string path, List<string> missing)
    {
        if (schema["type"].Text == "array")
        {
            Unwritten([.. values.SelectMany(v => v.EnumerateArray())], schema["items"], $"{path}[]", missing);
            return;
        }

        foreach (var (name, field) in schema["properties"].Entries)
        {
            List<JsonElement> written = [.. values.Where(v => v.TryGetProperty(name, out _)).Select(v => v.GetProperty(name))];
            if (written.Count == 0) missing.Add($"{path}.{name}");
            else Unwritten(written, field, $"{path}.{name}", missing);
        }
    }
}
