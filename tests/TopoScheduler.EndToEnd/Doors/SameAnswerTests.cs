using System.Diagnostics;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Doors;

/// <summary>One question to a real cluster: the command on a file that kubectl would write, and the command on the live cluster, answer with the same bytes.</summary>
[Trait("Category", "EndToEnd")]
[Collection(SmallPlaneGroup.Name)]
public sealed class SameAnswerTests(SmallPlane small)
{
    [ControlPlaneFact]
    public async Task Answer_OfFileOfSavedFileAndOfLiveCluster_IsTheSameBytes()
    {
        var plane = small.Plane;
        await plane.Api.CreateNamespaceAsync("doors");
        await plane.Api.CreateAsync(KubePath.Pods("doors"), new PodObject("busy") { Gpus = 2 }.ToJson());
        await plane.Api.WaitForBoundAsync(KubePath.Pods("doors"), 1, TimeSpan.FromSeconds(60));
        var (file, saved, job) = (Path.Combine(plane.Folder, "doors.json"), Path.Combine(plane.Folder, "saved.yaml.gz"), Path.Combine(plane.Folder, "doors-job.json"));
        await File.WriteAllTextAsync(job, new JobObject("train", 3, new("") { Gpus = 8 }).ToJson().ToJsonString());
        await File.WriteAllTextAsync(file, await ListAsync(plane));
        Assert.Equal("", await RunAsync("save", "--kubeconfig", plane.KubeconfigPath, "-o", saved));
        Assert.DoesNotContain("managedFields", await RunAsync("save", "--kubeconfig", plane.KubeconfigPath), StringComparison.Ordinal);

        foreach (var question in (string[][])[["report", "--job", job, "--namespace", "doors"], ["topology"], ["capacity"], ["power"], ["doctor"]])
        {
            var ofFile = await RunAsync([.. question, "--cluster", file, "-o", "json"]);
            Assert.StartsWith("{", ofFile, StringComparison.Ordinal);
            Assert.Equal(ofFile, await RunAsync([.. question, "--kubeconfig", plane.KubeconfigPath, "-o", "json"]));
            Assert.Equal(ofFile, await RunAsync([.. question, "--cluster", saved, "-o", "json"]));
        }

        await plane.Api.DeleteAsync(KubePath.Pods("doors"));
    }

    // As kubectl get nodes,pods -A -o json writes it.
    private static async Task<string> ListAsync(KubeControlPlane plane)
    {
        var items = new JsonArray();
        foreach (var (path, kind) in new[] { (KubePath.Nodes, "Node"), (KubePath.AllPods, "Pod") })
        {
            foreach (var item in await plane.Api.ListAsync(path))
            {
                var copy = item.DeepClone().AsObject();
                (copy["apiVersion"], copy["kind"]) = ("v1", kind);
                items.Add(copy);
            }
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items }.ToJsonString();
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Toposched.Root };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "toposched.dll"), .. arguments]) start.ArgumentList.Add(argument);
        var (output, error) = await Runner.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.Equal("", error);
        return output;
    }
}
