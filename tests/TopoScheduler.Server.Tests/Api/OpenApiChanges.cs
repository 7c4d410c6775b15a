using System.Text.Json.Nodes;

namespace TopoScheduler.Server.Tests.Api;

/// <summary>
/// What in a later description of the API breaks a client of an earlier one. Adding is allowed: routes, optional parameters, statuses, properties, values. Of what is
/// answered nothing may go or become uncertain; of what is asked nothing may go or become compulsory; no type may change either way.
/// </summary>
internal sealed class OpenApiChanges
{
    private readonly JsonNode _before;
    private readonly JsonNode _after;
    private readonly List<string> _broken = [];
    private readonly HashSet<(string, string, bool)> _compared = [];

    private OpenApiChanges(JsonNode before, JsonNode after) => (_before, _after) = (before, after);

    /// <summary>One sentence for each change that breaks somebody; none where the later one serves all clients of the earlier one.</summary>
    public static IReadOnlyList<string> Breaking(JsonNode before, JsonNode after)
    {
        var changes = new OpenApiChanges(before, after);
        foreach (var (path, operations) in Members(before["paths"]))
        {
            foreach (var (method, operation) in Members(operations))
            {
                var at = $"{method.ToUpperInvariant()} {path}";
                if (after["paths"]![path]?[method] is { } later) changes.Operation(at, operation!, later);
                else changes._broken.Add($"{at} is gone.");
            }
        }

        return changes._broken;
    }

    private void Operation(string at, JsonNode before, JsonNode after)
    {
        if (Text(before["operationId"]) != Text(after["operationId"])) _broken.Add($"{at} is another operation: {Text(after["operationId"])} in place of {Text(before["operationId"])}.");
        if (before["security"] is not null && after["security"] is null) _broken.Add($"{at} takes a token, and took none.");
        var later = Items(after["parameters"]).ToDictionary(p => $"{Text(p["in"])} {Text(p["name"])}", StringComparer.Ordinal);
        var earlier = Items(before["parameters"]).ToDictionary(p => $"{Text(p["in"])} {Text(p["name"])}", StringComparer.Ordinal);
        foreach (var (name, parameter) in earlier)
        {
            if (later.TryGetValue(name, out var known)) Schema($"{at} {name}", parameter["schema"]!, known["schema"]!, isAsked: true);
            else _broken.Add($"{at}: the parameter {name} is gone.");
        }

        foreach (var (name, parameter) in later)
        {
            var wasRequired = earlier.TryGetValue(name, out var known) && (bool?)known["required"] == true;
            if ((bool?)parameter["required"] == true && !wasRequired) _broken.Add($"{at}: the parameter {name} must be given.");
        }

        if ((bool?)after["requestBody"]?["required"] == true && (bool?)before["requestBody"]?["required"] != true) _broken.Add($"{at}: a body must be sent.");
        Contents($"{at} body", before["requestBody"], after["requestBody"], isAsked: true);
        foreach (var (status, response) in Members(before["responses"]))
        {
            if (after["responses"]![status] is { } known) Contents($"{at} {status}", response, known, isAsked: false);
            else _broken.Add($"{at}: the status {status} is gone.");
        }
    }

    private void Contents(string at, JsonNode? before, JsonNode? after, bool isAsked)
    {
        foreach (var (type, content) in Members(before?["content"]))
        {
            if (after?["content"]?[type] is { } known) Schema($"{at} {type}", content!["schema"]!, known["schema"]!, isAsked);
            else _broken.Add($"{at}: {type} is gone.");
        }
    }

    private void Schema(string at, JsonNode before, JsonNode after, bool isAsked)
    {
        var (from, to) = (Text(before["$ref"]), Text(after["$ref"]));
        if ((from.Length > 0 || to.Length > 0) && !_compared.Add((from.Length > 0 ? from : at, to, isAsked))) return;
        (before, after) = (Resolve(_before, before), Resolve(_after, after));
        if (Text(before["type"]) != Text(after["type"]) || Text(before["format"]) != Text(after["format"]))
        {
            _broken.Add($"{at} is {Kind(after)}, and was {Kind(before)}.");
            return;
        }

        Properties(at, before, after, isAsked);
        Values(at, before, after);
        foreach (var part in new[] { "items", "additionalProperties" })
        {
            if (before[part] is { } inner && after[part] is { } known) Schema($"{at}[]", inner, known, isAsked);
            else if (before[part] is not null) _broken.Add($"{at} does not say any more what is in it.");
        }

        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            var (earlier, later) = (Items(before[choice]).ToList(), Items(after[choice]).ToList());
            if (later.Count < earlier.Count) _broken.Add($"{at}: a choice is gone.");
            foreach (var (one, other) in earlier.Zip(later)) Schema(at, one, other, isAsked);
        }
    }

    private void Properties(string at, JsonNode before, JsonNode after, bool isAsked)
    {
        foreach (var (name, property) in Members(before["properties"]))
        {
            if (after["properties"]?[name] is { } known) Schema($"{at}.{name}", property!, known, isAsked);
            else _broken.Add($"{at}.{name} is gone.");
        }

        var (required, requires) = (Items(before["required"]).Select(Text).ToHashSet(), Items(after["required"]).Select(Text).ToHashSet());
        foreach (var name in isAsked ? requires.Except(required) : required.Except(requires)) _broken.Add($"{at}.{name} {(isAsked ? "must be given" : "may be absent")}.");
    }

    private void Values(string at, JsonNode before, JsonNode after)
    {
        var known = Items(after["examples"]).Select(Text).ToHashSet();
        foreach (var value in Items(before["examples"]).Select(Text).Where(v => !known.Contains(v))) _broken.Add($"{at}: the value {value} is gone.");
    }

    private static JsonNode Resolve(JsonNode document, JsonNode schema) => Text(schema["$ref"]) is { Length: > 0 } reference
        ? reference.Split('/').Skip(1).Aggregate(document, (node, name) => node[name] ?? throw new InvalidDataException($"{reference} leads nowhere"))
        : schema;

    private static string Kind(JsonNode schema) => $"{Text(schema["type"])} {Text(schema["format"])}".Trim() is { Length: > 0 } kind ? kind : "a choice";

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node as JsonObject ?? [];

    private static IEnumerable<JsonNode> Items(JsonNode? node) => (node as JsonArray ?? []).Select(n => n!);

    private static string Text(JsonNode? node) => node is null ? "" : node.ToString();
}
