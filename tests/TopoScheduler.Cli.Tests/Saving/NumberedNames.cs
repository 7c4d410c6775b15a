using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TopoScheduler.Cli.Tests.Saving;

/// <summary>The file that <c>save --names</c> writes, read by whoever has it: numbers named again, and names as they are called in the saved file.</summary>
internal sealed partial class NumberedNames
{
    private readonly Dictionary<string, string> _nameOf;

    private NumberedNames(Dictionary<string, string> nameOf) => _nameOf = nameOf;

    /// <summary>What stands for what.</summary>
    public IReadOnlyDictionary<string, string> NameOf => _nameOf;

    /// <summary>Reads the file.</summary>
    public static NumberedNames Read(string file) => new(JsonNode.Parse(File.ReadAllText(file))!.AsObject().ToDictionary(n => n.Key, n => (string)n.Value!));

    /// <summary>A document with every number named again, in values and in keys.</summary>
    public string Named(string json) => Named(JsonNode.Parse(json))!.ToJsonString();

    /// <summary>A text with every number named again.</summary>
    public string Again(string text) => Number().Replace(text, m => _nameOf.GetValueOrDefault(m.Value, m.Value));

    /// <summary>How the saved file calls a namespace, a node, a pod or a job.</summary>
    /// <param name="prefix">What its numbers begin with.</param>
    /// <param name="name">Its name.</param>
    public string Called(string prefix, string name)
    {
        var numbers = _nameOf.Where(n => n.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);
        return prefix == "name" ? Words().Replace(name, m => numbers.GetValueOrDefault(m.Value, m.Value)) : numbers.GetValueOrDefault(name, name);
    }

    private JsonNode? Named(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(e => KeyValuePair.Create(Again(e.Key), Named(e.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Named)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Again((string)value!),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex("(node-|namespace-|domain-|power-|claim-|volume-|priority-|uid-|sentence-|value-|name)[0-9]{4,}")]
    private static partial Regex Number();

    [GeneratedRegex("[^-/]+")]
    private static partial Regex Words();
}
