using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>What is wrong with one field of an object.</summary>
/// <param name="Type">As it stands in the reason of the cause: Invalid, Forbidden, Required.</param>
/// <param name="Field">The field.</param>
/// <param name="Text">What is wrong.</param>
internal sealed record FakeFieldError(string Type, string Field, string Text)
{
    public static FakeFieldError Forbidden(string field, string why) => new("Forbidden", field, $"Forbidden: {why}");

    public static FakeFieldError Required(string field, string why) => new("Required", field, $"Required value: {why}");

    public static FakeFieldError Invalid(string field, JsonNode? value, string why) => new("Invalid", field, $"Invalid value: {value?.ToJsonString() ?? "null"}: {why}");
}
