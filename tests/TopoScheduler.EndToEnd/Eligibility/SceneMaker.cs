using TopoScheduler.EndToEnd.Eligibility.Features;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>Makes scenes: most have one feature, so that it alone decides there; the others have two.</summary>
internal static class SceneMaker
{
    /// <summary>Pods judged in each scene.</summary>
    public const int CasesInScene = 20;

    /// <summary>All features.</summary>
    public static IReadOnlyList<Feature> Features { get; } =
    [
        new CordonFeature(), new TaintFeature(), new NodeAffinityFeature(), new PortFeature(), new ResourceFeature(), new PodCountFeature(),
        new PodAffinityFeature(), new PodAntiAffinityFeature(), new SpreadFeature(), new VolumeFeature(),
    ];

    /// <summary>Scenes with so many cases in all.</summary>
    public static IReadOnlyList<Scene> Make(int seed, int cases, ServerTraits traits)
    {
        var dice = new Dice(seed);
        var scenes = new List<Scene>();
        while (scenes.Count * CasesInScene < cases)
        {
            // Of ten scenes eight have one feature, in turn.
            var single = scenes.Count % 10 < 8;
            var features = single ? [Features[(scenes.Count / 10 * 8 + scenes.Count % 10) % Features.Count]] : dice.Some<Feature>(2, [.. Features]);
            if (!features.All(f => features.All(other => f.GoesWith(other, traits)))) continue;
            scenes.Add(Make(new(scenes.Count, features, traits), dice));
        }

        return scenes;
    }

    private static Scene Make(Scene scene, Dice dice)
    {
        for (var n = dice.Between(3, 8); n > 0; n--)
        {
            var node = new NodeDraft($"{scene.Name}-n{n}");
            foreach (var feature in scene.Features) feature.OnNode(scene, node, dice);
            scene.Nodes.Add(node);
        }

        foreach (var feature in scene.Features) feature.OnScene(scene, dice);
        var byResource = scene.Features.Any(f => f.PinsByResourceOnly);
        for (var c = 0; c < CasesInScene; c++)
        {
            var node = scene.Nodes[c % scene.Nodes.Count];
            var pod = new PodDraft(scene.Spaces[0], scene.NextName("case"));
            foreach (var feature in scene.Features) feature.OnPod(scene, node, pod, dice);
            if (byResource || dice.Chance(50)) pod.PinByResource(node.Name);
            else pod.PinByName(node.Name);
            scene.Cases.Add(new(scene, node.Name, pod.ToJson(), pod.Tags));
        }

        return scene;
    }
}
