using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>Alerts and dashboard ask for metrics there are.</summary>
public sealed partial class MetricNamesTests
{
    private static readonly string Files = Path.Combine(Toposched.Root, "charts", "toposcheduler", "files");

    [Theory]
    [InlineData("alerts.yaml")]
    [InlineData("dashboard.json")]
    public void Names_OfAFile_AreOnThePageOfMetrics(string file)
    {
        var listed = File.ReadLines(Path.Combine(Toposched.Root, "docs", "reference", "metrics.md")).Where(l => l.StartsWith('|')).SelectMany(l => MetricName().Matches(l).Take(1)).Select(m => m.Value).ToHashSet();

        var asked = MetricName().Matches(File.ReadAllText(Path.Combine(Files, file))).Select(m => m.Value).ToHashSet();

        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except(listed));
    }

    [Fact]
    public void Dashboard_Panels_AskTheChosenSource()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(Files, "dashboard.json")))!;

        Assert.All(dashboard["panels"]!.AsArray(), panel => Assert.Equal("${datasource}", (string?)panel!["datasource"]!["uid"]));
        Assert.Equal(dashboard["panels"]!.AsArray().Count, dashboard["panels"]!.AsArray().Select(p => (int)p!["id"]!).Distinct().Count());
    }

    [GeneratedRegex("toposcheduler_[a-z0-9_]+")]
    private static partial Regex MetricName();
}
