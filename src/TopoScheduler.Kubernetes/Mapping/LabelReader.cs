using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Labels, annotations and node selectors: maps of text.</summary>
internal static class LabelReader
{
    /// <summary>The map at a key; values that are no text are told and left out.</summary>
    public static ImmutableDictionary<string, string> Read(Field map, string key)
    {
        if (map[key].IsMissing)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        var labels = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in map.Entries(key))
        {
            if (value.AsText() is { } text)
            {
                labels[name] = text;
            }
            else if (value.IsMissing)
            {
                // An empty value: `node-role.kubernetes.io/worker:`.
                labels[name] = "";
            }
        }

        return labels.ToImmutable();
    }
}
