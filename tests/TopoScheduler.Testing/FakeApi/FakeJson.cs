using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>Reading of JSON, whatever it was made from.</summary>
internal static class FakeJson
{
    // As deep as any test goes: what is too deep is for the reader under test to say.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 10_000 };

    /// <summary>A whole number; null when there is none. A node made from an <c>int</c> does not give out a <c>long</c>.</summary>
    public static long? Whole(this JsonNode? node) => node is null ? null : long.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>The same as if it had been read from text.</summary>
    public static JsonObject Read(JsonObject obj) => (JsonObject)JsonNode.Parse(obj.ToJsonString(), documentOptions: Deep)!;
}
