using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TopoScheduler.Testing.ThirdParty;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>YAML documents as JSON, with numbers and booleans where they are plain: what an API server makes of them.</summary>
internal static partial class YamlObjects
{
    /// <summary>The documents of a text; empty ones are left out.</summary>
    public static IReadOnlyList<JsonObject> Of(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(d => JsonOf(d.RootNode)).OfType<JsonObject>()];
    }

    /// <summary>The only document of a file.</summary>
    public static JsonObject Read(string path) => Assert.Single(Of(File.ReadAllText(path)));

    private static JsonNode? JsonOf(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Entries().Select(e => KeyValuePair.Create(e.Key, JsonOf(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(JsonOf)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        _ => node.Text(),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => true,
        "false" => false,
        _ when Number().IsMatch(text) => JsonNode.Parse(text),
        _ => text,
    };

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$")]
    private static partial Regex Number();
}
