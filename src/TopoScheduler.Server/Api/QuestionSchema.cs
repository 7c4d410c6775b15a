using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Api;

/// <summary>JSON Schemas of what is asked, and of refusals: written by hand beside what reads and writes them, and held to both by tests.</summary>
internal static class QuestionSchema
{
    private const string Question = """
        {
          "type": "object",
          "properties": {
            "jobs": { "type": "array", "items": { "type": "object" }, "description": "Manifests: any kind of job, Pods, and what they refer to." },
            "manifests": { "type": "string", "description": "The same as YAML or JSON text, in place of jobs." },
            "source": { "type": "string", "default": "request", "description": "What messages call the place the manifests stand in." },
            "namespace": { "type": "string", "default": "default", "description": "Namespace of jobs that name none." },
            "at": { "type": "string", "description": "Count with the power budgets of this moment on: 2027-01-31T16:00:00Z. Without it now." },
            "policy": { "$ref": "#/components/schemas/ReportPolicy" },
            "whatIf": { "$ref": "#/components/schemas/WhatIf" }
          }
        }
        """;

    private const string Policy = """
        {
          "type": "object",
          "properties": {
            "oversubscription": { "type": "object", "additionalProperties": { "type": "number" }, "description": "Oversubscription above a switch tier (leaf, spine, core, tier-N), 1 to 1000." },
            "maxSteps": { "type": "integer", "description": "Most search steps where counting does not prove the answer, 1 to 10,000,000." },
            "assumeSchedulable": { "type": "boolean", "description": "Take requirements that are not judged (DRA claims, unbound volumes) as met. Without it as extender.assumeSchedulable says." },
            "trustHints": { "type": "boolean", "default": false, "description": "Believe power hints of every namespace, as toposched report does of files. Without it as the scheduler believes them." }
          }
        }
        """;

    private const string WhatIf = """
        {
          "type": "object",
          "properties": {
            "drain": { "type": "array", "items": { "type": "string" }, "description": "Places that are drained: rack/r7, node/n1." },
            "addRacks": { "type": "array", "items": { "type": "string" }, "description": "More racks like this one, empty: rack/r7=2." },
            "budget": { "type": "array", "items": { "type": "string" }, "description": "Other budgets: rack/r7=90kW, pdu/p1=+5%, row/w1=none." },
            "budgetAll": { "type": "string", "description": "A signed percentage for every other budget." },
            "loseFeed": { "type": "array", "items": { "type": "string" }, "description": "Power feeds that are lost: A, B." },
            "finish": { "type": "array", "items": { "type": "string" }, "description": "Gangs and lone pods that have ended: job/ml/llama." },
            "finishBelow": { "type": "integer", "description": "Everything of a lower priority has ended." }
          }
        }
        """;

    private const string Problem = """
        {
          "type": "object",
          "required": ["type", "title", "status", "detail"],
          "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "fields": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["field", "value", "expected"],
                "properties": { "field": { "type": "string" }, "value": { "type": "string" }, "expected": { "type": "string" } }
              }
            },
            "problems": { "type": "array", "items": { "$ref": "#/components/schemas/Problem" } }
          }
        }
        """;

    /// <summary>The schemas by name.</summary>
    public static IEnumerable<(string Name, JsonNode Schema)> Parts() =>
        [("ProblemDocument", JsonNode.Parse(Problem)!), ("ReportPolicy", JsonNode.Parse(Policy)!), ("ReportQuestion", JsonNode.Parse(Question)!), ("WhatIf", JsonNode.Parse(WhatIf)!)];

    /// <summary>The body of a question about jobs.</summary>
    public static JsonObject Body()
    {
        var content = new JsonObject();
        foreach (var type in new[] { "application/json", "application/yaml" })
        {
            content[type] = new JsonObject { ["schema"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/ReportQuestion" }, Manifest()) } };
        }

        return new() { ["required"] = true, ["description"] = "What is asked, or the manifests themselves.", ["content"] = content };
    }

    private static JsonObject Manifest() => new() { ["type"] = "object", ["required"] = new JsonArray("apiVersion", "kind"), ["description"] = "A manifest; YAML may hold several." };
}
