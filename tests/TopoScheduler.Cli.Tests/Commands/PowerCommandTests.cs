namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched power</c> on samples, on feeds and on budgets that are too low.</summary>
public sealed class PowerCommandTests
{
    private const string Pair = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Node, metadata: {name: n1, labels: {toposcheduler.io/rack: r1, toposcheduler.io/rack-power-budget-watts: "9000", toposcheduler.io/pdu: a, toposcheduler.io/pdu-b: b, toposcheduler.io/pdu-power-budget-watts: "40000", toposcheduler.io/pdu-b-power-budget-watts: "20000", toposcheduler.io/node-max-watts: "10000", toposcheduler.io/node-idle-watts: "9500"}}, status: {allocatable: {cpu: "8", pods: "110"}}}
        - {apiVersion: v1, kind: Node, metadata: {name: n2, labels: {toposcheduler.io/rack: r2, toposcheduler.io/pdu: a, toposcheduler.io/pdu-b: b, toposcheduler.io/node-max-watts: "10000", toposcheduler.io/node-idle-watts: "2000"}}, status: {allocatable: {cpu: "8", pods: "110"}}}
        - {apiVersion: v1, kind: Node, metadata: {name: n3, labels: {toposcheduler.io/node-max-watts: "10000", toposcheduler.io/node-idle-watts: "2000"}}, status: {allocatable: {cpu: "8", pods: "110"}}}
        """;

    public static TheoryData<string> Samples => [.. Directory.GetFiles(CliHarness.File("samples", "clusters")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("dgx-h100-su.yaml", "text", "power-dgx.txt")]
    [InlineData("dgx-h100-su.yaml", "json", "power-dgx.json")]
    [InlineData("gb200-nvl72.yaml", "text", "power-gb200.txt")]
    [InlineData("legacy-10kw.yaml", "text", "power-legacy.txt")]
    public void Power_Sample_OutputEqualsExpected(string sample, string form, string expected)
    {
        var run = CliHarness.Run("power", "--cluster", $"samples/clusters/{sample}", "-o", form);
        Golden.Assert(Path.Combine("Reports", "Golden", expected), run.Out);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public void Power_FeedsAndOverBudget_TextEqualsExpected()
    {
        var run = CliHarness.Run(Pair, ["power", "--cluster", "-"]);
        Golden.Assert(Path.Combine("Reports", "Golden", "power-feeds.txt"), run.Out);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Power_Sample_TextFitsThePage(string sample)
    {
        foreach (var width in (int[])[60, 80, 100])
        {
            var run = CliHarness.Run("power", "--cluster", $"samples/clusters/{sample}", "--width", $"{width}");
            Assert.Equal((0, ""), (run.Code, run.Error));
            Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= width, line));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Power_Sample_JsonAddsUp(string sample)
    {
        var view = CliHarness.Run("power", "--cluster", $"samples/clusters/{sample}", "-o", "json").Json();
        Assert.Equal("PowerReport", view.GetProperty("kind").GetString());
        foreach (var domain in view.GetProperty("domains").EnumerateArray())
        {
            Assert.False(domain.TryGetProperty("measuredWatts", out _));
            if (!domain.TryGetProperty("budgetWatts", out var budget))
            {
                Assert.False(domain.TryGetProperty("headroomWatts", out _));
                continue;
            }

            var headroom = domain.GetProperty("headroomWatts").GetInt64();
            Assert.Equal(budget.GetInt64(), headroom + domain.GetProperty("committedWatts").GetInt64());
            Assert.Equal(Math.Max(0, headroom), domain.GetProperty("usableWatts").GetInt64() + domain.GetProperty("strandedWatts").GetInt64());
            Assert.Equal(headroom < 0, domain.GetProperty("overBudget").GetBoolean());
        }
    }

    [Fact]
    public void Power_OverBudget_IsRedOnATerminalThatShowsColours()
    {
        var console = new CliConsole { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Colour = true };
        var run = CliHarness.Run(Pair, ["power", "--cluster", "-"], console);
        Assert.Contains("\e[1;31m-500\e[0m", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", CliHarness.Run(Pair, ["power", "--cluster", "-"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Power_PlainTerminal_IsAscii()
    {
        var console = new CliConsole { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Unicode = false };
        var run = CliHarness.Run(null, ["power", "--cluster", "samples/clusters/dgx-h100-su.yaml"], console);
        Assert.All(run.Out, c => Assert.True(c < 128, $"{c}"));
        Assert.Contains("`- rack-8", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Power_Domain_ShowsItsSubtreeAlone()
    {
        var view = CliHarness.Run("power", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--domain", "pdu/pdu-3", "-o", "json").Json();
        Assert.Equal(["pdu/pdu-3", "rack/rack-5", "rack/rack-6"], view.GetProperty("domains").EnumerateArray().Select(d => d.GetProperty("id").GetString()));
        Assert.Equal(8, view.GetProperty("total").GetProperty("nodes").GetInt32());
    }

    [Theory]
    [InlineData("pdu/pdu-9", "option --domain=\"pdu/pdu-9\": expected kind/name of a power domain of the cluster, such as row/row-1.")]
    [InlineData("pdu-1", "option --domain=\"pdu-1\": expected kind/name")]
    public void Power_UnknownDomain_IsCode2AndSaysWhat(string domain, string expected)
    {
        var run = CliHarness.Run("power", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--domain", domain);
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.StartsWith($"error: {expected}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Power_NoPowerLabels_SaysSo()
    {
        var run = CliHarness.Run("{apiVersion: v1, kind: Node, metadata: {name: n1}}", ["power", "--cluster", "-"]);
        Assert.Contains("No node has power labels", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, run.Code);
    }

    [Fact]
    public void Power_ManyRacks_TheTightestAreNamed()
    {
        var nodes = string.Join('\n', Enumerable.Range(1, 12).Select(i =>
            $"- {{apiVersion: v1, kind: Node, metadata: {{name: n{i}, labels: {{toposcheduler.io/rack: r{i}, toposcheduler.io/rack-power-budget-watts: \"{20_000 - 100 * i}\", toposcheduler.io/node-max-watts: \"10000\", toposcheduler.io/node-idle-watts: \"2000\"}}}}}}"));
        var lines = CliHarness.Run($"apiVersion: v1\nkind: List\nitems:\n{nodes}", ["power", "--cluster", "-"]).Out.Split('\n');
        var tightest = lines.SkipWhile(l => !l.StartsWith("TIGHTEST RACKS", StringComparison.Ordinal)).Skip(1).Where(l => l.Length > 0).ToList();
        Assert.Equal(Enumerable.Range(3, 10).Reverse().Select(i => $"rack r{i}"), tightest.Select(l => l[2..].Split("  ")[0].Trim()));
    }

    [Fact]
    public void Power_Help_ShowsExamples()
    {
        var run = CliHarness.Run("power", "--help");
        Assert.Equal(0, run.Code);
        Assert.Contains("toposched power --cluster cluster.yaml --domain pdu/pdu-1", run.Out, StringComparison.Ordinal);
        Assert.Contains("kind/name", run.Out, StringComparison.Ordinal);
    }
}
