using System.Text;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>What a fake API server answers.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Json">The body.</param>
public sealed record FakeAnswer(int Code, ReadOnlyMemory<byte> Json)
{
    /// <summary>With an object.</summary>
    public static FakeAnswer Of(int code, JsonNode body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new(code, Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    /// <summary>The body, read.</summary>
    public JsonObject Body() => (JsonObject)JsonNode.Parse(Json.Span)!;
}
