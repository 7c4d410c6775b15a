using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TopoScheduler.Server.Api;

/// <summary>Generated serialiser of the description.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class OpenApiTypes : JsonSerializerContext;
