using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Cli.Tests.Samples;

/// <summary>The reports README shows are what its commands print.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = CliHarness.File("README.md");

    [Fact]
    public void ShownReports_AreWhatTheCommandsPrint()
    {
        var text = File.ReadAllText(Readme);
        Assert.True(CommandAndReport().Count(text) >= 2);
        Golden.AssertFile(Readme, CommandAndReport().Replace(text, m =>
        {
            var run = CliHarness.Run(m.Groups["arguments"].Value.Split(' '));
            Assert.Equal("", run.Error);
            return $"{m.Groups["command"].Value}```text\n{run.Out}```\n";
        }));
    }

    // The address README names may be taken on this machine: the same settings but for the port.
    [Fact]
    public async Task ShownAnswer_IsWhatTheExtenderSays()
    {
        var text = await File.ReadAllTextAsync(Readme);
        var shown = ServeAndCurl().Match(text);
        Assert.True(shown.Success);
        var settings = ServeSettings.Load(new([], [], [new("source:cluster", shown.Groups["cluster"].Value), new("listen:url", "http://127.0.0.1:0")]));
        var content = ClusterReader.Read(CliHarness.File(settings.Source.Cluster!));
        var cluster = ClusterSnapshot.Create(content.Nodes, content.Pods);
        await using var host = new ServerHost(settings, loggers => Scheduling.OfFile(settings, cluster, loggers), logging => logging.ClearProviders());
        await host.StartAsync();
        using var client = new HttpClient();
        using var body = new StringContent(shown.Groups["body"].Value);
        using var answer = await client.PostAsync(new Uri(host.Urls[0] + shown.Groups["path"].Value), body);

        var said = await answer.Content.ReadAsStringAsync();
        Golden.AssertFile(Readme, string.Concat(text.AsSpan(0, shown.Groups["answer"].Index), said, text.AsSpan(shown.Groups["answer"].Index + shown.Groups["answer"].Length)));
    }

    [Fact]
    public void Links_LeadSomewhere()
    {
        var missing = Link().Matches(File.ReadAllText(Readme)).Select(m => m.Groups[1].Value)
            .Where(l => !l.Contains("://", StringComparison.Ordinal) && !Path.Exists(CliHarness.File(l)));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"(?<command>dotnet run --project src/TopoScheduler\.Cli -- (?<arguments>report --cluster samples/\S+ --job samples/\S+)\n```\n\n)```text\n.*?```\n", RegexOptions.Singleline)]
    private static partial Regex CommandAndReport();

    [GeneratedRegex(@"-- serve --cluster (?<cluster>\S+)\n.*?curl -s http://127\.0\.0\.1:8888(?<path>\S+) -d '(?<body>[^']+)'\n```\n\n```json\n(?<answer>[^\n]*)\n```", RegexOptions.Singleline)]
    private static partial Regex ServeAndCurl();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
