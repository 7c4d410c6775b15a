using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>
/// NodeResourcesFit, at the edge: a pod asks for what is left, one unit less or one more, as its containers together, its largest init container,
/// its limits alone, or with the overhead of its runtime class.
/// </summary>
internal sealed class ResourceFeature : Feature
{
    /// <summary>The runtime class with an overhead.</summary>
    public const string RuntimeClass = "heavy";

    private const long Mi = 1 << 20;
    private const string Cpu = "cpu";
    private const string Memory = "memory";
    private const string Huge = "hugepages-2Mi";
    private const string Device = "example.test/device";

    private static readonly Dictionary<string, long> OverheadAmounts = new() { [Cpu] = 250, [Memory] = 64 * Mi };

    /// <summary>What it puts on top.</summary>
    public static JsonObject Overhead => new([.. OverheadAmounts.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)Text(o.Key, o.Value)))]);

    /// <inheritdoc/>
    public override string Name => "resources";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice)
    {
        node.Free[Cpu] = dice.Pick(2000, 3500, 4000);
        node.Free[Memory] = dice.Pick(1024, 4096) * Mi;
        node.Free["ephemeral-storage"] = dice.Pick(1_000_000_000L, 4096 * Mi);
        if (dice.Chance(80)) node.Free[Device] = dice.Pick(1, 4, 8);
        if (dice.Chance(80)) node.Free[Huge] = dice.Pick(64, 256) * Mi;
        foreach (var (resource, amount) in node.Free) node.Allocatable[resource] = Text(resource, amount);
    }

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        foreach (var node in scene.Nodes)
        {
            for (var p = dice.Between(0, 3); p > 0; p--)
            {
                var pod = scene.AddPod(node, scene.Spaces[p % 2], dice.Pick(PodFate.Stays, PodFate.Stays, PodFate.Terminates, PodFate.Finishes));
                foreach (var resource in dice.Some(2, [.. node.Free.Keys]))
                {
                    // Something stays free, or the node is over, where that is judged as we do.
                    var over = scene.Traits.OvercommitHurtsOnlyThoseWhoAsk && dice.Chance(15);
                    var amount = Whole(resource, over ? node.Free[resource] * 2 : dice.Below(Math.Max(1, node.Free[resource])));
                    if (amount <= 0) continue;
                    Ask(pod.Main, resource, amount, dice);
                    if (pod.Fate != PodFate.Finishes) node.Free[resource] -= amount;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        foreach (var resource in dice.Some(dice.Pick(1, 1, 2), Cpu, Memory, "ephemeral-storage", Device, Huge))
        {
            var (left, unit) = (node.Free.GetValueOrDefault(resource), Unit(resource));
            var want = Whole(resource, Math.Max(unit, dice.Pick(left, left, left + unit, left + unit, left - unit, left / 2, left * 2)));
            pod.Tags.Add($"resource:{resource}");
            Shape(scene, pod, resource, want, dice);
        }
    }

    private static void Shape(Scene scene, PodDraft pod, string resource, long want, Dice dice)
    {
        var half = Whole(resource, want / 2);
        var shape = dice.Pick("one", "sum", "init", "inits", "limit", "overhead", scene.Traits.Sidecars ? "sidecar" : "init", scene.Traits.PodLevelResources ? "pod" : "sum");
        var mayBeHeavy = OverheadAmounts.TryGetValue(resource, out var overhead) && overhead < want;
        if (shape == "overhead" && !mayBeHeavy) shape = "one";
        if (mayBeHeavy && dice.Chance(25)) shape = "overhead";
        pod.Tags.Add($"shape:{shape}");
        switch (shape)
        {
            case "sum":
                Ask(pod.Main, resource, half, dice);
                Ask(pod.AddContainer(), resource, want - half, dice);
                break;
            case "init":
                Ask(pod.Main, resource, half, dice);
                Ask(pod.AddInitContainer(), resource, want, dice);
                break;
            case "inits":
                Ask(pod.AddInitContainer(), resource, half, dice);
                Ask(pod.AddInitContainer(), resource, want, dice);
                Ask(pod.Main, resource, want, dice);
                break;
            case "limit":
                Ask(pod.Main, resource, want, dice, limitOnly: true);
                break;
            case "overhead":
                pod.Spec["runtimeClassName"] = RuntimeClass;
                Ask(pod.Main, resource, want - overhead, dice);
                break;
            case "sidecar":
                var sidecar = pod.AddInitContainer();
                sidecar["restartPolicy"] = "Always";
                Ask(sidecar, resource, half, dice);
                Ask(dice.Chance(50) ? pod.Main : pod.AddInitContainer(), resource, want - half, dice);
                break;
            case "pod" when resource is Cpu or Memory:
                Ask(pod.Main, resource, half, dice);
                PodDraft.Ask(pod.Spec, resource, Text(resource, want));
                break;
            default:
                Ask(pod.Main, resource, want, dice);
                break;
        }
    }

    private static void Ask(JsonObject container, string resource, long amount, Dice dice, bool limitOnly = false)
    {
        if (amount <= 0) return;
        PodDraft.Ask(container, resource, Text(resource, amount, dice), limitOnly);

        // The API server wants huge pages to come with CPU or memory.
        if (resource == Huge && container["resources"]!["limits"]![Memory] is null) PodDraft.Ask(container, Memory, "1");
    }

    private static long Unit(string resource) => resource == Huge ? 2 * Mi : 1;

    private static long Whole(string resource, long amount) => amount / Unit(resource) * Unit(resource);

    // The same amount in one of the ways to write it.
    private static string Text(string resource, long amount, Dice? dice = null)
    {
        var other = dice?.Chance(50) ?? false;
        if (resource == Cpu) return other ? (amount / 1000m).ToString(CultureInfo.InvariantCulture) : $"{amount.ToString(CultureInfo.InvariantCulture)}m";
        if (other && amount % Mi == 0) return $"{(amount / Mi).ToString(CultureInfo.InvariantCulture)}Mi";
        if (other && amount % 1000 == 0) return $"{(amount / 1000).ToString(CultureInfo.InvariantCulture)}{(resource == Device ? "e3" : "k")}";
        return amount.ToString(CultureInfo.InvariantCulture);
    }
}
