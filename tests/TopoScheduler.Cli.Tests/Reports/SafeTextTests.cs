using TopoScheduler.Cli.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain text", true, "plain text")]
    [InlineData("a\tb\r\nc", true, "a?b??c")]
    [InlineData("\e[31mred", true, "?[31mred")]
    [InlineData("\u009b31m", true, "?31m")]
    [InlineData("ab\u202ecd", true, "ab?cd")]
    [InlineData("tp·cp → 4×8 µs …", true, "tp·cp → 4×8 µs …")]
    [InlineData("tp·cp → 4×8 µs …", false, "tp-cp -> 4x8 us ...")]
    [InlineData("名前", false, "??")]
    public void Show_Text_IsFitForTheTerminal(string text, bool unicode, string expected) => Assert.Equal(expected, SafeText.Show(text, unicode));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("abc", 1, "a")]
    [InlineData("abc", 0, "")]
    public void Cut_Text_MarksTheCut(string text, int columns, string expected) => Assert.Equal(expected, SafeText.Cut(text, columns, "…"));

    [Theory]
    [InlineData("5f1c7e0a-0000-4000-8000-000000000003.1", 16, "5f1c7…00000003.1")]
    [InlineData("short", 16, "short")]
    public void CutMiddle_Name_KeepsItsEnd(string text, int columns, string expected)
    {
        var cut = SafeText.CutMiddle(text, columns, "…");
        Assert.Equal(expected, cut);
        Assert.True(cut.Length <= columns);
    }

    [Fact]
    public void Wrap_LongWord_IsBrokenWhereItMust()
    {
        Assert.Equal(["one two", "abcdefgh", "ij three"], SafeText.Wrap("one two abcdefghij three", 8));
        Assert.Empty(SafeText.Wrap("   ", 8));
    }
}
