using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Api;

namespace TopoScheduler.Server.Tests.Api;

public sealed class OpenApiDocumentTests
{
    private static readonly string File = Path.Combine(RepositoryFiles.Root, "docs", "reference", "openapi.json");

    private static JsonNode Document => JsonNode.Parse(OpenApiDocument.Bytes)!;

    // Also when expected files are rewritten: whoever means to break clients has to delete the file first.
    [Fact]
    public void Document_ComparedWithTheCommittedOne_BreaksNoClient()
    {
        var now = Encoding.UTF8.GetString(OpenApiDocument.Bytes);
        if (System.IO.File.Exists(File)) Assert.Empty(OpenApiChanges.Breaking(JsonNode.Parse(System.IO.File.ReadAllText(File))!, Document));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: expected files are reviewed, not made, there.");
            System.IO.File.WriteAllText(File, now);
        }

        Assert.Equal(System.IO.File.ReadAllText(File), now);
    }

    [Fact]
    public void Document_Paths_AreTheRoutes()
    {
        var paths = ((JsonObject)Document["paths"]!).SelectMany(p => ((JsonObject)p.Value!).Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}"));
        Assert.Equal(ApiRoutes.All.Select(r => $"{r.Method} {r.Path}").Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));
        Assert.Equal(ApiRoutes.All.Length, ApiRoutes.All.Select(r => r.Operation).Distinct().Count());
    }

    [Fact]
    public void Document_References_LeadSomewhere()
    {
        var schemas = (JsonObject)Document["components"]!["schemas"]!;
        var text = Document.ToJsonString();
        foreach (var reference in text.Split("#/components/schemas/").Skip(1).Select(r => r[..r.IndexOf('"', StringComparison.Ordinal)]).Distinct()) Assert.True(schemas.ContainsKey(reference), reference);
    }

    [Fact]
    public void Question_Schema_NamesWhatIsRead()
    {
        Assert.Equal(JobsQuestionReader.Keys, Properties("ReportQuestion"));
        Assert.Equal(JobsQuestionReader.PolicyKeys, Properties("ReportPolicy"));
        Assert.Equal(JobsQuestionReader.ScenarioKeys, Properties("WhatIf"));
    }

    // The schema of reports for people's editors says the same as the description made from the serialisers.
    [Fact]
    public void Report_Schema_AgreesWithTheCommittedOne()
    {
        var committed = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "reference", "report.schema.json")))!;
        var schema = new AnswerSchema();
        var report = schema.Of(typeof(PlacementReport));
        Assert.Empty(Differences("report", committed, committed["$defs"]!["report"]!, schema, report));
    }

    private static IEnumerable<string> Properties(string schema) => ((JsonObject)Document["components"]!["schemas"]![schema]!["properties"]!).Select(p => p.Key);

    private static IEnumerable<string> Differences(string at, JsonNode document, JsonNode committed, AnswerSchema schema, JsonNode made)
    {
        while (committed["$ref"] is { } reference) committed = document["$defs"]![reference.ToString().Split('/')[^1]]!;
        if (made["$ref"] is { } part) made = schema.Parts[part.ToString().Split('/')[^1]];
        var values = (committed["enum"] as JsonArray)?.Select(v => v!.ToString()).Order(StringComparer.Ordinal);
        if (values is not null && made["examples"] is not null && !values.SequenceEqual((made["examples"] as JsonArray ?? []).Select(v => v!.ToString()).Order(StringComparer.Ordinal))) yield return $"{at}: other values";
        if (committed["type"] is { } type && type.ToString() != made["type"]!.ToString()) yield return $"{at}: {type} and {made["type"]}";
        if (committed["properties"] is not JsonObject properties)
        {
            if (committed["items"] is { } items) foreach (var inner in Differences($"{at}[]", document, items, schema, made["items"]!)) yield return inner;
            yield break;
        }

        if (!Names(committed["required"]).SequenceEqual(Names(made["required"]))) yield return $"{at}: other properties are required";
        if (!properties.Select(p => p.Key).Order(StringComparer.Ordinal).SequenceEqual(((JsonObject)made["properties"]!).Select(p => p.Key).Order(StringComparer.Ordinal))) yield return $"{at}: other properties";
        else foreach (var (name, property) in properties) foreach (var inner in Differences($"{at}.{name}", document, property!, schema, made["properties"]![name]!)) yield return inner;
    }

    private static IEnumerable<string> Names(JsonNode? list) => (list as JsonArray ?? []).Select(n => n!.ToString()).Order(StringComparer.Ordinal);
}
