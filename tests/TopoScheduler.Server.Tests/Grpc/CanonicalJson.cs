using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>A message as the JSON that HTTP answers.</summary>
internal static class CanonicalJson
{
    // What has no presence, lists and maps, is written; what is absent is not.
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>The text.</summary>
    public static string Of(IMessage message) => Encoding.UTF8.GetString(AnswerJson.Relaid(Encoding.UTF8.GetBytes(Spelled(JsonNode.Parse(Formatter.Format(message)))!.ToJsonString())));

    // The same number, its exponent spelled otherwise: 1e-07 for 1E-07.
    private static JsonNode? Spelled(JsonNode? node) => node switch
    {
        JsonObject obj => new JsonObject(obj.Select(p => KeyValuePair.Create(p.Key, Spelled(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Spelled)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.ToJsonString().Contains('e', StringComparison.Ordinal) => JsonValue.Create(value.GetValue<double>()),
        _ => node?.DeepClone(),
    };
}
