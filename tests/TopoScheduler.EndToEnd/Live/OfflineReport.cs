using System.Diagnostics;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>What <c>toposched report</c> says of a job on the state of a control plane, saved as kubectl would save it.</summary>
internal static class OfflineReport
{
    /// <summary>The node of each member, in member order; null when the report does not place the job.</summary>
    public static async Task<string[]?> PlaceAsync(KubeControlPlane plane, params JsonObject[] job)
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

        var id = Guid.NewGuid().ToString("N");
        var (cluster, jobs) = (Path.Combine(plane.Folder, $"cluster-{id}.json"), Path.Combine(plane.Folder, $"job-{id}.json"));
        await File.WriteAllTextAsync(cluster, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items }.ToJsonString());
        await File.WriteAllTextAsync(jobs, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. job.Select(j => j.DeepClone())]) }.ToJsonString());
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "report", "--cluster", cluster, "--job", jobs, "-o", "json"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var (text, error) = await Runner.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(text.StartsWith('{'), error);
        var report = JsonNode.Parse(text)!;
        return report["outcome"]!.GetValue<string>().StartsWith("Placed", StringComparison.Ordinal)
            ? [.. report["placement"]!["pods"]!.AsArray().OrderBy(p => p!["index"]!.GetValue<int>()).Select(p => p!["node"]!.GetValue<string>())]
            : null;
    }
}
