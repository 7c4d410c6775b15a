using System.Globalization;
using TopoScheduler.Cli.Tests.Reports;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched power</c> on a cluster that is over its budgets, in every form.</summary>
public sealed class PowerOvershootTests
{
    private const string Hostile = "<script>alert(1)</script>|*x*";

    // Four nodes on PDUs a and b. Rack r1 is over and its gang accepts caps; r2 is over with a pod of no gang and one that is being deleted; PDU b is over
    // once feed A is lost; r3 has no room for its idle draw.
    private static readonly string Over = Cluster(Hostile);

    [Theory]
    [InlineData("text", "power-over.txt")]
    [InlineData("json", "power-over.json")]
    [InlineData("markdown", "power-over.md")]
    public void Power_OverBudgets_OutputEqualsExpected(string form, string expected)
    {
        var run = CliHarness.Run(Over, ["power", "--cluster", "-", "-o", form]);
        Golden.Assert(Path.Combine("Reports", "Golden", expected), run.Out);
        Assert.Equal(0, run.Code);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(140)]
    public void Power_OverBudgets_TextFitsThePage(int width)
    {
        var run = CliHarness.Run(Over, ["power", "--cluster", "-", "--width", width.ToString(CultureInfo.InvariantCulture)]);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void Power_Html_IsOneWellFormedPageWithEveryDomainAndStep()
    {
        var html = CliHarness.Run(Over, ["power", "--cluster", "-", "-o", "html"]).Out;
        var page = HtmlCheck.Page(html);
        Assert.Equal("4 power domains over budget · TopoScheduler", page.Descendants("title").Single().Value);
        var bars = page.Descendants("span").Where(s => s.Attribute("class")?.Value == "bar").Select(s => s.Attribute("aria-label")!.Value).ToList();
        Assert.Equal(
            ["pdu a, feed A: 22,070 W drawn, of 40,000 W", "rack r1: 12,500 W drawn, of 11,000 W", "rack r2: 7,238 W drawn, of 6,500 W", "rack r3: 2,332 W drawn, of 1,000 W", "pdu b, feed B: 22,070 W drawn, of 20,000 W"],
            bars.Order(StringComparer.Ordinal).OrderBy(b => b.StartsWith("pdu b", StringComparison.Ordinal)));
        Assert.Equal(4, page.Descendants("ul").Single(u => u.Attribute("class")?.Value == "offers overs").Elements("li").Count());
        Assert.Contains(page.Descendants("ol").First().Descendants("strong"), s => s.Value == "job/ml/" + Hostile);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("dgx-h100-su.yaml")]
    [InlineData("gb200-nvl72.yaml")]
    [InlineData("legacy-10kw.yaml")]
    public void Power_HtmlOfSamples_IsWellFormed(string sample)
    {
        var run = CliHarness.Run("power", "--cluster", $"samples/clusters/{sample}", "-o", "html");
        var page = HtmlCheck.Page(run.Out);
        Assert.Equal("Power · TopoScheduler", page.Descendants("title").Single().Value);
        Assert.Equal("Within all budgets", page.Descendants("strong").First().Value);
    }

    [Fact]
    public void Power_NoPowerLabels_EveryFormSaysSo()
    {
        foreach (var form in (string[])["text", "markdown", "html"])
        {
            var run = CliHarness.Run("{apiVersion: v1, kind: Node, metadata: {name: n1}}", ["power", "--cluster", "-", "-o", form]);
            Assert.Contains("No node has power labels", run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Power_OneDomain_ListsItsOvershootsAlone()
    {
        var view = CliHarness.Run(Over, ["power", "--cluster", "-", "-o", "json", "--domain", "rack/r2"]).Json();
        Assert.Equal(["rack/r2"], view.GetProperty("overshoots").EnumerateArray().Select(o => o.GetProperty("domain").GetString()));
    }

    [Fact]
    public void Power_ManyOvershoots_TextIsCutAndJsonIsNot()
    {
        var nodes = string.Join('\n', Enumerable.Range(1, 20).Select(i =>
            $"- {{apiVersion: v1, kind: Node, metadata: {{name: n{i}, labels: {{toposcheduler.io/rack: r{i}, toposcheduler.io/rack-power-budget-watts: \"1000\", toposcheduler.io/node-max-watts: \"10000\", toposcheduler.io/node-idle-watts: \"2000\"}}}}}}"));
        var cluster = $"apiVersion: v1\nkind: List\nitems:\n{nodes}";
        Assert.Contains("… 8 more domains", CliHarness.Run(cluster, ["power", "--cluster", "-"]).Out, StringComparison.Ordinal);
        Assert.Equal(20, CliHarness.Run(cluster, ["power", "--cluster", "-", "-o", "json"]).Json().GetProperty("overshoots").GetArrayLength());
    }

    [Fact]
    public void Power_Readings_StandBesideWhatIsCounted()
    {
        var readings = Path.Combine(Path.GetTempPath(), $"readings-{Guid.NewGuid():N}.json");
        File.WriteAllText(readings, """
            {"readings":[
              {"kind":"rack","name":"r1","watts":12800.2,"at":"2026-11-26T10:00:00Z"},
              {"kind":"rack","name":"r3","watts":2300,"at":"2026-11-26T10:00:00Z"},
              {"kind":"rack","name":"r2","watts":99000,"at":"2026-11-26T10:00:00Z"},
              {"kind":"pdu","name":"c","watts":1,"at":"2026-11-26T10:00:00Z"}]}
            """);
        try
        {
            var run = CliHarness.Run(Over, ["power", "--cluster", "-", "--readings", readings]);
            Golden.Assert(Path.Combine("Reports", "Golden", "power-measured.txt"), run.Out);
            Assert.Equal(0, run.Code);
            Assert.Equal(["warning: pdu/c: ", "warning: rack/r2: "], run.Error.Split('\n').Where(l => l.StartsWith("warning", StringComparison.Ordinal)).Select(l => string.Join(": ", l.Split(": ").Take(2)) + ": ").Order(StringComparer.Ordinal));
            var page = HtmlCheck.Page(CliHarness.Run(Over, ["power", "--cluster", "-", "--readings", readings, "-o", "html"]).Out);
            Assert.Contains(page.Descendants("span"), s => s.Attribute("aria-label")?.Value == "rack r1: 12,801 W drawn, 12,801 W measured, of 11,000 W");
            Assert.Equal(2, page.Descendants("i").Count(i => i.Attribute("class")?.Value == "meter"));
            var json = CliHarness.Run(Over, ["power", "--cluster", "-", "--readings", readings, "-o", "json"]).Json();
            Assert.Equal([12_801L, 2_300], json.GetProperty("domains").EnumerateArray().Where(d => d.TryGetProperty("measuredWatts", out _)).Select(d => d.GetProperty("measuredWatts").GetInt64()));
            Assert.Contains("| drawn | measured | budget |", CliHarness.Run(Over, ["power", "--cluster", "-", "--readings", readings, "-o", "markdown"]).Out, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(readings);
        }
    }

    [Fact]
    public void Power_WrongReadings_AreCode2AndSaidWithTheirPlace()
    {
        var run = CliHarness.Run("{\"readings\":[{\"kind\":\"rack\",\"name\":\"rack-1\",\"watts\":\"x\",\"at\":\"2026-11-26T10:00:00Z\"}]}", ["power", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--readings", "-"]);
        Assert.Equal((ExitCodes.InvalidInput, "", "error: standard input: readings[0].watts: \"x\", expected a number (line 1).\n"), (run.Code, run.Out, run.Error));
        Assert.Equal(ExitCodes.InvalidInput, CliHarness.Run(Over, ["power", "--cluster", "-", "--readings", "-"]).Code);
    }

    private static string Cluster(string gang)
    {
        var nodes = string.Concat(Enumerable.Range(1, 4).Select(n => $"""
            - apiVersion: v1
              kind: Node
              metadata:
                name: n{n}
                labels: {Labels(n)}
              status: {Status}

            """));
        return "apiVersion: v1\nkind: List\nitems:\n" + nodes
            + Pod("a-0", "n1", 8, $"ownerReferences: [{{apiVersion: batch/v1, kind: Job, name: \"{gang}\", uid: u1, controller: true}}], annotations: {{toposcheduler.io/gpu-watts-min: \"400\"}}")
            + Pod("alone", "n3", 4, "labels: {x: y}") + Pod("gone", "n3", 1, "deletionTimestamp: \"2026-01-01T00:00:00Z\"")
            + Pod("cpu", "n4", 0, "labels: {x: y}");
    }

    private const string Status = "{conditions: [{type: Ready, status: \"True\"}], allocatable: {cpu: \"96\", memory: 1Ti, pods: \"110\", nvidia.com/gpu: \"8\"}}";

    private static string Labels(int n)
    {
        var (rack, budget) = n switch { 1 or 2 => ("r1", 11_000), 3 => ("r2", 6_500), _ => ("r3", 1_000) };
        return $"{{toposcheduler.io/rack: {rack}, toposcheduler.io/rack-power-budget-watts: \"{budget}\", toposcheduler.io/pdu: a, toposcheduler.io/pdu-b: b, "
            + "toposcheduler.io/pdu-power-budget-watts: \"40000\", toposcheduler.io/pdu-b-power-budget-watts: \"20000\", toposcheduler.io/node-max-watts: \"10200\", "
            + "toposcheduler.io/node-idle-watts: \"2300\", toposcheduler.io/gpu-power-cap: enforced, nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, nvidia.com/gpu.count: \"8\"}";
    }

    private static string Pod(string name, string node, int gpus, string metadata) => $$"""
        - apiVersion: v1
          kind: Pod
          metadata: {name: {{name}}, namespace: ml, uid: uid-{{name}}, {{metadata}}}
          spec: {nodeName: {{node}}, containers: [{name: a, image: x, resources: {limits: {cpu: "1", nvidia.com/gpu: "{{gpus}}"} } }]}
          status: {phase: Running}

        """;
}
