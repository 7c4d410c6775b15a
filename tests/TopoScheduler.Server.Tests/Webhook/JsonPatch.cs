using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Webhook;

/// <summary>Applies JSON patches of <c>add</c> operations as RFC 6902 says, and refuses what it forbids.</summary>
internal static class JsonPatch
{
    /// <summary>A changed copy.</summary>
    public static JsonNode Apply(JsonNode document, ReadOnlySpan<byte> patch)
    {
        var copy = document.DeepClone();
        foreach (var operation in JsonNode.Parse(patch)!.AsArray())
        {
            Assert.Equal("add", (string?)operation!["op"]);
            Add(copy, (string)operation["path"]!, operation["value"]!.DeepClone());
        }

        return copy;
    }

    private static void Add(JsonNode document, string path, JsonNode value)
    {
        Assert.StartsWith("/", path, StringComparison.Ordinal);
        var steps = path[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        var parent = steps[..^1].Aggregate(document, (node, step) =>
            (node is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : node[step]) ?? throw new InvalidOperationException($"{path}: {step} does not exist"));
        if (parent is not JsonArray items) parent[steps[^1]] = value;
        else if (steps[^1] == "-") items.Add(value);
        else items.Insert(int.Parse(steps[^1], CultureInfo.InvariantCulture), value);
    }
}
