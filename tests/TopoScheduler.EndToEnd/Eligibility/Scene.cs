using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.Eligibility.Features;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>
/// A few nodes with the pods and volumes on them, and the pods to be judged there, one after another. Scenes stand side by side in one cluster:
/// namespaces and topology keys are their own, so that nothing of one decides anything in another.
/// </summary>
internal sealed class Scene
{
    private int _pods;

    public Scene(int number, IReadOnlyList<Feature> features, ServerTraits traits)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"s{number:D3}");
        Features = features;
        Traits = traits;
        Spaces = [$"{Name}-a", $"{Name}-b"];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What decides here; nothing else does.</summary>
    public IReadOnlyList<Feature> Features { get; }

    /// <summary>What the server's version knows.</summary>
    public ServerTraits Traits { get; }

    /// <summary>Its two namespaces.</summary>
    public IReadOnlyList<string> Spaces { get; }

    /// <summary>Its nodes.</summary>
    public List<NodeDraft> Nodes { get; } = [];

    /// <summary>Pods that have a node from the beginning.</summary>
    public List<PodDraft> Pods { get; } = [];

    /// <summary>Its PersistentVolumes.</summary>
    public List<JsonObject> Volumes { get; } = [];

    /// <summary>Its PersistentVolumeClaims, each bound to a volume.</summary>
    public List<JsonObject> Claims { get; } = [];

    /// <summary>The pods to be judged.</summary>
    public List<EligibilityCase> Cases { get; } = [];

    /// <summary>A label key of its own.</summary>
    public string Key(string name) => $"{Name}.test/{name}";

    /// <summary>Puts a pod on a node.</summary>
    public PodDraft AddPod(NodeDraft node, string space, PodFate fate = PodFate.Stays)
    {
        var pod = new PodDraft(space, NextName("there")) { Fate = fate };
        pod.Spec["nodeName"] = node.Name;
        Pods.Add(pod);
        return pod;
    }

    /// <summary>A name no pod of the scene has had.</summary>
    public string NextName(string stem) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{stem}-{_pods++}");
}
