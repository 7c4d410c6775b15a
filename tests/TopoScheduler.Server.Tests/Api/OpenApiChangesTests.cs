using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Api;

public sealed class OpenApiChangesTests
{
    private const string Before = """
        {
          "paths": {
            "/v1/a": {
              "get": {
                "operationId": "a",
                "parameters": [{"name": "at", "in": "query", "required": false, "schema": {"type": "string"}}],
                "responses": {
                  "200": {"content": {"application/json": {"schema": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}}}},
                  "400": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
                }
              },
              "post": {
                "operationId": "b",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Question"}}}},
                "responses": {"200": {}}
              }
            },
            "/v1/open": {"get": {"operationId": "open", "security": [], "responses": {}}}
          },
          "components": {
            "schemas": {
              "A": {
                "type": "object",
                "required": ["name", "count"],
                "properties": {
                  "name": {"type": "string"},
                  "count": {"type": "integer", "format": "int32"},
                  "rack": {"type": "string"},
                  "word": {"type": "string", "examples": ["one", "two"]},
                  "inner": {"type": "array", "items": {"$ref": "#/components/schemas/A"}},
                  "map": {"type": "object", "additionalProperties": {"type": "number"}}
                }
              },
              "B": {"type": "object"},
              "Question": {"type": "object", "properties": {"jobs": {"type": "array", "items": {"type": "object"}}, "at": {"type": "string"}}}
            }
          }
        }
        """;

    [Theory]
    [InlineData("/paths/~1v1~1b", """{"get": {"operationId": "c"}}""")]
    [InlineData("/paths/~1v1~1a/get/parameters/1", """{"name": "domain", "in": "query", "required": false, "schema": {"type": "string"}}""")]
    [InlineData("/paths/~1v1~1a/get/responses/422", "{}")]
    [InlineData("/components/schemas/A/properties/more", """{"type": "string"}""")]
    [InlineData("/components/schemas/A/required/2", "\"rack\"")]
    [InlineData("/components/schemas/A/properties/word/examples/2", "\"three\"")]
    [InlineData("/components/schemas/Question/properties/more", """{"type": "string"}""")]
    public void Breaking_SomethingAdded_IsNothing(string place, string json) => Assert.Empty(Breaking(place, json));

    [Theory]
    [InlineData("/paths/~1v1~1a/get", null, "GET /v1/a is gone.")]
    [InlineData("/paths/~1v1~1a/get/operationId", "\"z\"", "GET /v1/a is another operation: z in place of a.")]
    [InlineData("/paths/~1v1~1open/get/security", null, "GET /v1/open takes a token, and took none.")]
    [InlineData("/paths/~1v1~1a/get/parameters", "[]", "GET /v1/a: the parameter query at is gone.")]
    [InlineData("/paths/~1v1~1a/get/parameters/0/required", "true", "GET /v1/a: the parameter query at must be given.")]
    [InlineData("/paths/~1v1~1a/get/parameters/0/schema/type", "\"integer\"", "GET /v1/a query at is integer, and was string.")]
    [InlineData("/paths/~1v1~1a/get/responses/400", null, "GET /v1/a: the status 400 is gone.")]
    [InlineData("/paths/~1v1~1a/post/requestBody/required", "true", "POST /v1/a: a body must be sent.")]
    [InlineData("/components/schemas/A/properties/rack", null, "GET /v1/a 200 application/json.rack is gone.")]
    [InlineData("/components/schemas/A/properties/count/type", "\"number\"", "GET /v1/a 200 application/json.count is number int32, and was integer int32.")]
    [InlineData("/components/schemas/A/properties/count/format", "\"int64\"", "GET /v1/a 200 application/json.count is integer int64, and was integer int32.")]
    [InlineData("/components/schemas/A/required", "[\"name\"]", "GET /v1/a 200 application/json.count may be absent.")]
    [InlineData("/components/schemas/A/properties/word/examples", "[\"one\"]", "GET /v1/a 200 application/json.word: the value two is gone.")]
    [InlineData("/components/schemas/A/properties/map/additionalProperties/type", "\"string\"", "GET /v1/a 200 application/json.map[] is string, and was number.")]
    [InlineData("/components/schemas/A/properties/inner/items", """{"type": "string"}""", "GET /v1/a 200 application/json.inner[] is string, and was object.")]
    [InlineData("/components/schemas/Question/properties/at", null, "POST /v1/a body application/json.at is gone.")]
    [InlineData("/components/schemas/Question/required", "[\"jobs\"]", "POST /v1/a body application/json.jobs must be given.")]
    public void Breaking_SomethingGoneOrChanged_IsTold(string place, string? json, string expected) => Assert.Equal([expected], Breaking(place, json));

    private static IReadOnlyList<string> Breaking(string place, string? json)
    {
        var after = JsonNode.Parse(Before)!;
        var names = place.Split('/').Skip(1).Select(n => n.Replace("~1", "/", StringComparison.Ordinal)).ToArray();
        var parent = names[..^1].Aggregate(after, (node, name) => node is JsonArray list ? list[int.Parse(name)]! : node[name]!);
        if (parent is JsonArray array) array.Add(JsonNode.Parse(json!));
        else if (json is null) ((JsonObject)parent).Remove(names[^1]);
        else parent[names[^1]] = JsonNode.Parse(json);
        return OpenApiChanges.Breaking(JsonNode.Parse(Before)!, after);
    }
}
