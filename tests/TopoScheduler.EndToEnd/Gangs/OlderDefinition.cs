using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Packaging;

namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>The first definition of GangPlacement, as an installation of that time applied it, and its upgrade.</summary>
internal static class OlderDefinition
{
    private const string Manager = "?fieldManager=kubectl";

    /// <summary>Applies it and waits until the server knows the resource.</summary>
    public static async Task InstallAsync(KubeControlPlane plane)
    {
        await ApplyAsync(plane, YamlObjects.Read(Path.Combine(Toposched.Root, "tests", "cases", "definitions", "gangplacements-1.yaml")));
        await CustomResource.WaitUntilServedAsync(plane, KubePath.GangPlacements("default"));
    }

    /// <summary>Applies the present definitions, all of them, and waits until the server takes what the present one has more.</summary>
    public static async Task UpgradeAsync(KubeControlPlane plane)
    {
        foreach (var file in (string[])["gangplacements.yaml", "powerdomains.yaml"]) await ApplyAsync(plane, YamlObjects.Read(Path.Combine(Toposched.Root, "manifests", "crds", file)));
        await CustomResource.WaitUntilServedAsync(plane, KubePath.PowerDomains);
        await WaitUntilPodsAreKeptAsync(plane.Api);
    }

    /// <summary>A placement as toposched of that time wrote it: one that waits, or one with a plan.</summary>
    public static async Task CreateAsync(KubeApi api, string name, bool waits)
    {
        var path = KubePath.GangPlacements(GateScene.Space);
        var created = await api.CreateAsync(path, Placement(name));
        created["status"] = waits
            ? new JsonObject { ["phase"] = "Waiting", ["message"] = "1 of 2 pods are there", ["placed"] = 0, ["bound"] = 0 }
            : new JsonObject
            {
                ["phase"] = "Planned",
                ["message"] = "2 pods planned",
                ["placed"] = 2,
                ["bound"] = 0,
                ["plan"] = new JsonArray(new JsonObject { ["node"] = "n-1", ["members"] = "0-1", ["pods"] = new JsonArray("waits-0-x", "waits-0-y") }),
            };
        await api.SendAsync(HttpMethod.Put, $"{path}/{name}/status", created);
    }

    private static JsonObject Placement(string name) => new()
    {
        ["apiVersion"] = "toposcheduler.io/v1alpha1",
        ["kind"] = "GangPlacement",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["gang"] = new JsonObject { ["kind"] = "Job", ["name"] = name }, ["size"] = 2, ["min"] = 2, ["gpus"] = 16 },
    };

    // A definition that is accepted is served with its new schema some moments later.
    private static async Task WaitUntilPodsAreKeptAsync(KubeApi api)
    {
        await Live.Eventually.HoldsAsync("the new schema is served", TimeSpan.FromSeconds(30), async () =>
        {
            var probe = Placement("probe");
            probe["status"] = new JsonObject { ["plan"] = new JsonArray(new JsonObject { ["node"] = "n", ["members"] = "0", ["pods"] = new JsonArray("p") }) };
            var path = KubePath.GangPlacements("default");
            if (await api.FindAsync($"{path}/probe") is not { } there) there = await api.CreateAsync(path, Placement("probe"));
            probe["metadata"] = there["metadata"]!.DeepClone();
            var answer = await api.SendAsync(HttpMethod.Put, $"{path}/probe/status", probe);
            return answer["status"]?["plan"]?[0]?["pods"] is not null;
        });
        await api.DeleteAsync($"{KubePath.GangPlacements("default")}/probe");
    }

    private static Task<JsonObject> ApplyAsync(KubeControlPlane plane, JsonObject definition) => plane.Api.SendAsync(HttpMethod.Patch, definition.Path() + Manager, definition, "application/apply-patch+yaml");
}
