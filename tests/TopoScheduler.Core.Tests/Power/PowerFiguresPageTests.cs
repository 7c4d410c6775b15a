using System.Text.RegularExpressions;
using TopoScheduler.Core.Tests.Architecture;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>The page of power figures names tests, cases and samples that exist.</summary>
public sealed partial class PowerFiguresPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "power-figures.md"));

    [Fact]
    public void Page_Tests_AreThere()
    {
        var named = Test().Matches(Page).Select(m => (Class: m.Groups["class"].Value, Method: m.Groups["method"].Value)).Distinct().ToList();
        Assert.True(named.Count >= 30, $"{named.Count} tests are named");
        Assert.DoesNotContain(named, n => typeof(PowerFiguresPageTests).Assembly.GetType($"{typeof(PowerFiguresPageTests).Namespace}.{n.Class}")?.GetMethod(n.Method) is null);
    }

    [Fact]
    public void Page_CasesAndSamples_AreThere()
    {
        var files = Case().Matches(Page).Select(m => m.Value).Concat(Sample().Matches(Page).Select(m => $"samples/clusters/{m.Groups["file"].Value}")).ToList();
        Assert.True(files.Count >= 6, $"{files.Count} cases and samples are named");
        Assert.DoesNotContain(files, f => !Path.Exists(Path.Combine(Repository.Root, f)));
    }

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex Test();

    [GeneratedRegex(@"tests/cases/[\w-]+")]
    private static partial Regex Case();

    [GeneratedRegex(@"`(?<file>[\w-]+\.yaml(\.gz)?)` \|")]
    private static partial Regex Sample();
}
