using YamlDotNet.RepresentationModel;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>Short ways through a YAML document.</summary>
public static class YamlTree
{
    /// <summary>The root of the first document of a file.</summary>
    public static YamlMappingNode Load(string path)
    {
        using var reader = File.OpenText(path);
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    /// <summary>The value of a key; null when it is absent.</summary>
    public static YamlNode? Find(this YamlNode? node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    /// <summary>The text of a scalar; null for anything else.</summary>
    public static string? Text(this YamlNode? node) => (node as YamlScalarNode)?.Value;

    /// <summary>The items of a sequence; none for anything else.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode? node) => node as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();

    /// <summary>The entries of a mapping; none for anything else.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Entries(this YamlNode? node) =>
        (node as YamlMappingNode)?.Children.Select(c => (c.Key.Text()!, c.Value)) ?? [];
}
