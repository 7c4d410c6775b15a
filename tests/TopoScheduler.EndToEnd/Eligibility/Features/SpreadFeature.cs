using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>PodTopologySpread with DoNotSchedule: skews, several keys, nodes without a key, domains that node affinity leaves out.</summary>
internal sealed class SpreadFeature : Feature
{
    private const string Host = "kubernetes.io/hostname";

    /// <inheritdoc/>
    public override string Name => "spread";

    /// <inheritdoc/>
    public override bool PinsByResourceOnly => true;

    /// <inheritdoc/>
    public override bool GoesWith(Feature other, ServerTraits traits) => traits.SpreadCountsEligibleNodesOnly || other is not NodeAffinityFeature;

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice)
    {
        // A rack is inside a zone, so that leaving out a zone leaves out whole racks. An empty value is a domain like any other.
        var exact = scene.Traits.SpreadCountsEligibleNodesOnly;
        var zone = dice.Pick("z1", "z2", "z3", exact ? "" : "z1");
        var rack = $"in{zone}-{dice.Pick("r1", "r2")}";
        if (dice.Chance(90)) node.Labels[Key(scene, "zone")] = zone;
        if (exact ? dice.Chance(90) : node.Labels.ContainsKey(Key(scene, "zone"))) node.Labels[Key(scene, "rack")] = rack;
        node.Labels["scene"] = scene.Name;
    }

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        // Crowds here and nobody there, mostly of one kind: else everything is even enough.
        var kind = dice.Pick("a", "b", "c");
        foreach (var node in scene.Nodes)
        {
            for (var p = dice.Pick(0, 0, 1, 3, 6); p > 0; p--)
            {
                var space = dice.Pick(scene.Spaces[0], scene.Spaces[0], scene.Spaces[0], scene.Spaces[1]);
                var pod = scene.AddPod(node, space, dice.Pick(PodFate.Stays, PodFate.Stays, PodFate.Stays, PodFate.Terminates, PodFate.Finishes));
                pod.Labels = PodWords.Labels(dice);
                if (dice.Chance(60)) pod.Labels["app"] = kind;
            }
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        pod.Labels = PodWords.Labels(dice);
        var (hard, soft) = (dice.Pick(1, 1, 2), dice.Chance(15));
        if (hard > 1) pod.Tags.Add("spread:constraints");
        if (soft) pod.Tags.Add("spread:ScheduleAnyway");
        foreach (var (i, key) in dice.Some(hard + (soft ? 1 : 0), "zone", "rack", "host").Index())
        {
            pod.List("topologySpreadConstraints").Add(Constraint(scene, pod, key, i < hard, dice));
            pod.Tags.Add($"spread:{key}");

            // Every node has a name, those of other scenes too.
            if (key == "host" || dice.Chance(30)) pod.Select("scene", scene.Name);
        }

        if (!dice.Chance(35)) return;
        if (node.Labels.GetValueOrDefault(Key(scene, "zone")) is not { } zone) return;
        pod.Tags.Add("spread:zones left out");
        pod.NodeTerms().Add(new JsonObject
        {
            ["matchExpressions"] = new JsonArray(new JsonObject
            {
                ["key"] = Key(scene, "zone"),
                ["operator"] = "In",
                ["values"] = new JsonArray([zone, .. dice.Some(dice.Between(0, 2), "z1", "z2", "z3")]),
            }),
        });
    }

    // Keys of its own: the domains of pod affinity lie across these.
    private static string Key(Scene scene, string name) => scene.Key($"spread-{name}");

    private static JsonObject Constraint(Scene scene, PodDraft pod, string key, bool hard, Dice dice)
    {
        var constraint = new JsonObject
        {
            ["maxSkew"] = dice.Pick(1, 1, 1, 2, 3),
            ["topologyKey"] = key == "host" ? Host : Key(scene, key),
            ["whenUnsatisfiable"] = hard ? "DoNotSchedule" : "ScheduleAnyway",
        };
        if (PodWords.Selector(pod, dice, mayBeEmpty: scene.Traits.EmptySpreadSelectorCountsNobody) is { } selector) constraint["labelSelector"] = selector;
        if (!scene.Traits.SpreadPolicies || !hard) return constraint;
        if (dice.Chance(25)) constraint["minDomains"] = dice.Between(1, 5);
        if (dice.Chance(25)) constraint["nodeAffinityPolicy"] = dice.Pick("Honor", "Ignore");
        if (dice.Chance(25)) constraint["nodeTaintsPolicy"] = dice.Pick("Honor", "Ignore");
        if (PodWords.MayGoByRole(constraint["labelSelector"] as JsonObject) && dice.Chance(15)) constraint["matchLabelKeys"] = new JsonArray("role");
        foreach (var field in new[] { "minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy", "matchLabelKeys" })
        {
            if (constraint.ContainsKey(field)) pod.Tags.Add($"spread:{field}");
        }

        return constraint;
    }
}
