using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Packaging;
using TopoScheduler.Testing.Certificates;

namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>
/// <c>docs/walkthrough.md</c>, command by command, on a real control plane. Pods are not started there: what they would run are processes of this machine, with what
/// the commands have installed. <c>UPDATE_GOLDEN=1</c> writes what is printed into the page.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class WalkthroughTests
{
    private const int Nodes = 8;
    private const string Metrics = "curl -s http://127.0.0.1:8889/metrics";
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/toposcheduler";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // How long an output that is waited for is given to settle before it is written into the page.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(20);

    [WalkFact(since: "1.20", before: "1.21")]
    public Task Page_ModeExtender_IsWhatHappens() => WalkAsync("extender");

    [WalkFact(since: "1.30", before: "2.0")]
    public Task Page_ModeController_IsWhatHappens() => WalkAsync("controller");

    private static async Task WalkAsync(string mode)
    {
        Assert.True(KubectlBinary.Missing is null, KubectlBinary.Missing);
        await using var plane = await KubeControlPlane.StartAsync(new() { ControllerManager = true, Schedulers = mode == "controller" ? [new(SchedulerOptions.DefaultName)] : [] });
        await plane.Api.CreateManyAsync(KubePath.Nodes, Enumerable.Range(1, Nodes).Select(i => new NodeObject($"gpu-{i}").ToJson()));
        await plane.Api.CreateAsync(KubePath.Pods("kube-system"), new PodObject("dns") { NodeName = $"gpu-{Nodes}", Cpu = "100m" }.ToJson());
        await using var walk = new Walk(plane, mode);
        var page = WalkPage.Load("walkthrough.md");
        var updates = new List<(WalkOutput, string)>();
        foreach (var step in page.Steps.Where(s => s.IsOf(mode))) await walk.TakeAsync(step, updates);
        if (updates.Count > 0) page.Write(updates);
        await walk.CheckAsync();
    }

    /// <summary>One walk: the shell, and the pods that stand in for those nobody starts.</summary>
    private sealed class Walk(KubeControlPlane plane, string mode) : IAsyncDisposable
    {
        private readonly Shell _shell = new(plane.Folder, plane.KubeconfigPath);
        private readonly TestCertificates _authority = new("webhook authority");
        private readonly HttpClient _client = new();
        private InstalledProgram? _program;
        private ServerProcess? _scheduler;
        private string? _report;

        /// <summary>Takes a step, and compares what it prints.</summary>
        public async Task TakeAsync(WalkStep step, List<(WalkOutput, string)> updates)
        {
            if (step.Words.Contains("pods"))
            {
                await StartPodsAsync();
                return;
            }

            var update = step.Output is not null && Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";
            Assert.False(update && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: expected output is reviewed, not made, there.");
            var end = Environment.TickCount64 + (long)(update ? Settled : Patience).TotalMilliseconds;
            while (true)
            {
                var (code, printed, error) = await RunAsync(step.Commands);
                var isSaid = code == 0 && step.Output?.IsSaidBy(printed) != false;
                if (!isSaid && step.Words.Contains("until") && Environment.TickCount64 < end)
                {
                    await Task.Delay(200);
                    continue;
                }

                Assert.True(code == 0, $"docs/walkthrough.md:{step.Line}: {step.Commands}\nended with {code}: {error}\n{printed}\n{_program?.Process.Tail}\n{_scheduler?.Tail}");
                if (step.Commands.Contains("toposched report", StringComparison.Ordinal)) _report = printed;
                if (isSaid) return;
                if (update) updates.Add((step.Output!, printed));
                else Assert.Fail($"docs/walkthrough.md:{step.Line}: {step.Commands}\nprinted\n{printed}\n{error}\n{_program?.Process.Tail}\n{_scheduler?.Tail}");
                return;
            }
        }

        /// <summary>What the page is about, whatever it says: the gang was bound where the report said, inside one leaf, with no more than one busy node in a rack.</summary>
        public async Task CheckAsync()
        {
            var pods = await plane.Api.ListAsync(KubePath.Pods("training"));
            var labels = (await plane.Api.ListAsync(KubePath.Nodes)).ToDictionary(n => n.Name(), n => n["metadata"]!["labels"]!);
            var nodes = pods.Select(p => (string?)p["spec"]!["nodeName"]).ToList();
            Assert.Equal(2, nodes.Count);
            Assert.All(nodes, node => Assert.Contains(Assert.IsType<string>(node), _report, StringComparison.Ordinal));
            Assert.Single(nodes.Select(n => (string?)labels[n!]["toposcheduler.io/leaf"]).Distinct());
            Assert.Equal(2, nodes.Select(n => (string?)labels[n!]["toposcheduler.io/rack"]).Distinct().Count());
        }

        public async ValueTask DisposeAsync()
        {
            if (_scheduler is not null) await _scheduler.DisposeAsync();
            if (_program is not null) await _program.DisposeAsync();
            _client.Dispose();
            _authority.Dispose();
        }

        // No Service leads to our processes: metrics are fetched where they are, and stand in a file for the command of the page.
        private async Task<(int Code, string Out, string Error)> RunAsync(string commands)
        {
            if (commands.Contains(Metrics, StringComparison.Ordinal)) await _shell.WriteAsync("metrics.txt", await _client.GetStringAsync(new Uri(_program!.Health + "/metrics")));
            return await _shell.RunAsync(commands.Replace(Metrics, "cat metrics.txt", StringComparison.Ordinal));
        }

        private async Task StartPodsAsync()
        {
            var deployment = await plane.Api.GetAsync($"/apis/apps/v1/namespaces/{InstalledProgram.Space}/deployments/toposcheduler");
            var (mounted, maps) = (deployment["spec"]!["template"]!["spec"]!["volumes"]!.AsArray().Select(v => (string?)v!["configMap"]?["name"]).OfType<string>().ToList(), new List<JsonObject>());
            foreach (var name in mounted) maps.Add(await plane.Api.GetAsync($"{KubePath.Namespaces}/{InstalledProgram.Space}/configmaps/{name}"));
            deployment["kind"] = "Deployment";
            foreach (var map in maps) map["kind"] = "ConfigMap";
            _program = await InstalledProgram.StartAsync(plane, [deployment, .. maps], mode == "controller" ? await LeadToWebhookAsync() : []);
            if (mode == "extender") _scheduler = _program.StartScheduler();
            await _program.WaitUntilReadyAsync(leads: true);
        }

        private async Task<string[]> LeadToWebhookAsync()
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{LoopbackPort.Next()}");
            var (certificate, key) = _authority.ServerPem("127.0.0.1");
            await _shell.WriteAsync("served.crt", certificate);
            await _shell.WriteAsync("served.key", key);
            var client = new JsonObject { ["url"] = address + "/webhook/mutate", ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.Pem)) };
            await plane.Api.PatchAsync(Configurations, new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/webhooks/0/clientConfig", ["value"] = client }));
            const string Prefix = "TOPOSCHEDULER__WEBHOOK__";
            return [$"{Prefix}URL={address}", $"{Prefix}CERTFILE={_shell.PathOf("served.crt")}", $"{Prefix}KEYFILE={_shell.PathOf("served.key")}"];
        }
    }
}
