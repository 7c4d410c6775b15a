using System.Text.Json;
using TopoScheduler.Cli.Tests.Reports;

namespace TopoScheduler.Cli.Tests.Cases;

/// <summary>
/// Runs every folder <c>tests/cases/explain-*</c> whose question.txt (arguments, one a line) asks for a pod, a gang or a node: the answer equals expected.txt and,
/// where there is one, expected.md, and its JSON names the one cause. <c>UPDATE_GOLDEN=1</c> rewrites the expected files.
/// </summary>
public sealed class ExplainCasesTests
{
    private const string At = "2027-01-27T12:00:00Z";
    private static readonly string Folder = CliHarness.File("tests", "cases");

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Folder, "explain-*").Where(d => File.ReadLines(Path.Combine(d, "question.txt")).First() is "pod" or "gang" or "node").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Explain_Text_EqualsExpected(string name)
    {
        var run = Run(name, "text");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Golden.AssertFile(Path.Combine(Folder, name, "expected.txt"), run.Out);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Explain_Markdown_EqualsExpected(string name)
    {
        // The text says what is expected of every case; those with an expected.md say it of this form, too.
        var file = Path.Combine(Folder, name, "expected.md");
        var markdown = Run(name, "markdown");
        Assert.Equal((0, ""), (markdown.Code, markdown.Error));
        Assert.StartsWith("### ", markdown.Out, StringComparison.Ordinal);
        if (File.Exists(file)) Golden.AssertFile(file, markdown.Out);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Explain_Html_IsOneWellFormedPageThatSaysTheCause(string name)
    {
        var page = HtmlCheck.Page(Run(name, "html").Out);
        Assert.Equal(Run(name, "json").Json().GetProperty("summary").GetString(), page.Descendants("p").Single(p => p.Attribute("class")?.Value == "lead").Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Explain_CountsPerTierAndNode_AddUp(string name)
    {
        var json = Run(name, "json").Json();
        Assert.Equal("Explanation", json.GetProperty("kind").GetString());
        foreach (var tier in json.GetProperty("tiers").EnumerateArray())
        {
            var others = tier.GetProperty("eliminated").EnumerateArray().Sum(e => e.GetProperty("domains").GetInt32());
            Assert.Equal(tier.GetProperty("domains").GetInt32(), tier.GetProperty("canHold").GetInt32() + tier.GetProperty("unknown").GetInt32() + others);
        }

        if (!json.TryGetProperty("nodes", out var nodes)) return;
        Assert.Equal(nodes.GetProperty("nodes").GetInt32(), nodes.GetProperty("usable").GetInt32() + nodes.GetProperty("eliminated").EnumerateArray().Sum(e => e.GetProperty("nodes").GetInt32()));
    }

    [Theory]
    [InlineData("fits-now", "fitsNow", null, null, null)]
    [InlineData("expect-five-idle-three", "constraint", "resources", 5, 3)]
    [InlineData("required-leaf", "constraint", "tier", 6, 4)]
    [InlineData("power", "constraint", "power", 5, 3)]
    [InlineData("cordoned", "constraint", "readiness", 4, 2)]
    [InlineData("tainted", "constraint", "taints", 3, 2)]
    [InlineData("node-selector", "constraint", "affinity", 2, 1)]
    [InlineData("in-pieces", "constraint", "resources", 1, 0)]
    [InlineData("incomplete", "incomplete", null, 8, 3)]
    [InlineData("other-gate", "otherGate", null, null, null)]
    [InlineData("kueue-gate", "kueue", null, null, null)]
    [InlineData("kueue-suspended", "kueue", null, null, null)]
    [InlineData("behind", "queue", null, 2, null)]
    [InlineData("kept-for-head", "keptForHead", null, null, null)]
    [InlineData("holds-out", "holdsOut", null, null, null)]
    [InlineData("partly-bound", "constraint", "resources", 2, 0)]
    [InlineData("running-better", "none", null, null, null)]
    [InlineData("planned", "planned", null, null, null)]
    [InlineData("node-busy", "none", null, null, null)]
    [InlineData("node-closed", "constraint", "readiness", null, null)]
    [InlineData("pod-of-gang", "constraint", "tier", 8, 4)]
    [InlineData("window", "constraint", "power", 2, 1)]
    [InlineData("nvlink", "constraint", "nvlink", 12, 8)]
    [InlineData("volume", "constraint", "resources", 1, 0)]
    [InlineData("anti-affinity", "constraint", "affinity", 3, 2)]
    [InlineData("changed", "constraint", "resources", 5, 2)]
    [InlineData("too-large", "constraint", "resources", 9, 8)]
    [InlineData("invalid", "invalid", null, null, null)]
    [InlineData("finished", "finished", null, null, null)]
    [InlineData("no-pods-yet", "incomplete", null, 2, 0)]
    [InlineData("jobset-no-pods-yet", "incomplete", null, 2, 0)]
    [InlineData("replica-no-pods-yet", "incomplete", null, 2, 0)]
    [InlineData("paused", "incomplete", null, 2, 0)]
    [InlineData("over-without-pods", "finished", null, null, null)]
    public void Explain_Cause_IsTheTrueOne(string name, string kind, string? constraint, int? wanted, int? room)
    {
        var cause = Run($"explain-{name}", "json").Json().GetProperty("cause");
        Assert.Equal((kind, constraint, wanted, room), (cause.GetProperty("kind").GetString(), Text(cause, "constraint"), Number(cause, "wanted"), Number(cause, "room")));
    }

    internal static CliRun Run(string name, string format)
    {
        string[] question = File.ReadAllLines(Path.Combine(Folder, name, "question.txt"));
        return CliHarness.Run(["explain", .. question, "--cluster", $"tests/cases/{name}/cluster.yaml", "--at", At, "-o", format]);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : null;
}
