using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.Permissions;

namespace TopoScheduler.Cli.Tests.Sources;

/// <summary>
/// A server of a live cluster that takes care of no gang explains every case as the command explains its file, with the rights it has: what it is not granted is refused.
/// </summary>
public sealed class LiveServerExplainTests : IDisposable
{
    private const string Moment = "2027-01-27T12:00:00Z";

    private readonly string _token = Path.GetTempFileName();
    private readonly HashSet<Permission> _granted = [.. PermissionPage.Load(CliHarness.File()).For("controller")];

    public LiveServerExplainTests() => File.WriteAllText(_token, "token-of-whoever-asks");

    public static TheoryData<string> Cases => ServerSourceTests.Explained;

    public void Dispose() => File.Delete(_token);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Explanation_OfALiveCluster_IsThatOfTheFile(string name)
    {
        var cluster = $"tests/cases/{name}/cluster.yaml";
        string[] question = [.. (await File.ReadAllLinesAsync(CliHarness.File("tests", "cases", name, "question.txt"))).Where(l => l.Length > 0)];
        if (!question.Contains("--at")) question = [.. question, "--at", Moment];
        await using var live = await FakeOfFile.StartAsync(cluster, Granting());
        await using var host = await StartAsync(live);

        string[] ask = ["explain", .. question, "-o", "json"];
        var ofFile = CliHarness.Run([.. ask, "--cluster", cluster]);
        var ofServer = await AskAsync(host, ask);

        Assert.Equal((ofFile.Code, ofFile.Out, ""), (ofServer.Code, ofServer.Out, ofServer.Error));
        Assert.StartsWith("{", ofServer.Out, StringComparison.Ordinal);
    }

    // Who grants no other kinds than Job has no others: the Job is found.
    [Fact]
    public async Task Explanation_OtherKindsRefused_IsThatOfTheJob()
    {
        _granted.RemoveWhere(p => p.Verb == "get" && p.Group != "batch" && p.Group.Contains('.', StringComparison.Ordinal));
        await Explanation_OfALiveCluster_IsThatOfTheFile("explain-kueue-suspended");
    }

    // A set of none waits for none, and a Job in a JobSet is not a gang beside it.
    [Theory]
    [InlineData("explain-no-pods-yet", "serve")]
    [InlineData("explain-jobset-no-pods-yet", "train-workers-0")]
    public async Task Explanation_OfWhatIsNoGang_IsNoneOfTheFileAndOfTheCluster(string name, string gang)
    {
        var cluster = $"tests/cases/{name}/cluster.yaml";
        await using var live = await FakeOfFile.StartAsync(cluster, Granting());
        await using var host = await StartAsync(live);

        var ofFile = CliHarness.Run("explain", "gang", gang, "-n", "ml", "--cluster", cluster);
        var ofServer = await AskAsync(host, "explain", "gang", gang, "-n", "ml");

        Assert.Equal((ExitCodes.InvalidInput, ExitCodes.InvalidInput), (ofFile.Code, ofServer.Code));
        Assert.Contains($"gang ml/{gang} is not in the cluster file", ofFile.Error, StringComparison.Ordinal);
        Assert.Contains($"404: gang ml/{gang} is not in the cluster", ofServer.Error, StringComparison.Ordinal);
    }

    private FakeApiOptions Granting() => new()
    {
        First = async context =>
        {
            var request = context.Request;
            if (Permission.Of(request.Method, request.Path.Value!, request.QueryString.Value!.Contains("watch=true", StringComparison.Ordinal)) is not { } asked || _granted.Contains(asked)) return false;
            await FakeApiServer.StatusAsync(context, 403, "Forbidden", $"{asked} is forbidden");
            return true;
        },
    };

    // The cluster is known a moment after the start.
    private async Task<CliRun> AskAsync(ServerHost host, params string[] arguments)
    {
        for (var attempt = 0; ; attempt++)
        {
            var run = CliHarness.Run([.. arguments, "--server", host.Urls[0], "--token-file", _token]);
            if (attempt == 1200 || !run.Error.Contains(": 503", StringComparison.Ordinal)) return run;
            await Task.Delay(50);
        }
    }

    private async Task<ServerHost> StartAsync(FakeOfFile live)
    {
        var settings = ServeSettings.Load(new([], [], [
            KeyValuePair.Create("listen:url", "http://127.0.0.1:0"), KeyValuePair.Create("api:enabled", "true"), KeyValuePair.Create("access:tokenFile", _token),
            KeyValuePair.Create("api:planSeconds", "600"), KeyValuePair.Create("election:mode", "scheduler"), KeyValuePair.Create("election:name", "nobody"),
            // As the command does of a file.
            KeyValuePair.Create("power:trustedNamespaces", "ml")]));
        var host = new ServerHost(settings, loggers => Scheduling.OfCluster(settings, new(new ApiConnection { Server = live.Server.Address }, "test"), loggers), logging => logging.ClearProviders());
        await host.StartAsync();
        return host;
    }
}
