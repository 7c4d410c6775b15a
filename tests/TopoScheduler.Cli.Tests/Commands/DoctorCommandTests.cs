using System.Text.Json;
using System.Text.RegularExpressions;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched doctor</c>: planted faults are found, clean samples are not scolded.</summary>
public sealed partial class DoctorCommandTests
{
    private const string Faults = "tests/cases/doctor-faults";

    private static readonly string[] Lines = [.. File.ReadLines(CliHarness.File("tests", "cases", "doctor-faults", "faults.txt")).Where(l => !l.StartsWith('#'))];

    public static TheoryData<string> Planted => [.. Lines];

    public static TheoryData<string> Samples => [.. Directory.GetFiles(CliHarness.File("samples", "clusters")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Planted))]
    public void Doctor_PlantedFault_IsFoundWithAFix(string fault)
    {
        var parts = fault.Split(' ');
        var found = Findings(CliHarness.Run("doctor", "--cluster", $"{Faults}/nodes.yaml", "-o", "json"))
            .Where(f => Text(f, "severity") == parts[0] && Text(f, "rule") == parts[1] && f.GetProperty("objects").EnumerateArray().Any(o => o.GetString() == parts[2]))
            .ToList();
        var finding = Assert.Single(found, f => parts[1] != "tiers-reversed" || Text(f, "message")!.Contains("layer-1", StringComparison.Ordinal));
        Assert.False(string.IsNullOrWhiteSpace(Text(finding, "fix")));
    }

    [Fact]
    public void Doctor_PlantedFaults_AreManyRules() => Assert.True(Lines.Select(l => l.Split(' ')[1]).Distinct().Count() >= 20);

    [Fact]
    public void Doctor_PlantedFaults_TextEqualsExpected()
    {
        var run = CliHarness.Run("doctor", "--cluster", $"{Faults}/nodes.yaml");
        Golden.AssertFile(CliHarness.File("tests", "cases", "doctor-faults", "expected.txt"), run.Out);
        Assert.Equal(ExitCodes.NotPlaced, run.Code);
        Assert.Equal("", run.Error);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void Doctor_EveryFinding_HasARuleOfItsOwn() =>
        Assert.DoesNotContain(Findings(CliHarness.Run("doctor", "--cluster", $"{Faults}/nodes.yaml", "-o", "json")), f => Text(f, "rule") is "input" or "");

    [Fact]
    public void Doctor_Rules_AreInTheReference()
    {
        var page = File.ReadAllText(CliHarness.File("docs", "reference", "commands.md"));
        var sources = Directory.GetFiles(CliHarness.File("src", "TopoScheduler.Kubernetes", "Labels", "Lint"), "*.cs").Select(File.ReadAllText);
        var rules = sources.SelectMany(s => Rule().Matches(s)).Select(m => m.Groups["rule"].Value).Concat(Lines.Select(l => l.Split(' ')[1])).Distinct().ToList();
        Assert.True(rules.Count >= 40, $"{rules.Count} rules were found in the sources");
        Assert.DoesNotContain(rules, r => !page.Contains($"`{r}`", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Doctor_CleanSample_NotesAtMost(string file)
    {
        var run = CliHarness.Run("doctor", "--cluster", $"samples/clusters/{file}", "-o", "json");
        Assert.Empty(Findings(run).Where(f => Text(f, "severity") != "info").Select(f => f.GetRawText()));
        Assert.Equal(ExitCodes.Placed, run.Code);
    }

    [Fact]
    public void Doctor_WarningsOnly_EndsWithZero()
    {
        const string node = """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {toposcheduler.io/leaf: "", toposcheduler.io/rack: r1}}
            """;
        var run = CliHarness.Run(node, ["doctor", "--cluster", "-"]);
        Assert.Contains("empty-value", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Placed, run.Code);
    }

    [Fact]
    public void Doctor_FixOfAHostileValue_IsQuoted()
    {
        const string node = """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {toposcheduler.io/feeed: "$(reboot)'"}}
            """;
        var fix = Text(Findings(CliHarness.Run(node, ["doctor", "--cluster", "-", "-o", "json"])).Single(f => Text(f, "rule") == "unknown-key"), "fix");
        Assert.Equal("""kubectl label node n1 toposcheduler.io/feeed- toposcheduler.io/feed='$(reboot)'\'''""", fix);
    }

    [Fact]
    public void Doctor_FixMarksInValues_AreNotFilledIn()
    {
        const string node = """
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n\u00011", "labels": {"toposcheduler.io/rack": "\u0001r\u0001", "toposcheduler.io/row": "", "toposcheduler.io/pdu": "a b",
             "toposcheduler.io/leaf\u0001": "x", "toposcheduler.io/rack-power-budget-watts": "1", "toposcheduler.io/node-max-watts": "9", "toposcheduler.io/node-idle-watts": "5"}}}
            """;
        var findings = Findings(CliHarness.Run(node, ["doctor", "--cluster", "-", "-o", "json"])).ToList();
        Assert.Contains(findings, f => Text(f, "rule") == "budget-below-idle");
        Assert.All(findings, f => Assert.DoesNotContain('\u0001', Text(f, "fix")!));
    }

    [GeneratedRegex("""(?:Severity\.\w+, |new\("[^"]+", )"(?<rule>[a-z]+(-[a-z]+)+)["]""")]
    private static partial Regex Rule();

    private static JsonElement.ArrayEnumerator Findings(CliRun run) => run.Json().GetProperty("findings").EnumerateArray();

    private static string? Text(JsonElement finding, string name) => finding.GetProperty(name).GetString();
}
