using TopoScheduler.Cli.Tests.Reports;
using TopoScheduler.Cli.Tests.Sources;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched placements</c> on a file and on a live cluster.</summary>
public sealed class PlacementsCommandTests : IDisposable
{
    private const string Gangs = """
        apiVersion: toposcheduler.io/v1alpha1
        kind: GangPlacement
        metadata: {name: job-wait, namespace: ml, creationTimestamp: "2026-11-26T11:55:00Z"}
        spec: {gang: {kind: Job, name: wait, uid: u2}, size: 4, min: 4, gpus: 32}
        status: {phase: Waiting, message: "Does not fit: the nodes left have room for 2 of 4 worker pods, and a sentence that goes on and on and on."}
        ---
        apiVersion: toposcheduler.io/v1alpha1
        kind: GangPlacement
        metadata: {name: job-llama, namespace: ml, creationTimestamp: "2026-11-26T09:00:00Z"}
        spec: {gang: {kind: Job, name: llama, uid: u1}, size: 2, min: 2, gpus: 16}
        status:
          phase: Bound
          message: "Placed: 2 pods."
          bound: 2
          tier: leaf
          domain: spine-1/su-1
          nodes: 2
          watts: 15800
          plan: [{node: dgx-001, members: "0", pods: [llama-0]}, {node: dgx-002, members: "1", pods: [llama-1]}]
        ---
        apiVersion: toposcheduler.io/v1alpha1
        kind: GangPlacement
        metadata: {name: job-other, namespace: research, creationTimestamp: "2026-11-20T12:00:00Z"}
        spec: {gang: {kind: Job, name: other, uid: u3}, size: 1, min: 1, gpus: 8}
        status: {phase: Planned, message: planned}
        """;

    private readonly string _file = Path.GetTempFileName();

    public PlacementsCommandTests() => File.WriteAllText(_file, Gangs);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Text_OfAFile_IsATableThatFits()
    {
        var run = Run(["placements", "--cluster", _file, "--width", "100"]);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(
            """
            GANG                PHASE    BOUND  PLACE              NODES   WATTS  AGE  MESSAGE
            job/ml/llama        Bound      2/2  leaf spine-1/su-1      2  15,800  3h   Placed: 2 pods.
            job/ml/wait         Waiting    0/4  -                      -       -  5m   Does not fit: the nodes …
            job/research/other  Planned    0/1  -                      -       -  6d   planned

            """, run.Out);
    }

    [Fact]
    public void Text_OfANarrowPage_LeavesOutColumnsAndNotTheMessage()
    {
        var run = Run(["placements", "--cluster", _file, "--width", "60"]);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 60, line));
        Assert.DoesNotContain("WATTS", run.Out, StringComparison.Ordinal);
        Assert.Contains("Does not", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_OfAFile_EqualsExpected() => Golden.Assert("Reports/Golden/placements.md", Run(["placements", "--cluster", _file, "-o", "markdown"]).Out);

    [Fact]
    public void Html_OfAFile_SaysEveryMessageInFull()
    {
        var page = HtmlCheck.Page(Run(["placements", "--cluster", _file, "-o", "html"]).Out);
        Assert.Equal("3 gangs", page.Descendants("h1").Single().Value);
        Assert.Equal(["job/ml/llama", "job/ml/wait", "job/research/other"], page.Descendants("th").Where(t => t.Attribute("scope")!.Value == "row").Select(t => t.Value));
        Assert.Contains(page.Descendants("td"), t => t.Value.EndsWith("a sentence that goes on and on and on.", StringComparison.Ordinal));
    }

    [Fact]
    public void Wide_HasTheWholeMessage() =>
        Assert.Contains("on and on and on.", Run(["placements", "--cluster", _file, "-o", "wide"]).Out.ReplaceLineEndings(" "), StringComparison.Ordinal);

    [Fact]
    public async Task Json_OfFileAndOfLiveCluster_IsTheSameBytes()
    {
        await using var live = await FakeOfFile.StartAsync(_file);
        var ofFile = Run(["placements", "--cluster", _file, "-n", "ml", "-o", "json"]);
        var ofCluster = Run(["placements", "--kubeconfig", live.Kubeconfig, "-n", "ml", "-o", "json"]);
        Assert.Equal(ofFile.Out, ofCluster.Out);
        Assert.Equal(["job/ml/llama", "job/ml/wait"], ofFile.Json().GetProperty("gangs").EnumerateArray().Select(g => g.GetProperty("gang").GetString()));
    }

    [Fact]
    public async Task Text_NoPlacements_SaysSo()
    {
        await using var live = await FakeOfFile.StartAsync(null);
        Assert.Equal("No gang is taken care of: there is no GangPlacement.\n", Run(["placements", "--kubeconfig", live.Kubeconfig]).Out);
    }

    private static CliRun Run(string[] arguments) => CliHarness.Run(null, arguments, new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OpenInput = () => Stream.Null,
        Environment = _ => null,
        Home = "",
        Time = new At(new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero)),
    });

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
