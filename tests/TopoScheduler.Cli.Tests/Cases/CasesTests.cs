using TopoScheduler.Cli.Tests.Reports;

namespace TopoScheduler.Cli.Tests.Cases;

/// <summary>
/// Runs every folder of <c>tests/cases</c> that holds a cluster.yaml and a job.yaml (and no question.txt: those are <see cref="ExplainCasesTests"/>'s): the report on its job.yaml equals expected.txt, expected.json and, where there is one, expected.md.
/// Where there is an options.txt, it holds further arguments, one a line.
/// <c>UPDATE_GOLDEN=1</c> rewrites the expected files.
/// </summary>
public sealed class CasesTests
{
    private static readonly string Folder = CliHarness.File("tests", "cases");

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Folder).Where(d => File.Exists(Path.Combine(d, "cluster.yaml")) && File.Exists(Path.Combine(d, "job.yaml")) && !File.Exists(Path.Combine(d, "question.txt"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Report_Text_EqualsExpected(string name)
    {
        var run = Run(name, "text");
        Golden.AssertFile(Path.Combine(Folder, name, "expected.txt"), run.Out);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Report_Json_EqualsExpected(string name)
    {
        var run = Run(name, "json");
        Golden.AssertFile(Path.Combine(Folder, name, "expected.json"), run.Out);
        ReportSchema.Check(run.Json());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Report_Markdown_EqualsExpected(string name)
    {
        // The text and the JSON say what is expected; a case may leave the third form to the others.
        var file = Path.Combine(Folder, name, "expected.md");
        var markdown = Run(name, "markdown").Out;
        Assert.StartsWith("#", markdown, StringComparison.Ordinal);
        if (Golden.Updating || File.Exists(file)) Golden.AssertFile(file, markdown);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Report_Html_IsOneWellFormedPageOfItsOwn(string name) => HtmlCheck.Page(Run(name, "html").Out);

    [Theory]
    [MemberData(nameof(Names))]
    public void Report_ExitCode_FollowsTheWorstOutcome(string name)
    {
        var run = Run(name, "json");
        var report = run.Json();
        var reports = report.TryGetProperty("reports", out var list) ? list.EnumerateArray().ToList() : [report];
        var codes = reports.Select(r => r.GetProperty("outcome").GetString() switch { "Placed" or "PlacedCapped" => 0, "NoFit" or "Undecided" => 3, _ => 2 });
        Assert.Equal(codes.Aggregate(ExitCodes.Worse), run.Code);
        foreach (var error in reports.SelectMany(r => r.GetProperty("problems").EnumerateArray()).Where(p => p.GetProperty("severity").GetString() == "error"))
        {
            Assert.Contains($"error: {error.GetProperty("object").GetString()}: {error.GetProperty("message").GetString()}", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Drawing_StandsOnTop(string name) =>
        Assert.StartsWith("# ", File.ReadAllText(Path.Combine(Folder, name, "cluster.yaml")), StringComparison.Ordinal);

    [Fact]
    public void Folder_HoldsCases() => Assert.True(Names.Count >= 10, "no case was found; the runner looks in the wrong place");

    private static CliRun Run(string name, string format)
    {
        // Relative to the repository's root, where the tests run: paths of this machine are no part of what is expected.
        var folder = $"tests/cases/{name}";
        var options = Path.Combine(Folder, name, "options.txt");
        return CliHarness.Run(["report", "--cluster", $"{folder}/cluster.yaml", "--job", $"{folder}/job.yaml", "-o", format, .. File.Exists(options) ? File.ReadAllLines(options) : []]);
    }
}
