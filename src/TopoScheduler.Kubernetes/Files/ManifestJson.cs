using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>Manifests as one JSON list, whatever files they stand in: to be sent to somebody who reads them as we do. Scalars keep their spelling, as texts.</summary>
public static class ManifestJson
{
    /// <summary>Writes the list.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="paths">Files, folders or <c>-</c>, in order.</param>
    /// <param name="standardInput">Read where the path is <c>-</c>.</param>
    /// <exception cref="InputException">A file cannot be read at all.</exception>
    public static void Write(Utf8JsonWriter json, IEnumerable<string> paths, Stream? standardInput)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(paths);
        json.WriteStartArray();
        foreach (var path in paths)
        {
            foreach (var found in ObjectSource.Read(path, standardInput, InputLimits.Default)) Write(json, found.Tree);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Tree tree)
    {
        switch (tree.Kind)
        {
            case TreeKind.Map:
                json.WriteStartObject();
                foreach (var (key, value) in tree.Entries)
                {
                    json.WritePropertyName(key);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case TreeKind.List:
                json.WriteStartArray();
                foreach (var item in tree.Items) Write(json, item);
                json.WriteEndArray();
                break;
            case TreeKind.Null:
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(tree.Text);
                break;
        }
    }
}
