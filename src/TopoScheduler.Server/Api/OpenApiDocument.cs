using System.Text.Json;
using System.Text.Json.Nodes;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Api;

/// <summary>The description of the API, OpenAPI 3.1: routes from <see cref="ApiRoutes"/>, answers from what writes them.</summary>
internal static class OpenApiDocument
{
    private static readonly (int Status, string When)[] Common =
    [
        (400, "Something in the question cannot be meant."), (401, "No token, or one that nobody knows."), (403, "The user of the token may not."), (406, "JSON is not accepted."),
        (500, "A defect."), (503, "The cluster is not known yet, too many are asking, it takes too long, or the API server does not answer."),
    ];

    private static readonly Dictionary<int, string> Others = new()
    {
        [404] = "There is none.",
        [408] = "The body comes too slowly.",
        [413] = "The body is too large.",
        [422] = "None of the jobs can be read, or what shall be different is not understood.",
    };

    private static readonly Lazy<byte[]> Written = new(Write);

    /// <summary>It as UTF-8.</summary>
    public static byte[] Bytes => Written.Value;

    private static byte[] Write()
    {
        var answers = new AnswerSchema();
        var paths = new JsonObject();
        foreach (var path in ApiRoutes.All.GroupBy(r => r.Path).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            paths[path.Key] = new JsonObject(path.Select(r => KeyValuePair.Create(r.Method.ToLowerInvariant(), (JsonNode?)Operation(r, answers))));
        }

        var schemas = new JsonObject(answers.Parts.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
        foreach (var (name, schema) in QuestionSchema.Parts()) schemas[name] = schema;
        var document = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "TopoScheduler",
                ["version"] = "v1",
                ["description"] = "Topology- and power-aware placement of AI jobs. Answers are what the commands of toposched print with -o json. "
                    + "Properties and values may be added; none is removed and none changes its meaning.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = schemas,
            },
        };
        return AnswerJson.Relaid(JsonSerializer.SerializeToUtf8Bytes(document, OpenApiTypes.Default.JsonObject));
    }

    private static JsonObject Operation(ApiRoute route, AnswerSchema answers)
    {
        var operation = new JsonObject { ["operationId"] = route.Operation, ["summary"] = route.Summary };
        if (route.Access.IsOpen) operation["security"] = new JsonArray();
        else operation["description"] = $"Takes the right to {route.Access.Verb} {route.Access.Resource}.{Access.RouteAccess.Group}.";
        if (!route.Parameters.IsEmpty) operation["parameters"] = new JsonArray([.. route.Parameters.Select(Parameter)]);
        if (route == ApiRoutes.Report) operation["requestBody"] = QuestionSchema.Body();
        var responses = new JsonObject { ["200"] = Success(route, answers) };
        if (route.Method == "GET") responses["304"] = new JsonObject { ["description"] = "The answer is the one of If-None-Match." };
        var refusals = route.Access.IsOpen ? Common.Where(c => c.Status is not (401 or 403)) : Common;
        foreach (var (status, when) in refusals.Concat(route.Refusals.Select(s => (s, Others[s]))).OrderBy(r => r.Item1)) responses[$"{status}"] = Refusal(when);
        operation["responses"] = responses;
        return operation;
    }

    private static JsonNode Parameter(ApiParameter parameter) => new JsonObject
    {
        ["name"] = parameter.Name,
        ["in"] = parameter.InPath ? "path" : "query",
        ["required"] = parameter.InPath,
        ["description"] = parameter.Description,
        ["schema"] = new JsonObject { ["type"] = parameter.Type },
    };

    private static JsonObject Success(ApiRoute route, AnswerSchema answers)
    {
        var schema = route.Answers.Length switch
        {
            0 => new JsonObject { ["type"] = "object" },
            1 => answers.Of(route.Answers[0]),
            _ => new JsonObject { ["oneOf"] = new JsonArray([.. route.Answers.Select(answers.Of)]) },
        };
        return new() { ["description"] = "The answer.", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } } };
    }

    private static JsonObject Refusal(string when) => new()
    {
        ["description"] = when,
        ["content"] = new JsonObject { [ProblemDocument.ContentType] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/ProblemDocument" } } },
    };
}
