using System.Text.RegularExpressions;

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

    [Fact]
    public void Links_LeadSomewhere()
    {
        var missing = Link().Matches(File.ReadAllText(Readme)).Select(m => m.Groups[1].Value)
            .Where(l => !l.Contains("://", StringComparison.Ordinal) && !Path.Exists(CliHarness.File(l)));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"(?<command>dotnet run --project src/TopoScheduler\.Cli -- (?<arguments>report --cluster samples/\S+ --job samples/\S+)\n```\n\n)```text\n.*?```\n", RegexOptions.Singleline)]
    private static partial Regex CommandAndReport();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
