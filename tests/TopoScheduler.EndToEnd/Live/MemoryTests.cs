using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Testing.FakeApi;
using Xunit.Abstractions;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>Memory of <c>toposched serve</c>, alone in its process, against a server that makes up 15,000 nodes and 100,000 pods page by page.</summary>
[Trait("Category", "Bench")]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int Pods = 100_000;
    private const int MostMiB = 1024;
    private const string Version = "200000";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);
    private static readonly IReadOnlyList<FleetNode> Nodes = FleetNode.Fleet(spines: 15, leavesPerSpine: 25, nodesPerLeaf: 40);

    [BenchFact(controlPlane: false)]
    public async Task Serve_15000NodesAnd100000Pods_FitsInOneGibibyte()
    {
        // A server before 1.27: lists in pages.
        await using var api = await FakeApiServer.StartAsync(new() { Minor = 20, WatchList = FakeWatchList.Ignored, First = AnswerAsync });
        var folder = Directory.CreateTempSubdirectory("toposched-memory-").FullName;
        try
        {
            var kubeconfig = Path.Combine(folder, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, $"""
                apiVersion: v1
                kind: Config
                current-context: fake
                contexts:
                - name: fake
                  context:
                    cluster: fake
                    user: fake
                clusters:
                - name: fake
                  cluster:
                    server: {api.Address}
                users:
                - name: fake
                  user:
                    token: none
                """);
            var address = $"http://127.0.0.1:{LoopbackPort.Next()}";
            string[] serve = ["TOPOSCHEDULER__LOG__LEVEL=information", "dotnet", Path.Combine(AppContext.BaseDirectory, "toposched.dll"), "serve", "--kubeconfig", kubeconfig, "--listen", address];
            var start = Stopwatch.GetTimestamp();
            await using var process = ServerProcess.Start("toposched", "/usr/bin/env", serve, Path.Combine(folder, "toposched.log"));
            using var client = new HttpClient();
            await process.WaitUntilAsync("ready", StartLimit, async patience => await IsReadyAsync(client, new(address + "/readyz"), patience));

            var ready = ProcessMemory.Of(process.Id);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Nodes.Count:N0} nodes, {Pods:N0} pods: ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
            output.WriteLine($"at ready: {ready}");
            await Task.Delay(Settled);
            var later = ProcessMemory.Of(process.Id);
            output.WriteLine($"a minute later: {later}");
            Assert.Contains(process.Lines, line => line.Contains($"{Pods} pods on them", StringComparison.Ordinal));
            Assert.True(later.MostMiB < MostMiB, $"{later}, expected less than {MostMiB} MiB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri address, CancellationToken patience)
    {
        try
        {
            using var answer = await client.GetAsync(address, patience);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // Nodes and pods are made as they are written: the server holds none of them. Watches and everything else are the fake server's own.
    private static async Task<bool> AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        Func<int, string>? item = context.Request.Path.Value switch
        {
            KubePath.Nodes => i => Nodes[i].ToNode().ToJson().ToJsonString(),
            KubePath.AllPods => i => BoundPodJson.Of(i, Nodes[i % Nodes.Count].Name, listed: true),
            _ => null,
        };
        if (item is null) return false;
        context.Response.ContentType = "application/json";
        if (query["watch"] == "true")
        {
            // Nothing ever changes.
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        var count = context.Request.Path == KubePath.Nodes ? Nodes.Count : Pods;
        var from = int.TryParse(query["continue"], CultureInfo.InvariantCulture, out var token) ? token : 0;
        var to = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var limit) && limit > 0 ? Math.Min(count, from + limit) : count;
        var next = to < count ? $",\"continue\":\"{to}\"" : "";
        await context.Response.WriteAsync($"{{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{{\"resourceVersion\":\"{Version}\"{next}}},\"items\":[");
        for (var i = from; i < to; i++)
        {
            await context.Response.WriteAsync((i > from ? "," : "") + item(i));
        }

        await context.Response.WriteAsync("]}");
        return true;
    }
}
