using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.Cli.Tests.Sources;

/// <summary>An API server over HTTP that holds the objects of a cluster file, whole, and the kubeconfig that leads to it.</summary>
internal sealed class FakeOfFile : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["Node"] = "/api/v1/nodes",
        ["Pod"] = "/api/v1/pods",
        ["Namespace"] = "/api/v1/namespaces",
        ["Job"] = "/apis/batch/v1/jobs",
        ["JobSet"] = "/apis/jobset.x-k8s.io/v1alpha2/jobsets",
        ["LeaderWorkerSet"] = "/apis/leaderworkerset.x-k8s.io/v1/leaderworkersets",
        ["StatefulSet"] = "/apis/apps/v1/statefulsets",
        ["PersistentVolume"] = "/api/v1/persistentvolumes",
        ["PersistentVolumeClaim"] = "/api/v1/persistentvolumeclaims",
        ["PriorityClass"] = "/apis/scheduling.k8s.io/v1/priorityclasses",
        ["PowerDomain"] = "/apis/toposcheduler.io/v1alpha1/powerdomains",
        ["GangPlacement"] = "/apis/toposcheduler.io/v1alpha1/gangplacements",
    };

    private FakeOfFile(FakeApiServer server, string kubeconfig) => (Server, Kubeconfig) = (server, kubeconfig);

    /// <summary>The server.</summary>
    public FakeApiServer Server { get; }

    /// <summary>A kubeconfig file that leads to it.</summary>
    public string Kubeconfig { get; }

    /// <summary>Starts one.</summary>
    public static async Task<FakeOfFile> StartAsync(string? file, FakeApiOptions? options = null)
    {
        var server = await FakeApiServer.StartAsync(options);
        if (file is not null)
        {
            foreach (var obj in Objects(file)) Put(server, obj);
        }

        var kubeconfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{name: test, cluster: {server: "{{{server.Address}}}"}}]
            contexts: [{name: test, context: {cluster: test, user: test, namespace: training}}]
            users: [{name: test, user: {token: t}}]
            """);
        return new(server, kubeconfig);
    }

    /// <summary>Puts an object where its kind is kept.</summary>
    public static void Put(FakeApiServer server, JsonObject obj)
    {
        if (Paths.TryGetValue((string)obj["kind"]!, out var path)) server.Objects.Put(path, obj);
    }

    /// <summary>The objects of a YAML file, plain or gzip, one List or many documents; numbers and flags as such.</summary>
    public static IEnumerable<JsonObject> Objects(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        var yaml = new YamlStream();
        yaml.Load(reader);
        foreach (var document in yaml.Documents)
        {
            var top = (JsonObject)Json(document.RootNode)!;
            if (top["items"] is JsonArray items)
            {
                foreach (var item in items) yield return (JsonObject)item!.DeepClone();
            }
            else
            {
                yield return top;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        File.Delete(Kubeconfig);
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(e => KeyValuePair.Create(((YamlScalarNode)e.Key).Value!, Json(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value!),
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" or "false" => JsonValue.Create(text == "true"),
        _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text),
    };
}
