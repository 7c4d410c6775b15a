using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>InterPodAffinity: what a pod requires to be near, several keys at once, other namespaces, and the first of a kind that means itself.</summary>
internal sealed class PodAffinityFeature : Feature
{
    /// <inheritdoc/>
    public override string Name => "pod affinity";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice) => PodWords.AddDomains(scene, node, dice);

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        // In a scene with few pods a pod is often the first of its kind.
        var many = dice.Chance(60);
        foreach (var node in scene.Nodes)
        {
            for (var p = many ? dice.Between(0, 4) : dice.Between(0, 4) / 4; p > 0; p--)
            {
                var pod = scene.AddPod(node, dice.Pick(scene.Spaces[0], scene.Spaces[1]), dice.Pick(PodFate.Stays, PodFate.Stays, PodFate.Terminates, PodFate.Finishes));
                pod.Labels = PodWords.Labels(dice);

                // What pods that are there want to be near is nobody else's business.
                if (dice.Chance(15)) pod.Terms("podAffinity").Add(PodWords.Term(scene, pod, dice));
            }
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        pod.Labels = PodWords.Labels(dice);
        var terms = dice.Pick(1, 1, 2);
        if (terms > 1) pod.Tags.Add("affinity:terms");
        var beside = scene.Pods.Where(p => p.Fate != PodFate.Finishes && p.Spec["nodeName"]!.GetValue<string>() == node.Name && p.Labels.ContainsKey("app")).ToArray();
        var wanted = beside.Length > 0 && dice.Chance(40) ? dice.Pick<PodDraft>(beside) : null;
        for (var t = 0; t < terms; t++)
        {
            // All terms must mean one and the same pod, which is rare unless it is chosen first.
            var term = PodWords.Term(scene, pod, dice);
            if (wanted is not null)
            {
                term["labelSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = wanted.Labels["app"]!.DeepClone() } };
                term["namespaces"] = new JsonArray(wanted.Space);
            }

            pod.Terms("podAffinity").Add(term);
        }
    }
}
