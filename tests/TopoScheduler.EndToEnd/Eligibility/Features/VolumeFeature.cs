using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>VolumeBinding and VolumeZone for bound claims: local volumes, volumes with node affinity, volumes with zone and region labels.</summary>
internal sealed class VolumeFeature : Feature
{
    private const string Zone = "topology.kubernetes.io/zone";
    private const string Region = "topology.kubernetes.io/region";
    private const string BetaZone = "failure-domain.beta.kubernetes.io/zone";
    private const int Each = 2;
    private static readonly string[] Kinds = ["local", "zone", "zones", "region", "affinity", "both", "beta", "anywhere", "name"];

    /// <inheritdoc/>
    public override string Name => "volumes";

    /// <inheritdoc/>
    public override void OnNode(Scene scene, NodeDraft node, Dice dice)
    {
        // VolumeZone asks nothing of a node without any such label.
        if (dice.Chance(15)) return;
        if (dice.Chance(85)) node.Labels[Zone] = dice.Pick("a", "b");
        if (dice.Chance(60)) node.Labels[Region] = dice.Pick("r", "s");
        if (dice.Chance(50) || (node.Labels.ContainsKey(Zone) && !scene.Traits.BetaZonesAreTranslated)) node.Labels[BetaZone] = dice.Pick("a", "b");
    }

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        foreach (var (kind, number) in from kind in Kinds from number in Enumerable.Range(0, Each) select (kind, number))
        {
            var name = NameOf(scene, kind, number);
            scene.Volumes.Add(Volume(scene, name, kind, dice));
            scene.Claims.Add(new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "PersistentVolumeClaim",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = scene.Spaces[0], ["annotations"] = new JsonObject { ["pv.kubernetes.io/bind-completed"] = "yes" } },
                ["spec"] = new JsonObject
                {
                    ["accessModes"] = new JsonArray("ReadWriteMany"),
                    ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
                    ["storageClassName"] = "",
                    ["volumeName"] = name,
                },
            });
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice)
    {
        foreach (var kind in dice.Some(dice.Pick(1, 1, 2), Kinds))
        {
            pod.Tags.Add($"volume:{kind}");
            pod.List("volumes").Add(new JsonObject { ["name"] = kind, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = NameOf(scene, kind, dice.Between(0, Each - 1)) } });
        }
    }

    private static string NameOf(Scene scene, string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{scene.Name}-{kind}-{number}");

    private static JsonObject Volume(Scene scene, string name, string kind, Dice dice)
    {
        var (labels, spec) = (new JsonObject(), new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = "1Gi" },
            ["accessModes"] = new JsonArray("ReadWriteMany"),
            ["storageClassName"] = "",
            ["claimRef"] = new JsonObject { ["namespace"] = scene.Spaces[0], ["name"] = name },
        });
        if (kind == "local") spec["local"] = new JsonObject { ["path"] = "/data" };
        else spec["nfs"] = new JsonObject { ["server"] = "192.0.2.2", ["path"] = "/data" };
        var like = dice.Pick<NodeDraft>([.. scene.Nodes]).Labels;
        if (kind is "zone" or "both") labels[Zone] = like.GetValueOrDefault(Zone) ?? dice.Pick("a", "b");
        if (kind == "zones") labels[Zone] = dice.Pick("a__b", "a__c", "b__c");
        if (kind is "region" or "both") labels[Region] = like.GetValueOrDefault(Region) ?? dice.Pick("r", "s");
        if (kind == "beta") labels[BetaZone] = like.GetValueOrDefault(BetaZone) ?? dice.Pick("a", "b");
        JsonArray? terms = kind switch
        {
            "local" => [Expressions("kubernetes.io/hostname", [.. dice.Some(dice.Between(1, 2), [.. scene.Nodes.Select(n => n.Name)])])],
            "affinity" => [Expressions(Zone, dice.Pick("a", "b")), Expressions(Region, dice.Pick("r", "s"))],
            "both" => [Expressions(Zone, "a", "b")],
            "name" => [Named(dice.Pick("In", "NotIn"), scene.Nodes[0].Name, like.GetValueOrDefault(Zone) ?? "a")],
            _ => null,
        };
        if (terms is not null) spec["nodeAffinity"] = new JsonObject { ["required"] = new JsonObject { ["nodeSelectorTerms"] = terms } };
        return new() { ["apiVersion"] = "v1", ["kind"] = "PersistentVolume", ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels }, ["spec"] = spec };
    }

    private static JsonObject Expressions(string key, params string[] values) => new() { ["matchExpressions"] = new JsonArray(In(key, "In", values)) };

    private static JsonObject Named(string op, string node, string zone)
    {
        var term = Expressions(Zone, zone);
        term["matchFields"] = new JsonArray(In("metadata.name", op, [node]));
        return term;
    }

    private static JsonObject In(string key, string op, string[] values) =>
        new() { ["key"] = key, ["operator"] = op, ["values"] = new JsonArray([.. values.Select(v => (JsonNode)v)]) };
}
