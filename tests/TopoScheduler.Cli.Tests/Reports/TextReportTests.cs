using System.Collections.Immutable;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class TextReportTests
{
    [Theory]
    [InlineData("two-leaves")]
    [InlineData("no-fit")]
    [InlineData("capped")]
    [InlineData("several")]
    public void Write_HandMadeReport_EqualsGolden(string name) =>
        Golden.Assert($"Reports/Golden/{name}.txt", Text(Reports(name), new(100, Colour: false, Unicode: true)));

    [Fact]
    public void Write_Ascii_EqualsGolden() =>
        Golden.Assert("Reports/Golden/two-leaves.ascii.txt", Text(Reports("two-leaves"), new(80, Colour: false, Unicode: false)));

    [Theory]
    [InlineData(60)]
    [InlineData(79)]
    [InlineData(100)]
    [InlineData(200)]
    public void Write_AnyWidth_NoLineIsWider(int width)
    {
        foreach (var name in (string[])["two-leaves", "no-fit", "capped", "several"])
        {
            var lines = Text(Reports(name), new(width, Colour: false, Unicode: true)).Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= width, line));
            Assert.All(lines, line => Assert.False(line.EndsWith(' '), $"trailing blank: \"{line}\""));
        }
    }

    [Fact]
    public void Write_Ascii_HasNothingElse() =>
        Assert.All(Text(Reports("several"), new(100, Colour: false, Unicode: false)), c => Assert.True(c < 128, $"'{c}'"));

    [Fact]
    public void Write_Colour_DiffersInEscapesOnly()
    {
        var plain = Text(Reports("several"), new(100, Colour: false, Unicode: true));
        var coloured = Text(Reports("several"), new(100, Colour: true, Unicode: true));
        Assert.DoesNotContain('\e', plain);
        var stripped = System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9;]*m", "");
        Assert.NotEqual(plain, coloured);
        Assert.Equal(plain, string.Join('\n', stripped.Split('\n').Select(l => l.TrimEnd(' '))));
    }

    [Fact]
    public void Write_HostileNames_NeverReachTheTerminal()
    {
        var report = SampleReports.NoFit() with { Summary = "a \e[2J name\u202egnp", Gang = new("ml", "\e]0;x\a", "Job", 1, 1, 8, 8) };
        var text = Text([report], new(100, Colour: false, Unicode: true));
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', text);
    }

    [Fact]
    public void Write_ManyLeaves_ListsSomeAndCountsTheRest()
    {
        var pods = Enumerable.Range(0, 64).Select(i => new ReportPod($"p-{i}", i, i * 8, $"n-{i:000}", $"n-{i:000}", null, ["core-1", $"spine-{i / 32}", $"leaf-{i}"]));
        var report = SampleReports.TwoLeaves() with
        {
            Gang = new("ml", "wide", "Job", 64, 64, 512, 8),
            Placement = new("core", "core-1", [.. pods], [new("core", "core-1", 64, 512)]),
        };
        var text = Text([report], new(100, Colour: false, Unicode: true));
        Assert.Contains("… 21 more", text, StringComparison.Ordinal);
        Assert.Contains("21/64 pods  168 GPUs", text, StringComparison.Ordinal);
        Assert.DoesNotContain("leaf-12 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ReasonsAlike_AreOneWithARange()
    {
        var reasons = Enumerable.Range(1, 4).Select(i => new FitReason(FitConstraint.Power, 0, $"rack/a{i}", $"rack/a{i} has 7,000 W left."));
        var text = Text([SampleReports.NoFit() with { Reasons = [.. reasons, new(FitConstraint.Power, 0, "rack/b1", "rack/b1 has 1 W left.")] }], new(100, Colour: false, Unicode: true));
        Assert.Contains("rack/a[1-4] has 7,000 W left. (4 alike)", text, StringComparison.Ordinal);
        Assert.Contains("rack/b1 has 1 W left.\n", text, StringComparison.Ordinal);
    }

    private static ImmutableArray<PlacementReport> Reports(string name) => name switch
    {
        "two-leaves" => [SampleReports.TwoLeaves()],
        "no-fit" => [SampleReports.NoFit()],
        "capped" => [SampleReports.Capped()],
        _ => [SampleReports.TwoLeaves(), SampleReports.NoFit(), SampleReports.Capped()],
    };

    private static string Text(ImmutableArray<PlacementReport> reports, TextStyle style)
    {
        using var writer = new StringWriter();
        TextReport.Write(writer, reports, style);
        return writer.ToString();
    }
}
