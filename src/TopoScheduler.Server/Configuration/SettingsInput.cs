namespace TopoScheduler.Server.Configuration;

/// <summary>Settings as they were given; later ones win. Keys are written with colons: <c>listen:url</c>.</summary>
/// <param name="File">Of the file of settings.</param>
/// <param name="Environment">Of the process, names and values as they are.</param>
/// <param name="CommandLine">Of the command line.</param>
public sealed record SettingsInput(
    IReadOnlyList<KeyValuePair<string, string>> File,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    IReadOnlyList<KeyValuePair<string, string>> CommandLine)
{
    private const string Prefix = "TOPOSCHEDULER__";

    /// <summary>What each key says in the end.</summary>
    internal SortedDictionary<string, string> Merge()
    {
        // A pod is told its namespace by the downward API; whatever the administrator writes wins.
        var ownNamespace = Environment.Where(e => e is { Key: "POD_NAMESPACE", Value.Length: > 0 }).Select(e => KeyValuePair.Create("webhook:ownNamespace", e.Value));
        var merged = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var environment = Environment
            .Where(e => e.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(e => KeyValuePair.Create(e.Key[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), e.Value));
        foreach (var (key, value) in ownNamespace.Concat(File).Concat(environment).Concat(CommandLine)) merged[key] = value;
        return merged;
    }
}
