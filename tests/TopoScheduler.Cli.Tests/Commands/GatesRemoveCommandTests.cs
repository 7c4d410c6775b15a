using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched gates remove</c> on an API server over HTTP.</summary>
public sealed class GatesRemoveCommandTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/pods";
    private const string Webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    private readonly string _kubeconfig = Path.GetTempFileName();
    private FakeApiServer _api = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeApiServer.StartAsync();
        await File.WriteAllTextAsync(_kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{name: test, cluster: {server: "{{{_api.Address}}}"}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            users: [{name: test, user: {token: t}}]
            """);
        for (var i = 0; i < 3; i++) Create(i < 2 ? "ml" : "research", $"p{i}");
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    [Fact]
    public void Run_WithWebhook_DeletesItFirstAndTakesEveryGateOff()
    {
        _api.Objects.Put(Webhooks, new() { ["metadata"] = new JsonObject { ["name"] = "toposcheduler" } });

        var run = Run("--webhook", "toposcheduler");

        Assert.Equal((0, "", "the webhook is deleted\nthe gate is off 3 pods\n  ml              2\n  research        1\n"), (run.Code, run.Error, run.Out));
        Assert.Null(_api.Objects.Find(Webhooks, "", "toposcheduler"));
        Assert.DoesNotContain("schedulingGates\":[{", string.Concat(_api.Objects.All(Pods, null).Objects.Select(p => p.ToJsonString())), StringComparison.Ordinal);
        Assert.StartsWith("DELETE", _api.Requests.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DryRun_ChangesNothing()
    {
        var run = Run("--dry-run");

        Assert.Equal((0, "3 pods wait behind our gate\n  ml              2\n  research        1\n"), (run.Code, run.Out));
        Assert.All(_api.Requests, r => Assert.StartsWith("GET", r, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Json_IsForPrograms()
    {
        var report = Run("--namespace", "ml", "-o", "json").Json();

        Assert.Equal(("GateRemoval", false, 2), (report.GetProperty("kind").GetString(), report.GetProperty("dryRun").GetBoolean(), report.GetProperty("gates").GetInt32()));
        Assert.Equal(2, report.GetProperty("namespaces").GetProperty("ml").GetInt32());
        Assert.Empty(report.GetProperty("left").EnumerateArray());
        Assert.False(report.TryGetProperty("webhookDeleted", out _));
    }

    [Fact]
    public void Run_NoServer_SaysSo()
    {
        File.WriteAllText(_kubeconfig, File.ReadAllText(_kubeconfig).Replace(_api.Address.ToString(), "http://127.0.0.1:1/", StringComparison.Ordinal));

        var run = Run();

        Assert.Equal(1, run.Code);
        Assert.StartsWith("error: GET /api/v1/pods", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoSuchContext_IsInvalidInput() => Assert.Equal(2, Run("--context", "other").Code);

    [Fact]
    public void Run_UnknownOption_NamesTheHelpOfTheCommand() =>
        Assert.EndsWith("See \"toposched gates remove --help\".\n", CliHarness.Run("gates", "remove", "--all").Error, StringComparison.Ordinal);

    private CliRun Run(params string[] args) => CliHarness.Run(["gates", "remove", "--kubeconfig", _kubeconfig, .. args]);

    private void Create(string ns, string name) => _api.Objects.Put(Pods, new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "toposcheduler.io/gang" }),
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "example.test/a" }),
        },
        ["status"] = new JsonObject { ["phase"] = "Pending" },
    });
}
