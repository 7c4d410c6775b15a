using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>TaintToleration: every effect and operator, empty keys, values and effects.</summary>
internal sealed class TaintFeature : Feature
{
    private static readonly string[] Effects = ["NoSchedule", "NoExecute", "PreferNoSchedule"];

    /// <inheritdoc/>
    public override string Name => "taints";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice)
    {
        var kinds = from key in new[] { "gpu", "team" } from effect in Effects select (key, effect);
        foreach (var (key, effect) in dice.Some(dice.Between(1, 2), [.. kinds]))
        {
            var taint = new JsonObject { ["key"] = key, ["effect"] = effect };
            if (dice.Chance(70)) taint["value"] = dice.Pick("a", "b");
            node.Taints.Add(taint);
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        foreach (var taint in node.Taints) pod.Tags.Add($"taint:{taint!["effect"]}");
        for (var i = dice.Between(0, 3); i > 0; i--)
        {
            var toleration = new JsonObject();
            var op = dice.Pick("Exists", "Equal", "");
            if (op.Length > 0) toleration["operator"] = op;
            var keyless = op == "Exists" && dice.Chance(20);
            if (!keyless) toleration["key"] = dice.Pick("gpu", "gpu", "team");
            if (op != "Exists" && dice.Chance(70)) toleration["value"] = dice.Pick("a", "b");
            if (keyless || dice.Chance(50)) toleration["effect"] = dice.Pick(Effects);
            pod.Tags.Add($"toleration:{(op.Length > 0 ? op : "no operator")}");
            if (keyless) pod.Tags.Add("toleration:no key");
            if (toleration["effect"] is null) pod.Tags.Add("toleration:no effect");
            pod.List("tolerations").Add(toleration);
        }
    }
}
