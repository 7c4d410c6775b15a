using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>
/// A folder of <c>manifests</c> as kustomize puts it together. Reads the part of a kustomization the folders use and fails at anything else; names of
/// generated ConfigMaps get no hash.
/// </summary>
internal sealed class ManifestFolder
{
    private static readonly string[] Known = ["apiVersion", "kind", "resources", "configMapGenerator", "generatorOptions", "images"];

    private readonly List<JsonObject> _objects = [];

    private ManifestFolder()
    {
    }

    /// <summary>All folders that can be applied by themselves.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["advisory", "controller", "extender"];

    /// <summary>Its objects.</summary>
    public IReadOnlyList<JsonObject> Objects => _objects;

    /// <summary>Reads <c>manifests/name</c>.</summary>
    /// <param name="name">Name of the folder.</param>
    /// <param name="scheduler">The configuration of kube-scheduler in place of the one that is named: <c>1.20</c>.</param>
    public static ManifestFolder Load(string name, string? scheduler = null)
    {
        var folder = new ManifestFolder();
        folder.Add(Path.Combine(Toposched.Root, "manifests", name), scheduler);
        return folder;
    }

    private void Add(string path, string? scheduler)
    {
        var kustomization = YamlObjects.Read(Path.Combine(path, "kustomization.yaml"));
        Assert.All(kustomization, field => Assert.Contains(field.Key, Known));
        foreach (var resource in kustomization["resources"]!.AsArray())
        {
            var target = Path.GetFullPath(Path.Combine(path, resource!.GetValue<string>()));
            if (Directory.Exists(target)) Add(target, scheduler);
            else _objects.AddRange(YamlObjects.Of(File.ReadAllText(target)));
        }

        var labels = kustomization["generatorOptions"]?["labels"];
        foreach (var generator in kustomization["configMapGenerator"]?.AsArray() ?? []) _objects.Add(ConfigMap(path, generator!, labels, scheduler));
        foreach (var image in kustomization["images"]?.AsArray() ?? []) SetImage(image!);
    }

    private static JsonObject ConfigMap(string path, JsonNode generator, JsonNode? labels, string? scheduler)
    {
        var data = new JsonObject();
        foreach (var file in generator["files"]!.AsArray().Select(f => f!.GetValue<string>()))
        {
            var parts = file.Split('=');
            var source = scheduler is not null && parts[^1].StartsWith("scheduler/", StringComparison.Ordinal) ? $"scheduler/{scheduler}.yaml" : parts[^1];
            data[parts[0]] = File.ReadAllText(Path.Combine(path, source));
        }

        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = generator["name"]!.GetValue<string>(),
                ["namespace"] = generator["namespace"]!.GetValue<string>(),
                ["labels"] = labels?.DeepClone(),
            },
            ["data"] = data,
        };
    }

    private void SetImage(JsonNode image)
    {
        var containers = _objects.Where(o => o.Kind() == "Deployment").SelectMany(d => d["spec"]!["template"]!["spec"]!["containers"]!.AsArray());
        foreach (var container in containers)
        {
            var name = container!["image"]!.GetValue<string>().Split(':')[0];
            if (name == image["name"]!.GetValue<string>()) container["image"] = $"{(string?)image["newName"] ?? name}:{(string?)image["newTag"]}";
        }
    }
}
