using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>NodeAffinity: node selectors, every operator on labels, names of nodes, several terms and empty ones.</summary>
internal sealed class NodeAffinityFeature : Feature
{
    /// <inheritdoc/>
    public override string Name => "node affinity";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice)
    {
        if (dice.Chance(80)) node.Labels["disk"] = dice.Pick("ssd", "hdd", "");
        if (dice.Chance(80)) node.Labels["generation"] = dice.Pick("1", "2", "3", "007", "third");
        if (dice.Chance(50)) node.Labels["fast"] = "yes";
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        if (dice.Chance(25))
        {
            pod.Select("disk", dice.Pick("ssd", "hdd", ""));
            pod.Tags.Add("node:selector");
        }

        if (dice.Chance(20)) return;
        var terms = dice.Between(1, 3);
        if (terms > 1) pod.Tags.Add("node:terms");
        for (var t = 0; t < terms; t++) pod.NodeTerms().Add(Term(scene, node, pod, dice));
    }

    private static JsonObject Term(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        var term = new JsonObject();
        if (dice.Chance(12))
        {
            pod.Tags.Add("node:empty term");
            return term;
        }

        for (var e = dice.Pick(0, 1, 1, 1, 2); e > 0; e--) Add(term, "matchExpressions", Expression(scene, node, pod, dice));
        if (term.Count > 0 && dice.Chance(75)) return term;
        var names = scene.Nodes.Select(n => n.Name).Append("nowhere").ToArray();
        var op = dice.Pick("In", "NotIn");
        var name = dice.Chance(50) ? node.Name : dice.Pick<string>(names);
        pod.Tags.Add($"node:name {op}");
        Add(term, "matchFields", new() { ["key"] = "metadata.name", ["operator"] = op, ["values"] = new JsonArray(name) });
        return term;
    }

    private static JsonObject Expression(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        var op = dice.Pick("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt");
        pod.Tags.Add($"node:{op}");
        var isNumber = op is "Gt" or "Lt";
        var expression = new JsonObject { ["key"] = isNumber ? "generation" : dice.Pick("disk", "generation", "fast"), ["operator"] = op };
        if (isNumber) expression["values"] = new JsonArray(Bound(node, dice));
        else if (op is "In" or "NotIn") expression["values"] = new JsonArray([.. dice.Some(dice.Between(1, 3), "ssd", "hdd", "", "2", "3", "yes").Select(v => (JsonNode)v)]);
        if (expression.ContainsKey("values") && !scene.Traits.SelectorValuesAreChecked && dice.Chance(20))
        {
            pod.Tags.Add("node:value no label has");
            if (isNumber) expression["values"] = new JsonArray("-1");
            else expression["values"]!.AsArray().Add("a b");
        }

        return expression;
    }

    // Often the very number of the node, which neither operator takes.
    private static string Bound(NodeDraft node, Dice dice) => node.Labels.GetValueOrDefault("generation") switch
    {
        "1" or "2" or "3" when dice.Chance(50) => node.Labels["generation"],
        "007" when dice.Chance(50) => "7",
        _ => dice.Pick("0", "1", "2", "3", "7", "8"),
    };

    private static void Add(JsonObject term, string list, JsonObject requirement) => ((JsonArray)(term[list] ??= new JsonArray())).Add(requirement);
}
