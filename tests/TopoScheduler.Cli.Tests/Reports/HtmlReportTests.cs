using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Server.Answers;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class HtmlReportTests
{
    private const int MostBytes = 2_000_000;
    private const string Hostile = "a</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\u202e";

    [Theory]
    [InlineData("two-leaves")]
    [InlineData("no-fit")]
    [InlineData("capped")]
    [InlineData("several")]
    public void Write_HandMadeReport_IsOneWellFormedPage(string name)
    {
        var reports = SampleReports.Named(name);
        var page = HtmlCheck.Page(Html([.. reports.Select(r => new ReportedPlan(r, Small().Build()))]));
        Assert.Equal(reports.Length, page.Descendants("article").Count());
        Assert.All(reports, r => Assert.Contains(r.Summary, page.Root!.Value, StringComparison.Ordinal));
        Assert.All(reports.SelectMany(r => r.Reasons), r => Assert.Contains(r.Message, page.Root!.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_HostileNames_StayText()
    {
        var cluster = Small().Nodes((_, n) => n with { Name = n.Name + Hostile, PowerLocation = n.PowerLocation with { Rack = Hostile } }).Build();
        var report = SampleReports.NoFit() with
        {
            Gang = new(Hostile, Hostile, Hostile, 2, 2, 16, 8),
            Summary = Hostile,
            Power = new(0, null, [new("rack", Hostile, 10, 1, 2)]),
            CounterOffers = [new(CounterOfferChange.Evict, Hostile, PlacementOutcome.Placed, null)],
            Reasons = [new(FitConstraint.Power, 1, Hostile, Hostile)],
            Problems = [Problem.Warning(Hostile, Hostile)],
            Placement = new("leaf", Hostile, [new(Hostile, 0, 0, cluster.Nodes[0].Name, Hostile, Hostile, [Hostile, Hostile])], []),
        };
        var html = Html([new(report, cluster), new(report with { Problems = [] }, cluster)]);
        var page = HtmlCheck.Page(html);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', html);
        Assert.Contains(Hostile.TrimEnd('\u202e'), page.Descendants("h1").Last().Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\uffff\ufffe", "??")]
    [InlineData("\0\u0001\u0085", "???")]
    [InlineData("rack 🏭", "rack 🏭")]
    public void Escaped_WhatXmlForbids_IsReplaced(string text, string expected) => Assert.Equal(expected, HtmlWriter.Escaped(text));

    [Fact]
    public void Escaped_HalfAPair_IsReplaced() => Assert.Equal("? half a pair ?", HtmlWriter.Escaped("\ud800 half a pair \udc00"));

    [Fact]
    public void Write_Placed_MapShowsEveryNodeOnceAndTheGangWithItsPods()
    {
        var cluster = Small().Busy(5).Pod(6, 3).Nodes((i, n) => i == 7 ? n with { Unschedulable = true } : n).Build();
        var page = HtmlCheck.Page(Html([new(Placed(cluster, [0, 0, 1]), cluster)]));
        var cells = Cells(page);
        Assert.Equal(cluster.Nodes.Select(n => n.Name), cells.Select(Name).Order(StringComparer.Ordinal));
        Assert.Equal(["g", "g", "f", "f", "f", "b", "p", "u"], cells.OrderBy(Name, StringComparer.Ordinal).Select(c => c.Elements("rect").First().Attribute("class")!.Value));
        Assert.Equal(["2", "1"], cells.SelectMany(c => c.Elements("text")).Where(t => t.Attribute("class")!.Value == "on c").Select(t => t.Value));
        Assert.Contains(cells, c => c.Element("title")!.Value == "n0006 · partly busy: 3 of 8 GPUs taken by other pods");
        Assert.Contains(cells, c => c.Element("title")!.Value == "n0007 · unusable: cordoned");
    }

    [Fact]
    public void Write_NvLinkDomainsAndRacks_AreOutlinedAndNamed()
    {
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(4).NvLinkDomains(4).Racks(2, 40_000).Build();
        var page = HtmlCheck.Page(Html([new(Placed(cluster, [0, 1]), cluster)]));
        Assert.Equal(2, page.Descendants("svg").Count(s => s.Attribute("aria-label")?.Value.StartsWith("NVLink domain nvl", StringComparison.Ordinal) == true));
        Assert.Equal(4, page.Descendants("text").Count(t => t.Attribute("class")!.Value == "rl"));
        Assert.Contains(page.Descendants("svg"), s => s.Attribute("aria-label")?.Value == "NVLink domain nvl0000: 2 pods of the gang; 2 of 4 nodes free, 2 with the gang");
    }

    [Fact]
    public void Write_BudgetInTheWay_MarksTheFreeNodesBelowIt()
    {
        var cluster = Small().Racks(4, 10_000).Busy(1).Build();
        var report = SampleReports.NoFit() with { Reasons = [new(FitConstraint.Power, 0, "rack/r0000", "rack/r0000 has too little left.")] };
        var page = HtmlCheck.Page(Html([new(report, cluster)]));
        var marked = Cells(page).Where(c => c.Elements("path").Any(p => p.Attribute("class")!.Value == "w")).Select(Name);
        Assert.Equal(["n0000", "n0002", "n0003"], marked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_Sample512_CollapsesUnusedLeavesAndIsSmall()
    {
        var run = CliHarness.Run("report", "--cluster", "samples/clusters/fat-tree-512.yaml.gz", "--job", "samples/jobs/pretrain-64x8.yaml", "-o", "html");
        Assert.Equal(0, run.Code);
        var page = HtmlCheck.Page(run.Out);
        var cells = Cells(page);
        Assert.Equal(64, cells.Count(c => c.Elements("rect").First().Attribute("class")!.Value == "g"));
        Assert.True(cells.Count < 256, $"{cells.Count} cells");
        Assert.True(Encoding.UTF8.GetByteCount(run.Out) < 200_000);
        Assert.DoesNotContain("http:", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(64, 2)]
    [InlineData(1_667, 2)]
    [InlineData(10_000, 2)]
    [InlineData(1_667, 0)]
    [InlineData(10_000, 0)]
    public void Write_TenThousandNodes_StaysBelowTwoMegabytes(int gangNodes, int tiers)
    {
        var builder = ClusterBuilder.Spines(40).Leaves(10).NodesPerLeaf(25).Racks(5, 60_000).Busy(Enumerable.Range(0, 10_000).Where(i => i % 3 == 0 && i >= gangNodes));
        var cluster = (tiers == 0 ? builder.Nodes((_, n) => n with { Location = Core.Topology.NodeLocation.Unknown }) : builder).Build();
        var report = gangNodes == 0 ? SampleReports.NoFit() : Placed(cluster, Enumerable.Range(0, gangNodes).Select(i => i * (10_000 / gangNodes)));
        var html = Html([new(report, cluster)]);
        HtmlCheck.Page(html);
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 10_000, MostBytes);
    }

    [Fact]
    public void Write_Ascii_IsTheSamePage()
    {
        ImmutableArray<ReportedPlan> plans = [new(SampleReports.TwoLeaves(), Small().Build())];
        using var ascii = new StringWriter();
        HtmlReport.Write(ascii, plans, unicode: false);
        Assert.All(ascii.ToString(), c => Assert.True(c < 128, $"'{c}'"));
        Assert.Equal(HtmlCheck.Page(Html(plans)).Root!.Value, HtmlCheck.Page(ascii.ToString()).Root!.Value);
    }

    private static ClusterBuilder Small() => ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(2);

    private static PlacementReport Placed(ClusterSnapshot cluster, IEnumerable<int> nodes)
    {
        var pods = nodes.Select((n, i) => new ReportPod($"p-{i}", i, i * 8, cluster.Nodes[n].Name, cluster.Nodes[n].Name, null, cluster.Topology.PathOf(n))).ToImmutableArray();
        return SampleReports.TwoLeaves() with
        {
            Gang = new("ml", "gang", "Job", pods.Length, pods.Length, pods.Length * 8, 8),
            Placement = new("cluster", "cluster", pods, [new("spine", "s000", pods.Length, pods.Length * 8)]),
        };
    }

    private static List<XElement> Cells(XDocument page) =>
        [.. page.Descendants("g").Where(g => g.Element("title")!.Value.Contains(" · ", StringComparison.Ordinal))];

    private static string Name(XElement cell) => cell.Element("title")!.Value.Split(' ')[0];

    private static string Html(ImmutableArray<ReportedPlan> plans)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, plans, unicode: true);
        return writer.ToString();
    }
}
