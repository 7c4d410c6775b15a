using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;
using TopoScheduler.Testing.Certificates;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The manifests, applied to a real API server, and the program that runs there as the account they make, with their settings and nothing more than their permissions.</summary>
[Trait("Category", "EndToEnd")]
public sealed class AppliedManifestTests
{
    private const string Space = InstalledProgram.Space;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [ControlPlaneFact]
    public async Task Advisory_Applied_ReadsTheClusterAndWritesNothing()
    {
        await using var plane = await StartAsync("advisory");
        await using var served = await ServeAsync(plane, "advisory");

        // Plans it may not read are the only thing it does without.
        Assert.All(Forbidden(served.Process.Lines), line => Assert.Contains("gangplacements", line, StringComparison.Ordinal));
    }

    [ControlPlaneFact]
    public async Task Controller_Applied_LeadsByItsLease()
    {
        await using var plane = await StartAsync("controller");
        using var authority = new TestCertificates("webhook authority");
        var (certificate, key) = authority.ServerPem("127.0.0.1");
        var (certFile, keyFile) = (Path.Combine(plane.Folder, "tls.crt"), Path.Combine(plane.Folder, "tls.key"));
        await File.WriteAllTextAsync(certFile, certificate);
        await File.WriteAllTextAsync(keyFile, key);
        const string Prefix = "TOPOSCHEDULER__WEBHOOK__";
        await using var served = await ServeAsync(plane, "controller", $"{Prefix}CERTFILE={certFile}", $"{Prefix}KEYFILE={keyFile}", Text($"{Prefix}URL=https://127.0.0.1:{LoopbackPort.Next()}"));

        await Eventually.HoldsAsync("the lease has a holder", Limit, async () =>
            (string?)(await plane.Api.FindAsync(KubePath.Lease(Space, "toposcheduler")))?["spec"]?["holderIdentity"] is { Length: > 0 });
        Assert.Empty(Forbidden(served.Process.Lines));
    }

    // The program, its kube-scheduler, a gang: every call of the mode, as one account.
    [ControlPlaneFact]
    public async Task Extender_Applied_ItsSchedulerBindsAGang()
    {
        await using var plane = await StartAsync("extender");
        await plane.Api.CreateManyAsync(KubePath.Nodes, Enumerable.Range(1, 4).Select(i => new NodeObject($"node-{i}") { Leaf = i <= 2 ? "leaf-1" : "leaf-2", Spine = "spine-1" }.ToJson()));
        await using var served = await ServeAsync(plane, "extender");
        await using var scheduler = served.StartScheduler();
        // Pods that are asked about before toposched knows who leads are asked about again a minute later.
        await served.WaitUntilReadyAsync(leads: true);

        await plane.Api.CreateNamespaceAsync("ml");
        await plane.Api.CreateManyAsync(KubePath.Pods("ml"), Enumerable.Range(0, 2).Select(i => new PodObject($"train-{i}")
        {
            SchedulerName = "topo-scheduler",
            Gpus = 8,
            Annotations = new Dictionary<string, string> { ["gang"] = "train", ["gang-size"] = "2", ["required-topology"] = "leaf" },
        }.ToJson()));
        var bound = await BoundAsync(plane, served.Process, scheduler);

        Assert.Contains(string.Join(',', bound.Values.Order(StringComparer.Ordinal)), new[] { "node-1,node-2", "node-3,node-4" });
        await Eventually.HoldsAsync("the plan is written down", Limit, async () => (await plane.Api.ListAsync(KubePath.GangPlacements("ml"))).Any(p => (int?)p["status"]?["bound"] == 2));
        Assert.Empty(Forbidden(served.Process.Lines));
        Assert.Empty(Forbidden(scheduler.Lines));
    }

    private static async Task<IReadOnlyDictionary<string, string>> BoundAsync(KubeControlPlane plane, ServerProcess served, ServerProcess scheduler)
    {
        try
        {
            return await plane.Api.WaitForBoundAsync(KubePath.Pods("ml"), 2, Limit);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Assert.Fail($"{e.Message}; {served.Tail}; {scheduler.Tail}");
            throw;
        }
    }

    private static async Task<KubeControlPlane> StartAsync(string mode)
    {
        var plane = await KubeControlPlane.StartAsync();
        try
        {
            foreach (var obj in ObjectsOf(mode)) await plane.Api.SendAsync(HttpMethod.Patch, $"{obj.Path()}?fieldManager=test", obj, "application/apply-patch+yaml");
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    // As docs/install.md says for a cluster of this version.
    private static IReadOnlyList<JsonObject> ObjectsOf(string mode)
    {
        var minor = KubeControlPlane.Version.Minor;
        var objects = ManifestFolder.Load(mode, minor switch { < 22 => "1.20", < 29 => "1.25", _ => "1.29" }).Objects;
        foreach (var budget in objects.Where(o => minor < 21 && o.Kind() == "PodDisruptionBudget")) budget["apiVersion"] = "policy/v1beta1";
        return objects;
    }

    private static async Task<InstalledProgram> ServeAsync(KubeControlPlane plane, string mode, params string[] environment)
    {
        var served = await InstalledProgram.StartAsync(plane, ObjectsOf(mode), environment);
        try
        {
            await served.WaitUntilReadyAsync(leads: false);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    private static List<string> Forbidden(IEnumerable<string> log) => [.. log.Where(line => line.Contains("forbidden", StringComparison.OrdinalIgnoreCase))];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
