using System.Text.Json;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>The shape of a JSON text: every path in it with the kind of its value, whatever the values are.</summary>
internal static class JsonPaths
{
    /// <summary>Paths as <c>NodeNames[]: String</c>, in ordinal order; elements of an array share one.</summary>
    public static IReadOnlyCollection<string> Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        Add(document.RootElement, "", paths);
        return paths;
    }

    private static void Add(JsonElement value, string path, SortedSet<string> paths)
    {
        paths.Add($"{path}: {value.ValueKind}");
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject()) Add(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", paths);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray()) Add(element, path + "[]", paths);
        }
    }
}
