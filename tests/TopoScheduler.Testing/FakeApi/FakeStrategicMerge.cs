using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// Strategic merge patches, as far as metadata, gates and conditions need them: maps are merged, lists with a key item by item, all other lists are
/// replaced; <c>$patch</c> deletes or replaces, <c>$deleteFromPrimitiveList</c> takes out.
/// </summary>
internal static class FakeStrategicMerge
{
    private const string Directive = "$patch";
    private const string TakeOut = "$deleteFromPrimitiveList/";

    // Lists of plain values that are sets.
    private static readonly string[] Sets = ["finalizers"];

    public static void Into(JsonObject target, JsonObject patch)
    {
        if ((string?)patch[Directive] == "replace")
        {
            target.Clear();
        }

        foreach (var (key, value) in patch)
        {
            if (key.StartsWith(TakeOut, StringComparison.Ordinal))
            {
                Drop(target, key[TakeOut.Length..], (JsonArray)value!);
            }
            else if (!key.StartsWith('$'))
            {
                Member(target, key, value);
            }
        }
    }

    private static void Member(JsonObject target, string key, JsonNode? value)
    {
        if (value is null || (value is JsonObject gone && (string?)gone[Directive] == "delete"))
        {
            target.Remove(key);
        }
        else if (value is JsonObject inner)
        {
            if (target[key] is not JsonObject known)
            {
                target[key] = known = [];
            }

            Into(known, inner);
        }
        else if (value is JsonArray list && (KeyOf(key) is not null || Sets.Contains(key)))
        {
            if (target[key] is not JsonArray known)
            {
                target[key] = known = [];
            }

            List(known, list, key);
        }
        else
        {
            target[key] = value.DeepClone();
        }
    }

    private static void List(JsonArray target, JsonArray patch, string name)
    {
        var key = KeyOf(name);
        if (patch.Any(p => p is JsonObject o && (string?)o[Directive] == "replace" && o.Count == 1))
        {
            target.Clear();
        }

        foreach (var item in patch)
        {
            if (key is null)
            {
                if (!target.Any(t => JsonNode.DeepEquals(t, item)))
                {
                    target.Add(item?.DeepClone());
                }
            }
            else if (item is JsonObject obj && obj[key] is { } id)
            {
                Item(target, obj, target.OfType<JsonObject>().FirstOrDefault(t => JsonNode.DeepEquals(t[key], id)));
            }
        }
    }

    private static void Item(JsonArray target, JsonObject patch, JsonObject? known)
    {
        if ((string?)patch[Directive] == "delete")
        {
            target.Remove(known);
            return;
        }

        if (known is null)
        {
            target.Add(known = []);
        }

        Into(known, patch);
    }

    private static void Drop(JsonObject target, string name, JsonArray values)
    {
        if (target[name] is JsonArray list)
        {
            list.RemoveAll(known => values.Any(v => JsonNode.DeepEquals(v, known)));
        }
    }

    private static string? KeyOf(string list) => list switch
    {
        "schedulingGates" or "containers" or "initContainers" or "volumes" or "env" => "name",
        "conditions" or "addresses" => "type",
        "ownerReferences" => "uid",
        _ => null,
    };
}
