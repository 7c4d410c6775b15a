namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>InterPodAffinity: what a pod keeps away from, and what keeps away from it.</summary>
internal sealed class PodAntiAffinityFeature : Feature
{
    /// <inheritdoc/>
    public override string Name => "pod anti-affinity";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice) => PodWords.AddDomains(scene, node, dice);

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        foreach (var node in scene.Nodes)
        {
            for (var p = dice.Between(0, 3); p > 0; p--)
            {
                var pod = scene.AddPod(node, dice.Pick(scene.Spaces[0], scene.Spaces[1]), dice.Pick(PodFate.Stays, PodFate.Stays, PodFate.Terminates, PodFate.Finishes));
                pod.Labels = PodWords.Labels(dice);
                if (dice.Chance(50)) pod.Terms("podAntiAffinity").Add(PodWords.Term(scene, pod, dice));
            }
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        pod.Labels = PodWords.Labels(dice);
        var terms = dice.Pick(0, 0, 1, 1, 2);
        pod.Tags.Add(terms > 0 ? "anti-affinity:own" : "anti-affinity:of others only");
        for (var t = 0; t < terms; t++) pod.Terms("podAntiAffinity").Add(PodWords.Term(scene, pod, dice));
    }
}
