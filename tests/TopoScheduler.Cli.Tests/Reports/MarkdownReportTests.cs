using System.Collections.Immutable;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class MarkdownReportTests
{
    [Theory]
    [InlineData("two-leaves")]
    [InlineData("no-fit")]
    [InlineData("capped")]
    [InlineData("several")]
    public void Write_HandMadeReport_EqualsGolden(string name) => Golden.Assert($"Reports/Golden/{name}.md", Text(SampleReports.Named(name)));

    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("[a](http://x.test)", @"\[a\](http:&#8203;//x.test)")]
    [InlineData("https://x.test and www.x.test", "https:&#8203;//x.test and www&#8203;.x.test")]
    [InlineData("@team fixes #12", "@&#8203;team fixes #&#8203;12")]
    [InlineData("a|b `c` *d* _e_ ~f~ ![g]", @"a\|b \`c\` \*d\* \_e\_ \~f\~ \!\[g\]")]
    [InlineData("a\n\n# b", "a??#&#8203; b")]
    [InlineData("$x$ &lt;", "<span>$</span>x<span>$</span> &amp;lt;")]
    [InlineData("\\<", @"\\&lt;")]
    [InlineData("dgx-001 at 40 kW.", "dgx-001 at 40 kW.")]
    public void Of_TextOfStrangers_IsShownAsItIs(string text, string expected) => Assert.Equal(expected, MarkdownText.Of(text));

    [Fact]
    public void Write_HostileNames_BreakNoTableAndNoHtml()
    {
        const string Hostile = "a|b</details><script>x</script>\n| @all [x](http://y.test) `";
        var report = SampleReports.NoFit() with
        {
            Gang = new(Hostile, Hostile, Hostile, 2, 2, 16, 8),
            Summary = Hostile,
            Power = new(0, null, [new("rack", Hostile, 10, 1, 2)]),
            CounterOffers = [new(CounterOfferChange.Evict, Hostile, Core.Placement.PlacementOutcome.Placed, null)],
            Reasons = [new(Core.Placement.FitConstraint.Power, 1, Hostile, Hostile)],
            Problems = [Problem.Warning(Hostile, Hostile)],
        };
        var text = Text([report, report with { Problems = [] }]);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?<!\\)\]\(", text);
        Assert.DoesNotContain("@all", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("</details>").Length - 1);
        MarkdownCheck.Tables(text);
    }

    [Theory]
    [InlineData("two-leaves")]
    [InlineData("no-fit")]
    [InlineData("capped")]
    [InlineData("several")]
    public void Write_Tables_HaveEquallyManyCells(string name) => MarkdownCheck.Tables(Text(SampleReports.Named(name)));

    [Fact]
    public void Write_LargeGangManyRacksManyNotes_FitsAComment()
    {
        var pods = Enumerable.Range(0, 2_000).Select(i => new ReportPod($"p-{i}", i, i * 8, $"n-{i * 7:00000}", $"n-{i}", $"r{i}", ["core-1", $"spine-{i / 100}", $"leaf-{i / 10}"]));
        var report = SampleReports.TwoLeaves() with
        {
            Gang = new("ml", "wide", "Job", 2_000, 2_000, 16_000, 8),
            Placement = new("core", "core-1", [.. pods], [new("core", "core-1", 2_000, 16_000)]),
            Power = new(1, null, [.. Enumerable.Range(0, 2_000).Select(i => new ReportPowerDomain("rack", $"r{i}", 40_000, i, 2 * i))]),
            Problems = [.. Enumerable.Range(0, 2_000).Select(i => Problem.Warning($"node/n-{i * 3}", $"label {i} is odd"))],
        };
        var text = Text([report]);
        Assert.InRange(text.Length, 1_000, MarkdownCheck.MostCommentCharacters / 4);
        Assert.Contains("more budgets", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Ascii_HasNothingElse()
    {
        using var writer = new StringWriter();
        MarkdownReport.Write(writer, SampleReports.Named("several"), unicode: false);
        Assert.All(writer.ToString(), c => Assert.True(c < 128, $"'{c}'"));
        Assert.Contains("24 pods &#215; 8 GPUs", writer.ToString(), StringComparison.Ordinal);
    }

    private static string Text(ImmutableArray<PlacementReport> reports)
    {
        using var writer = new StringWriter();
        MarkdownReport.Write(writer, reports, unicode: true);
        return writer.ToString();
    }
}
