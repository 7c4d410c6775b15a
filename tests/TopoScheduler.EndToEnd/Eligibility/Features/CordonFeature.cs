using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>NodeUnschedulable: cordoned nodes, and pods that tolerate it in every way there is.</summary>
internal sealed class CordonFeature : Feature
{
    private const string Key = "node.kubernetes.io/unschedulable";

    /// <inheritdoc/>
    public override string Name => "cordon";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice) => node.Unschedulable = dice.Chance(70);

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        JsonObject? toleration = dice.Between(0, 8) switch
        {
            0 => new() { ["operator"] = "Exists" },
            1 => new() { ["key"] = Key, ["operator"] = "Exists" },
            2 => new() { ["key"] = Key, ["operator"] = "Exists", ["effect"] = "NoSchedule" },
            3 => new() { ["key"] = Key, ["effect"] = "NoSchedule" },
            4 => new() { ["key"] = Key, ["operator"] = "Exists", ["effect"] = "NoExecute" },
            5 => new() { ["key"] = Key, ["operator"] = "Equal", ["value"] = "true" },
            6 => new() { ["key"] = "node.kubernetes.io/not-ready", ["operator"] = "Exists" },
            _ => null,
        };
        if (toleration is null) return;
        pod.Tags.Add("cordon:toleration");
        pod.List("tolerations").Add(toleration);
    }
}
