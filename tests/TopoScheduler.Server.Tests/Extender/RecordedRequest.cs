using System.Text;
using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Extender;

/// <summary>A request that a real kube-scheduler sent (<c>tests/cases/wire</c>): <c>filter</c>, <c>prioritize</c> or <c>bind</c>.</summary>
/// <param name="Version">The scheduler's version.</param>
/// <param name="Verb">What was asked.</param>
/// <param name="Form"><c>names</c> or <c>nodes</c>: with <c>nodeCacheCapable</c> or without.</param>
internal sealed record RecordedRequest(string Version, string Verb, string Form)
{
    /// <summary>Its bytes.</summary>
    public byte[] Body { get; } = RepositoryFiles.Wire($"{Version}/{Verb}-{Form}.json");

    /// <summary>Where the expected answer stands.</summary>
    public string AnswerFile => $"{Version}/{Verb}-{Form}.answer.json";

    /// <summary>The same as values.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The Node objects it carries; none when it carries names.</summary>
    public IReadOnlyList<JsonNode> NodeObjects => Json["Nodes"]?["items"] is JsonArray items ? [.. items.Select(i => i!)] : [];

    /// <summary>The names of its candidates, in their order.</summary>
    public IReadOnlyList<string> NodeNames =>
        Json[nameof(NodeNames)] is JsonArray names ? [.. names.Select(n => (string)n!)] : [.. NodeObjects.Select(n => (string)n["metadata"]!["name"]!)];

    /// <summary>The body with the content type kube-scheduler states.</summary>
    public HttpContent ToContent()
    {
        var content = new ByteArrayContent(Body);
        content.Headers.ContentType = new("application/json");
        return content;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Version}/{Verb}-{Form}: {Encoding.UTF8.GetString(Body)}";
}
