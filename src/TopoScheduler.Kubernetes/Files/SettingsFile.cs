using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>Reads a file of settings, YAML or JSON, into flat keys: <c>limits: {bodyMiB: 8}</c> is <c>limits:bodyMiB</c> = <c>8</c>.</summary>
public static class SettingsFile
{
    /// <summary>Reads a file. A value of null counts as not given.</summary>
    /// <exception cref="InputException">It cannot be read, or is no single map.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        var trees = ObjectSource.Read(path, null, InputLimits.Default).Select(found => found.Tree).Where(tree => tree.Kind != TreeKind.Null).Take(2).ToList();
        if (trees.Count == 0) return [];
        if (trees.Count > 1 || trees[0].Kind != TreeKind.Map) throw new InputException($"{path}: is no single map of settings, expected for example \"listen: {{url: http://127.0.0.1:8888}}\".");
        if (trees[0].Repeated is { } repeated) throw new InputException($"{path}:{repeated.Line}: {Field.Quote(repeated.Key)} stands twice in one map, expected once.");
        var settings = new List<KeyValuePair<string, string>>();
        Flatten(trees[0], "", settings);
        // Casing tells no keys apart, so two spellings of one would hide each other.
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return settings.Find(s => !seen.Add(s.Key)) is { Key: { } again } ? throw new InputException($"{path}: {Field.Quote(again.Replace(':', '.'))} stands twice in the file, expected once.") : settings;
    }

    private static void Flatten(Tree tree, string key, List<KeyValuePair<string, string>> settings)
    {
        switch (tree.Kind)
        {
            case TreeKind.Scalar:
                settings.Add(new(key, tree.Text));
                break;
            case TreeKind.Map:
                foreach (var (name, value) in tree.Entries) Flatten(value, key.Length == 0 ? name : $"{key}:{name}", settings);
                break;
            case TreeKind.List:
                for (var i = 0; i < tree.Items.Length; i++) Flatten(tree.Items[i], $"{key}:{i}", settings);
                break;
            default:
                break;
        }
    }
}
