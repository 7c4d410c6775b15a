using System.Globalization;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>The number of pods a node takes: finished ones do not count, terminating ones do.</summary>
internal sealed class PodCountFeature : Feature
{
    /// <inheritdoc/>
    public override string Name => "pod count";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice) => node.Allocatable["pods"] = dice.Between(1, 4).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        foreach (var node in scene.Nodes)
        {
            var most = int.Parse(node.Allocatable["pods"]!.GetValue<string>(), CultureInfo.InvariantCulture);
            for (var p = dice.Between(most - 1, most + 1); p > 0; p--)
            {
                scene.AddPod(node, scene.Spaces[p % 2], dice.Pick(PodFate.Stays, PodFate.Stays, PodFate.Terminates, PodFate.Finishes));
            }
        }
    }
}
