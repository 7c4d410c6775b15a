using System.Xml.Linq;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Cli.Tests.Reports;
using TopoScheduler.Cli.Tests.Sources;
using TopoScheduler.Server.Answers;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>-o markdown</c> and <c>-o html</c> of the commands that answer with a sheet.</summary>
public sealed class PageFormTests
{
    private const string At = "2027-01-27T12:00:00Z";

    // Names that would be markup, a cell, a link, a mention, a heading or code.
    private const string Hostile = "<script>alert(1)<b>|`x`\\n# @all [a](http:x) *";

    private const string HostileCluster = """
        {"apiVersion": "v1", "kind": "List", "items": [
          {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "HOSTILEn1", "labels": {"toposcheduler.io/leaf": "HOSTILE", "toposcheduler.io/spine": "HOSTILEs", "toposcheduler.io/rack": "HOSTILEr", "toposcheduler.io/rack-power-budget-watts": "9000", "toposcheduler.io/feeed": "HOSTILE", "nvidia.com/gpu.product": "HOSTILE", "toposcheduler.io/node-max-watts": "10200", "toposcheduler.io/node-idle-watts": "2300"}}, "spec": {"taints": [{"key": "HOSTILE", "value": "HOSTILE", "effect": "NoSchedule"}]}, "status": {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {"cpu": "96", "memory": "1Ti", "pods": "110", "nvidia.com/gpu": "8"}}},
          {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n2", "labels": {"toposcheduler.io/leaf": "HOSTILE", "toposcheduler.io/spine": "HOSTILEs"}}, "status": {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {"cpu": "96", "memory": "1Ti", "pods": "110", "nvidia.com/gpu": "8", "HOSTILE/gpu": "8"}}},
          {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "HOSTILEp", "namespace": "ml", "uid": "u1", "annotations": {"toposcheduler.io/required-topology": "HOSTILE"}}, "spec": {"containers": [{"name": "a", "image": "x", "resources": {"limits": {"cpu": "1", "nvidia.com/gpu": "8"}}}], "schedulingGates": [{"name": "HOSTILE"}]}, "status": {"phase": "Pending"}},
          {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "HOSTILEq", "namespace": "ml", "uid": "u2"}, "spec": {"nodeName": "n2", "containers": [{"name": "a", "image": "x", "resources": {"limits": {"cpu": "1", "nvidia.com/gpu": "8"}}}]}, "status": {"phase": "Running"}},
          {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "wait", "namespace": "ml", "uid": "u3"}, "spec": {"nodeSelector": {"HOSTILE": "HOSTILE"}, "containers": [{"name": "a", "image": "x", "resources": {"limits": {"cpu": "1", "nvidia.com/gpu": "8"}}}]}, "status": {"phase": "Pending"}},
          {"apiVersion": "toposcheduler.io/v1alpha1", "kind": "GangPlacement", "metadata": {"name": "g", "namespace": "ml"}, "spec": {"gang": {"kind": "Job", "name": "HOSTILE", "uid": "u"}, "size": 1, "min": 1, "gpus": 8}, "status": {"phase": "Waiting", "message": "HOSTILE", "tier": "leaf", "domain": "HOSTILE"}}
        ]}
        """;

    public static TheoryData<string, string> Samples
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Directory.GetFiles(CliHarness.File("samples", "clusters")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal))
            {
                foreach (var verb in (string[])["topology", "doctor", "capacity"]) data.Add(verb, file);
            }

            return data;
        }
    }

    [Theory]
    [InlineData("topology --cluster samples/clusters/gb200-nvl72.yaml", "topology-gb200.md")]
    [InlineData("topology --cluster samples/clusters/legacy-10kw.yaml", "topology-legacy.md")]
    [InlineData("capacity --cluster samples/clusters/dgx-h100-su.yaml", "capacity-dgx.md")]
    [InlineData("doctor --cluster tests/cases/doctor-faults/nodes.yaml", "doctor-faults.md")]
    [InlineData("doctor --cluster samples/clusters/gb200-nvl72.yaml", "doctor-gb200.md")]
    public void Markdown_OfSamples_EqualsExpected(string question, string expected) =>
        Golden.Assert(Path.Combine("Reports", "Golden", expected), CliHarness.Run([.. question.Split(' '), "-o", "markdown"]).Out);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Pages_OfEverySample_AreWellFormedAndNotTooLong(string verb, string file)
    {
        var (json, markdown, html) = (Run(verb, file, "json"), Run(verb, file, "markdown"), Run(verb, file, "html"));
        Assert.Equal((json.Code, json.Error), (markdown.Code, markdown.Error));
        Assert.Equal((json.Code, json.Error), (html.Code, html.Error));
        Assert.StartsWith("### ", markdown.Out, StringComparison.Ordinal);
        Assert.InRange(markdown.Out.Length, 100, MarkdownCheck.MostCommentCharacters);
        MarkdownCheck.Tables(markdown.Out);
        HtmlCheck.Page(html.Out);
        Assert.InRange(html.Out.Length, 5_000, 2_000_000);

        static CliRun Run(string verb, string file, string form) => CliHarness.Run(verb, "--cluster", $"samples/clusters/{file}", "-o", form);
    }

    [Theory]
    [InlineData("topology")]
    [InlineData("doctor")]
    [InlineData("capacity")]
    [InlineData("placements")]
    [InlineData("explain node HOSTILEn1")]
    [InlineData("explain node n2")]
    [InlineData("explain pod HOSTILEp -n ml")]
    [InlineData("explain pod HOSTILEq -n ml")]
    [InlineData("explain pod wait -n ml")]
    public void Pages_HostileNames_StayText(string question)
    {
        var name = Hostile.Replace("\\n", "\n", StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, HostileCluster.Replace("HOSTILE", Hostile, StringComparison.Ordinal));
            string[] ask = [.. question.Split(' ').Select(w => w.Replace("HOSTILE", name, StringComparison.Ordinal)), "--cluster", file];
            var (markdown, html) = (CliHarness.Run([.. ask, "-o", "markdown"]), CliHarness.Run([.. ask, "-o", "html"]));
            MarkdownCheck.Harmless(markdown.Out);
            Assert.Contains("script", markdown.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html.Out, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("<script>alert(1)<b>|`x`?# @all", HtmlCheck.Page(html.Out).Root!.ToString(SaveOptions.DisableFormatting).Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("capacity", "No node offers an accelerator")]
    [InlineData("placements", "No gang is taken care of: there is no GangPlacement")]
    [InlineData("doctor", "0 errors, 0 warnings, ")]
    [InlineData("topology", "no switch labels")]
    [InlineData("explain node n1", "n1 takes new pods")]
    public void Pages_OfNextToNothing_SaySo(string question, string expected)
    {
        const string bare = "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, status: \"True\"}], allocatable: {pods: \"110\"}}}";
        foreach (var form in (string[])["markdown", "html"])
        {
            var run = CliHarness.Run(bare, [.. question.Split(' '), "--cluster", "-", "-o", form]);
            Assert.Contains(expected, run.Out, StringComparison.Ordinal);
            if (form == "html") HtmlCheck.Page(run.Out);
        }
    }

    [Fact]
    public void Doctor_NoFinding_SaysThatNothingIsWrong()
    {
        const string clean = """
            {"apiVersion": "toposcheduler.io/v1", "kind": "DoctorReport", "nodes": 3, "findings": []}
            """;
        var view = AnswerJson.Read<DoctorView>(clean);
        using var text = new StringWriter();
        MarkdownSheet.Write(text, DoctorSheet.Of(view), unicode: true);
        Assert.Equal("### ✅ 0 errors, 0 warnings, 0 notes: Labels of 3 nodes\n\nNothing is wrong, doubtful or missing in the network and power labels.\n\n", text.ToString());
    }

    [Fact]
    public void Doctor_Errors_EndWithThreeInEveryForm()
    {
        foreach (var form in (string[])["markdown", "html"]) Assert.Equal(ExitCodes.NotPlaced, CliHarness.Run("doctor", "--cluster", "tests/cases/doctor-faults/nodes.yaml", "-o", form).Code);
    }

    [Fact]
    public void Topology_Html_DrawsEveryNodeAndSaysItInATable()
    {
        var page = HtmlCheck.Page(CliHarness.Run("topology", "--cluster", "samples/clusters/gb200-nvl72.yaml", "-o", "html").Out);
        var map = page.Descendants("svg").Single(s => s.Attribute("aria-label")?.Value.StartsWith("Map of", StringComparison.Ordinal) == true);
        Assert.Equal("Map of 72 nodes, 236 of 288 GPUs free", map.Attribute("aria-label")!.Value);
        Assert.Equal(72, map.Descendants("rect").Count(r => r.Attribute("class")!.Value is "free" or "closed" or "none"));
        Assert.Equal(4, map.Descendants("rect").Count(r => r.Attribute("class")!.Value == "box nvl"));
        Assert.Contains(map.Descendants("title"), t => t.Value == "nvl1-tray-18: 0 of 4 GPUs busy, cordoned, rack nvl-1");
        Assert.Contains(page.Descendants("th"), t => t.Value == "nvl2-tray-[01-10]" && t.Attribute("scope")!.Value == "row");
    }

    [Fact]
    public void Topology_TenThousandNodes_StaysBelowTwoMegabytes()
    {
        var cluster = ClusterBuilder.Spines(40).Leaves(10).NodesPerLeaf(25).Racks(5, 60_000).Busy(Enumerable.Range(0, 10_000).Where(i => i % 3 == 0)).Build();
        using var html = new StringWriter();
        HtmlSheet.Write(html, TopologySheet.Of(TopologyView.Of(cluster)), unicode: true);
        HtmlCheck.Page(html.ToString());
        Assert.InRange(html.ToString().Length, 500_000, 2_000_000);
    }

    [Theory]
    [InlineData("topology")]
    [InlineData("doctor")]
    [InlineData("capacity")]
    public void Pages_ForAnOutputOfAscii_AreAscii(string verb)
    {
        var plain = new CliConsole { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Unicode = false, Environment = _ => null, Home = "" };
        foreach (var form in (string[])["markdown", "html"])
        {
            Assert.All(CliHarness.Run(null, [verb, "--cluster", "samples/clusters/gb200-nvl72.yaml", "-o", form], plain).Out, c => Assert.True(c < 128, $"'{c}'"));
        }
    }

    [Theory]
    [InlineData("topology")]
    [InlineData("doctor")]
    [InlineData("capacity")]
    [InlineData("placements")]
    [InlineData("explain gang train -n ml")]
    public async Task Pages_OfALiveCluster_AreThoseOfTheFile(string question)
    {
        const string file = "tests/cases/explain-power/cluster.yaml";
        await using var live = await FakeOfFile.StartAsync(file);
        string[] ask = [.. question.Split(' '), .. question.StartsWith("explain", StringComparison.Ordinal) ? (string[])["--at", At] : []];
        foreach (var form in (string[])["markdown", "html"])
        {
            var (ofFile, ofCluster) = (CliHarness.Run([.. ask, "-o", form, "--cluster", file]), CliHarness.Run([.. ask, "-o", form, "--kubeconfig", live.Kubeconfig]));
            Assert.NotEmpty(ofFile.Out);
            Assert.Equal((ofFile.Code, ofFile.Out), (ofCluster.Code, ofCluster.Out));
        }
    }

    [Fact]
    public void Pages_Twice_AreTheSame()
    {
        foreach (var form in (string[])["markdown", "html"])
        {
            string[] ask = ["explain", "gang", "train", "-n", "ml", "--cluster", "tests/cases/explain-power/cluster.yaml", "--at", At, "-o", form];
            Assert.Equal(CliHarness.Run(ask).Out, CliHarness.Run(ask).Out);
        }
    }
}
