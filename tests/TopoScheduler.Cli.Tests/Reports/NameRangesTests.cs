using TopoScheduler.Cli.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class NameRangesTests
{
    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n1 n2 n3", "n[1-3]")]
    [InlineData("n9 n10 n11", "n[9-11]")]
    [InlineData("n09 n10 n12", "n[09-10,12]")]
    [InlineData("n10 n09", "n[09-10]")]
    [InlineData("a1 b1 a2", "a[1-2], b1")]
    [InlineData("r1-t1 r1-t2 r2-t1", "r1-t[1-2], r2-t1")]
    [InlineData("n1.example n2.example", "n[1-2].example")]
    [InlineData("gpu", "gpu")]
    [InlineData("n1 n1", "n1")]
    [InlineData("n1 n001", "n1, n001")]
    [InlineData("n123456789012345678901 n123456789012345678902", "n123456789012345678901, n123456789012345678902")]
    public void Of_Names_WritesRanges(string names, string expected) => Assert.Equal(expected, NameRanges.Of(names.Split(' ')));

    [Fact]
    public void Of_EveryName_IsFoundAgain()
    {
        // 1 to 1,000 without every seventh: spelled out again, the ranges are the same numbers.
        var numbers = Enumerable.Range(1, 1000).Where(i => i % 7 != 0).ToList();
        var text = NameRanges.Of(numbers.Select(i => $"node-{i}-rack"));
        var list = text["node-[".Length..^"]-rack".Length];
        var again = list.Split(',').Select(r => r.Split('-').Select(int.Parse).ToArray()).SelectMany(r => Enumerable.Range(r[0], r[^1] - r[0] + 1));
        Assert.Equal(numbers, again);
    }
}
