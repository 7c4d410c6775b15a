using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>Labels of pods, and selectors that mean some of them.</summary>
internal static class PodWords
{
    private static readonly string[] Apps = ["a", "b", "c"];

    /// <summary>Labels of a pod.</summary>
    public static JsonObject Labels(Dice dice)
    {
        var labels = new JsonObject();
        if (dice.Chance(90)) labels["app"] = dice.Pick(Apps);
        if (dice.Chance(50)) labels["role"] = dice.Pick("x", "y", "");
        return labels;
    }

    /// <summary>A selector; null for none at all.</summary>
    public static JsonObject? Selector(PodDraft pod, Dice dice, bool mayBeEmpty = true)
    {
        var kind = dice.Between(0, 19);
        if (kind == 0 || (kind == 1 && mayBeEmpty))
        {
            pod.Tags.Add(kind == 0 ? "selector:none" : "selector:empty");
            return kind == 0 ? null : [];
        }

        if (kind < 9) return new() { ["matchLabels"] = new JsonObject { ["app"] = dice.Pick(Apps) } };
        var selector = new JsonObject { ["matchExpressions"] = new JsonArray(Expression(pod, dice)) };
        if (dice.Chance(20)) selector["matchLabels"] = new JsonObject { ["app"] = dice.Pick(Apps) };
        return selector;
    }

    /// <summary>A term of pod affinity or anti-affinity.</summary>
    public static JsonObject Term(Scene scene, PodDraft pod, Dice dice)
    {
        var key = dice.Pick("zone", "rack", "host");
        pod.Tags.Add($"key:{key}");
        var term = new JsonObject { ["topologyKey"] = key == "host" ? "kubernetes.io/hostname" : scene.Key(key) };
        var selector = Selector(pod, dice);
        if (selector is not null) term["labelSelector"] = selector;
        AddNamespaces(scene, pod, term, dice);
        if (scene.Traits.AffinityLabelKeys && MayGoByRole(selector) && dice.Chance(15))
        {
            var field = dice.Pick("matchLabelKeys", "mismatchLabelKeys");
            term[field] = new JsonArray("role");
            pod.Tags.Add($"term:{field}");
        }

        return term;
    }

    /// <summary>Whether label keys may name the role: servers take no key that the selector has as well.</summary>
    public static bool MayGoByRole(JsonObject? selector) => selector is { Count: > 0 } && !selector.ToJsonString().Contains("\"role\"", StringComparison.Ordinal);

    /// <summary>Puts a node into domains of its scene; some nodes lack a key.</summary>
    public static void AddDomains(Scene scene, NodeDraft node, Dice dice)
    {
        // An empty value is a domain like any other.
        var zone = dice.Pick("z1", "z2");
        if (dice.Chance(90)) node.Labels[scene.Key("zone")] = dice.Chance(10) ? "" : zone;
        if (dice.Chance(90)) node.Labels[scene.Key("rack")] = $"in{zone}-{dice.Pick("r1", "r2")}";
    }

    private static void AddNamespaces(Scene scene, PodDraft pod, JsonObject term, Dice dice)
    {
        var other = scene.Spaces.First(s => s != pod.Space);
        var kind = dice.Pick("own", "own", "other", "both");
        pod.Tags.Add($"namespaces:{kind}");
        if (kind != "own") term["namespaces"] = kind == "other" ? new JsonArray(other) : new JsonArray(other, pod.Space);
        if (!scene.Traits.NamespaceSelector || !dice.Chance(25)) return;

        // Together with the scene's own label: other scenes have namespaces too.
        pod.Tags.Add("namespaces:selector");
        term["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["scene"] = scene.Name } };
        if (dice.Chance(70)) term["namespaceSelector"]!["matchLabels"]!["side"] = dice.Pick("a", "b");
    }

    private static JsonObject Expression(PodDraft pod, Dice dice)
    {
        var op = dice.Pick("In", "In", "NotIn", "Exists", "DoesNotExist");
        pod.Tags.Add($"selector:{op}");
        var key = dice.Pick("app", "role");
        var expression = new JsonObject { ["key"] = key, ["operator"] = op };
        if (op is "In" or "NotIn") expression["values"] = key == "app" ? Values(dice, Apps) : Values(dice, "x", "y", "");
        return expression;
    }

    private static JsonArray Values(Dice dice, params ReadOnlySpan<string> all) => [.. dice.Some(dice.Between(1, 2), all).Select(v => (JsonNode)v)];
}
