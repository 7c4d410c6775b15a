using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>One call that a scheduler made to an extender.</summary>
/// <param name="Verb">Last part of the path: <c>filter</c>, <c>prioritize</c>, <c>bind</c>, <c>preempt</c>.</param>
/// <param name="Headers">The request line and the headers, as they came.</param>
/// <param name="Body">The body, as it came.</param>
internal sealed record RecordedCall(string Verb, string Headers, string Body)
{
    /// <summary>The body, read.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>Name of the pod it is about.</summary>
    public string Pod => (Json["PodName"] ?? Json[nameof(Pod)]!["metadata"]!["name"])!.GetValue<string>();

    /// <summary>The names of the nodes it was sent, in order, from names or whole nodes.</summary>
    public IReadOnlyList<string> Nodes =>
        Json["NodeNames"] is JsonArray names
            ? [.. names.Select(n => n!.GetValue<string>())]
            : [.. Json[nameof(Nodes)]!["items"]!.AsArray().Select(n => n!["metadata"]!["name"]!.GetValue<string>())];
}
