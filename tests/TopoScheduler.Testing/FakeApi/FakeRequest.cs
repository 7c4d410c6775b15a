using System.Text.Json;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>One request as a fake API server sees it, whichever door it came through.</summary>
/// <param name="Method">Method.</param>
/// <param name="Path">Path, unescaped.</param>
/// <param name="Query">Parameters.</param>
/// <param name="MediaType">Media type of the body, without its parameters; null when it is not said.</param>
/// <param name="Body">The body.</param>
public sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, string? MediaType, ReadOnlyMemory<byte> Body)
{
    /// <summary>A parameter; empty when it is not there.</summary>
    public string Parameter(string name) => Query.TryGetValue(name, out var value) ? value : "";

    /// <summary>The body as JSON; null when there is none.</summary>
    internal JsonNode? Json()
    {
        try
        {
            return Body.IsEmpty ? null : JsonNode.Parse(Body.Span);
        }
        catch (JsonException e)
        {
            throw FakeRefusal.BadRequest($"error decoding the body: {e.Message}");
        }
    }

    /// <summary>The body as an object; an empty one when there is none.</summary>
    internal JsonObject Object() => Json() switch
    {
        null => [],
        JsonObject obj => obj,
        _ => throw FakeRefusal.BadRequest("json: cannot unmarshal the body into an object"),
    };
}
