using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Doors;

/// <summary>
/// One question to a real cluster, at every door: the command on a file that kubectl would write, on one it has saved itself, on the live cluster, over the HTTP API and
/// over gRPC of a server in that cluster. All answer with the same bytes.
/// </summary>
[Trait("Category", "EndToEnd")]
[Collection(SmallPlaneGroup.Name)]
public sealed class SameAnswerTests(SmallPlane small) : IAsyncLifetime
{
    private const string Space = "doors";
    private const string Quotas = $"{KubePath.Namespaces}/{Space}/resourcequotas";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (ControlPlaneBinaries.Missing is not null) return;
        await small.Plane.Api.DeleteAsync(KubePath.Jobs(Space));
        await small.Plane.Api.DeleteAsync(KubePath.Pods(Space));
        await small.Plane.Api.DeleteAsync(Quotas);
    }

    [ControlPlaneFact]
    public async Task Answer_AtEveryDoor_IsTheSameBytes()
    {
        var plane = small.Plane;
        await FillAsync(plane.Api);
        var (file, saved) = (Path.Combine(plane.Folder, "doors.json"), Path.Combine(plane.Folder, "saved.yaml.gz"));
        await using var server = await ServedDoors.StartAsync(plane);
        // What the server answers it has seen: the last pod made, and the first bound.
        await server.WaitUntilAsync($"/v1/explain/namespaces/{Space}/pods/busy", a => (string)a["state"]! == "running", Limit);
        await File.WriteAllTextAsync(file, await ListAsync(plane));
        Assert.Equal("", await ServedDoors.RunAsync("save", "--kubeconfig", plane.KubeconfigPath, "-o", saved));
        Assert.DoesNotContain("managedFields", await ServedDoors.RunAsync("save", "--kubeconfig", plane.KubeconfigPath), StringComparison.Ordinal);

        var differences = new List<string>();
        foreach (var question in DoorQuestion.All(Space, plane.Folder))
        {
            string[] ask = [.. question.Command, "-o", "json"];
            var answer = await ServedDoors.RunAsync([.. ask, "--cluster", file]);
            Assert.StartsWith("{", answer, StringComparison.Ordinal);
            (string Door, string Said)[] others =
            [
                ("saved file", await ServedDoors.RunAsync([.. ask, "--cluster", saved])),
                ("live cluster", await ServedDoors.RunAsync([.. ask, "--kubeconfig", plane.KubeconfigPath])),
                ("HTTP", await server.AskAsync(question)),
                .. question.Call is { } call ? new[] { ("gRPC", await server.CallAsync(call)) } : [],
            ];
            differences.AddRange(others.Where(o => o.Said != answer).Select(o => $"{question.Name}, {o.Door}:\n{FirstDifference(answer, o.Said)}"));
        }

        Assert.Empty(differences);
    }

    // A pod that runs, one that waits alone, a gang that is too large to start, and a Job whose pods are refused.
    private static async Task FillAsync(KubeApi api)
    {
        await api.CreateNamespaceAsync(Space);
        await api.CreateAsync(KubePath.Pods(Space), new PodObject("busy") { Gpus = 2 }.ToJson());
        await api.WaitForBoundAsync(KubePath.Pods(Space), 1, Limit);
        await api.CreateManyAsync(KubePath.Pods(Space), PodObject.Gang("llama", 5, new("") { Gpus = 8, SchedulerName = "nobody" }));
        await api.CreateAsync(KubePath.Pods(Space), new PodObject("solo") { Gpus = 4, SchedulerName = "nobody" }.ToJson());
        var quota = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "no-more" }, ["spec"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "7" } } };
        await api.CreateAsync(Quotas, quota);
        await api.CreateAsync(KubePath.Jobs(Space), new JobObject("later", 2, new("") { Gpus = 2, SchedulerName = "nobody" }).ToJson());
    }

    private static string FirstDifference(string expected, string said)
    {
        var (a, b) = (expected.Split('\n'), said.Split('\n'));
        var at = Enumerable.Range(0, Math.Min(a.Length, b.Length)).FirstOrDefault(i => a[i] != b[i], Math.Min(a.Length, b.Length) - 1);
        return $"  line {at + 1}: {a[at]}\n  is:      {b[at]}";
    }

    // As kubectl get nodes,pods,jobs -A -o json writes it.
    private static async Task<string> ListAsync(KubeControlPlane plane)
    {
        var items = new JsonArray();
        foreach (var (path, version, kind) in new[] { (KubePath.Nodes, "v1", "Node"), (KubePath.AllPods, "v1", "Pod"), ("/apis/batch/v1/jobs", "batch/v1", "Job") })
        {
            foreach (var item in await plane.Api.ListAsync(path))
            {
                var copy = item.DeepClone().AsObject();
                (copy["apiVersion"], copy["kind"]) = (version, kind);
                items.Add(copy);
            }
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items }.ToJsonString();
    }
}
