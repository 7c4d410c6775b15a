using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// JSON patches (RFC 6902), all operations or none. Where the real server's library departs from the RFC it is followed, as seen with 1.36: a test for
/// null holds for a member that is not there, replacing such a member adds it, and a value that is not there is null.
/// </summary>
internal static class FakeJsonPatch
{
    public static JsonObject Apply(JsonObject obj, JsonArray patch)
    {
        if (patch.Count > 10_000)
        {
            throw new FakeRefusal(413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is 10000, got {patch.Count}");
        }

        foreach (var operation in patch)
        {
            One(obj, operation as JsonObject ?? throw FakeRefusal.BadRequest("json: cannot unmarshal into Go value of type jsonpatch.Operation"));
        }

        return obj;
    }

    private static void One(JsonObject obj, JsonObject operation)
    {
        var path = Text(operation, "path");
        switch (Text(operation, "op"))
        {
            case "add":
                Add(obj, path, Value(operation));
                break;
            case "remove":
                Remove(obj, path);
                break;
            case "replace":
                Replace(obj, path, Value(operation));
                break;
            case "move":
                var moved = Get(obj, Text(operation, "from"))?.DeepClone();
                Remove(obj, Text(operation, "from"));
                Add(obj, path, moved);
                break;
            case "copy":
                Add(obj, path, Get(obj, Text(operation, "from"))?.DeepClone());
                break;
            case "test":
                Test(obj, path, operation["value"]);
                break;
            default:
                throw FakeRefusal.PatchDoesNotApply();
        }
    }

    private static string Text(JsonObject operation, string name) =>
        operation[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw FakeRefusal.PatchDoesNotApply();

    private static JsonNode? Value(JsonObject operation) => operation["value"]?.DeepClone();

    private static void Add(JsonObject obj, string path, JsonNode? value)
    {
        var (parent, key) = Parent(obj, path);
        if (parent is JsonArray list)
        {
            list.Insert(key == "-" ? list.Count : Index(key, list.Count), value);
        }
        else
        {
            ((JsonObject)parent)[key] = value;
        }
    }

    private static void Remove(JsonObject obj, string path)
    {
        var (parent, key) = Parent(obj, path);
        if (parent is JsonArray list)
        {
            list.RemoveAt(Index(key, list.Count - 1));
        }
        else if (!((JsonObject)parent).Remove(key))
        {
            throw FakeRefusal.PatchDoesNotApply();
        }
    }

    private static void Replace(JsonObject obj, string path, JsonNode? value)
    {
        var (parent, key) = Parent(obj, path);
        if (parent is JsonArray list)
        {
            list[Index(key, list.Count - 1)] = value;
        }
        else
        {
            ((JsonObject)parent)[key] = value;
        }
    }

    private static void Test(JsonObject obj, string path, JsonNode? value)
    {
        var (parent, key) = Parent(obj, path);
        var known = parent is JsonArray list ? list[Index(key, list.Count - 1)] : ((JsonObject)parent)[key];
        if (!JsonNode.DeepEquals(known, value))
        {
            throw FakeRefusal.PatchDoesNotApply();
        }
    }

    private static JsonNode? Get(JsonObject obj, string path)
    {
        var (parent, key) = Parent(obj, path);
        return parent is JsonArray list ? list[Index(key, list.Count - 1)] : ((JsonObject)parent)[key];
    }

    private static (JsonNode Parent, string Key) Parent(JsonObject obj, string path)
    {
        var keys = path.Split('/');
        if (keys.Length < 2 || keys[0].Length > 0)
        {
            throw FakeRefusal.PatchDoesNotApply();
        }

        JsonNode? node = obj;
        foreach (var key in keys[1..^1])
        {
            node = node switch
            {
                JsonObject inner => inner[Unescaped(key)],
                JsonArray list => list[Index(key, list.Count - 1)],
                _ => null,
            };
        }

        return node is JsonObject or JsonArray ? (node, Unescaped(keys[^1])) : throw FakeRefusal.PatchDoesNotApply();
    }

    private static string Unescaped(string key) => key.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int Index(string key, int last) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= last ? index : throw FakeRefusal.PatchDoesNotApply();
}
