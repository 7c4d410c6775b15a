using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The values of the chart and their schema, without Helm.</summary>
public sealed class ValuesTests
{
    private static readonly string Chart = Path.Combine(Toposched.Root, "charts", "toposcheduler");

    private static JsonObject Schema => JsonNode.Parse(File.ReadAllText(Path.Combine(Chart, "values.schema.json")))!.AsObject();

    private static JsonObject Values => YamlObjects.Read(Path.Combine(Chart, "values.yaml"));

    [Fact]
    public void Schema_Itself_IsSound() => Assert.Empty(ValuesSchema.Faults(Schema));

    [Fact]
    public void Values_Defaults_MeetTheSchema() => Assert.Empty(ValuesSchema.Differences(Schema, Values));

    // Helm hands the values of a parent chart down as global.
    [Fact]
    public void Values_EveryPropertyOfTheSchema_HasADefault() => Assert.Empty(WithoutDefault(Schema, Values, "").Except(["global", "resources.requests", "resources.limits", "resources.claims", "scheduler.resources.requests", "scheduler.resources.limits", "scheduler.resources.claims"]));

    [Fact]
    public void Values_EveryMatrixSet_MeetsTheSchema() =>
        Assert.Empty(ValueSets.All.SelectMany(set => YamlObjects.Of(set.Yaml).SelectMany(values => ValuesSchema.Differences(Schema, values)).Select(d => $"{set.Name}: {d}")));

    [Theory]
    [InlineData("mode: both", "$.mode is \"both\"")]
    [InlineData("replicas: two", "$.replicas is \"two\"")]
    [InlineData("image: {name: x}", "$.image.name is not known")]
    [InlineData("image: {digest: 'sha256:12'}", "$.image.digest")]
    [InlineData("webhook: {port: 0}", "$.webhook.port is 0")]
    [InlineData("tls: {apiPort: 0}", "$.tls.apiPort is 0")]
    [InlineData("tls: {certFile: x}", "$.tls.certFile is not known")]
    [InlineData("config: {gangs: true}", "$.config.gangs is true")]
    [InlineData("config: {power: {trustedNamespaces: [a, b]}}", "$.config.power.trustedNamespaces is [\"a\",\"b\"]")]
    [InlineData("networkPolicy: {apiServerPorts: []}", "$.networkPolicy.apiServerPorts has 0 items")]
    public void Schema_WrongValue_IsRefused(string yaml, string expected) =>
        Assert.StartsWith(expected, Assert.Single(ValuesSchema.Differences(Schema, YamlObjects.Of(yaml)[0])), StringComparison.Ordinal);

    private static IEnumerable<string> WithoutDefault(JsonObject schema, JsonObject values, string prefix)
    {
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (!values.ContainsKey(name)) yield return prefix + name;
            else if (values[name] is JsonObject inner) foreach (var missing in WithoutDefault(property!.AsObject(), inner, $"{prefix}{name}.")) yield return missing;
        }
    }
}
