using System.Text.Json;
using System.Xml.Linq;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched topology</c> in its forms.</summary>
public sealed class TopologyCommandTests
{
    private const string Hostile = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Node, metadata: {name: n1, labels: {toposcheduler.io/leaf: "<script>&\"\u001b[31m", toposcheduler.io/rack: "r]]>"}}, status: {allocatable: {nvidia.com/gpu: "8", pods: "110"}}}
        - {apiVersion: v1, kind: Node, metadata: {name: n2}}
        """;

    public static TheoryData<string> Samples => [.. Directory.GetFiles(CliHarness.File("samples", "clusters")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("dgx-h100-su.yaml", "topology-dgx.txt")]
    [InlineData("gb200-nvl72.yaml", "topology-gb200.txt")]
    [InlineData("legacy-10kw.yaml", "topology-legacy.txt")]
    public void Topology_Sample_TextEqualsExpected(string sample, string expected) =>
        Golden.Assert(Path.Combine("Reports", "Golden", expected), CliHarness.Run("topology", "--cluster", $"samples/clusters/{sample}").Out);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Topology_Sample_TextFitsThePage(string sample)
    {
        foreach (var width in (int[])[60, 100])
        {
            var run = CliHarness.Run("topology", "--cluster", $"samples/clusters/{sample}", "--width", $"{width}");
            Assert.Equal((0, ""), (run.Code, run.Error));
            Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= width, line));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Topology_Sample_JsonAddsUp(string sample)
    {
        var view = CliHarness.Run("topology", "--cluster", $"samples/clusters/{sample}", "-o", "json").Json();
        Assert.Equal("Topology", view.GetProperty("kind").GetString());
        Check(view.GetProperty("cluster"));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Topology_Sample_SvgIsOneFileThatDrawsEveryNode(string sample)
    {
        var svg = CliHarness.Run("topology", "--cluster", $"samples/clusters/{sample}", "-o", "svg").Out;
        var picture = XDocument.Parse(svg);
        var nodes = CliHarness.Run("topology", "--cluster", $"samples/clusters/{sample}", "-o", "json").Json().GetProperty("cluster").GetProperty("nodeCount").GetInt32();
        Assert.Equal(nodes, picture.Descendants().Count(e => e.Name.LocalName == "rect" && (string?)e.Attribute("width") == "16" && (string?)e.Attribute("class") != "busy"));
        Assert.DoesNotContain("http", svg.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("script", svg, StringComparison.Ordinal);
        AssertInside(picture.Root!);
    }

    [Fact]
    public void Topology_Dot_HasEveryNodeAndRack()
    {
        var dot = CliHarness.Run("topology", "--cluster", "samples/clusters/gb200-nvl72.yaml", "-o", "dot").Out;
        Assert.StartsWith("graph topology {", dot, StringComparison.Ordinal);
        Assert.Equal(72, dot.Split("shape=box]").Length - 1);
        Assert.Equal(4, dot.Split("shape=box3d]").Length - 1);
        Assert.Equal(4, dot.Split("shape=hexagon]").Length - 1);
    }

    [Fact]
    public void Topology_HostileNames_AreHarmlessInEveryForm()
    {
        var svg = CliHarness.Run(Hostile, ["topology", "--cluster", "-", "-o", "svg"]).Out;
        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", XDocument.Parse(svg).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', CliHarness.Run(Hostile, ["topology", "--cluster", "-"]).Out);
        Assert.DoesNotContain('\e', CliHarness.Run(Hostile, ["topology", "--cluster", "-", "-o", "dot"]).Out);
    }

    [Theory]
    [InlineData("topology")]
    [InlineData("doctor")]
    [InlineData("capacity")]
    public void Command_NoNode_IsInvalidInput(string command)
    {
        var run = CliHarness.Run("{apiVersion: v1, kind: Namespace, metadata: {name: ml}}", [command, "--cluster", "-"]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains("holds no node", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topology --cluster c.yaml -o xml", "option --output=\"xml\": expected text, wide, json, yaml, markdown, html, dot or svg.")]
    [InlineData("doctor --cluster c.yaml -o svg", "option --output=\"svg\": expected text, wide, json, yaml, markdown or html.")]
    [InlineData("doctor", "--cluster")]
    [InlineData("capacity --cluster c.yaml --gpus-per-pod 0", "option --gpus-per-pod=\"0\": expected a whole number between 1 and 1024.")]
    [InlineData("topology --cluster absent.yaml", "absent.yaml")]
    public void Command_BadOption_IsCode2AndSaysWhat(string arguments, string expected)
    {
        var run = CliHarness.Run(arguments.Split(' '));
        Assert.Equal(ExitCodes.InvalidInput, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topology")]
    [InlineData("doctor")]
    [InlineData("capacity")]
    public void Command_Help_ShowsExamples(string command)
    {
        var run = CliHarness.Run(command, "--help");
        Assert.Equal(0, run.Code);
        Assert.Contains($"toposched {command} --cluster cluster.yaml", run.Out, StringComparison.Ordinal);
        Assert.Contains("--output", run.Out, StringComparison.Ordinal);
    }

    private static int Check(JsonElement domain)
    {
        var nodes = domain.GetProperty("nodes").EnumerateArray().ToList();
        var count = nodes.Count + domain.GetProperty("domains").EnumerateArray().Sum(Check);
        Assert.Equal(count, domain.GetProperty("nodeCount").GetInt32());
        Assert.True(domain.GetProperty("freeGpus").GetInt64() + domain.GetProperty("busyGpus").GetInt64() <= domain.GetProperty("gpus").GetInt64());
        return count;
    }

    // Nothing is drawn outside the picture.
    private static void AssertInside(XElement svg)
    {
        var (width, height) = ((int)svg.Attribute("width")!, (int)svg.Attribute("height")!);
        foreach (var rect in svg.Descendants().Where(e => e.Name.LocalName == "rect"))
        {
            Assert.InRange((int)rect.Attribute("x")! + (int)rect.Attribute("width")!, 0, width);
            Assert.InRange((int)rect.Attribute("y")! + (int)rect.Attribute("height")!, 0, height);
        }
    }
}
