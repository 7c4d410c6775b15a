using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Tests.Reports.Sheets;

/// <summary>What holds of a sheet as Markdown and as HTML, whatever is on it.</summary>
public sealed class SheetTests
{
    private const string Hostile = "- a|b</details></title><script>x</script>\n| @all [x](http://y.test) `\"'";

    [Fact]
    public void Markdown_HostileTextsEverywhere_BreakNothing()
    {
        var text = Markdown(Everything(Hostile));
        MarkdownCheck.Harmless(text);
        Assert.Contains("  - `` - a|b</details></title><script>x</script>?| @all [x](http://y.test) `\"' ``\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_HostileTextsEverywhere_StayText()
    {
        var html = Html(Everything(Hostile));
        var page = HtmlCheck.Page(html);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var shown = Hostile.Replace('\n', '?');
        Assert.Equal(shown, page.Descendants("h1").Single().Value);
        Assert.Equal(shown, page.Descendants("caption").Single().Value);
        Assert.All(page.Descendants("td").Where(t => t.Attribute("class")?.Value != "m"), t => Assert.Equal(shown, t.Value));
        Assert.Equal($"{shown}: {shown}", page.Descendants("span").Single(s => s.Attribute("class")?.Value == "bar").Attribute("aria-label")!.Value);
    }

    [Fact]
    public void Markdown_LongListsAndTexts_FitAComment()
    {
        var line = new string('w', 5_000);
        var sheet = Everything(line) with
        {
            Sections =
            [
                .. Enumerable.Range(0, 3).Select(_ => new SheetSection("s", new SheetList([.. Enumerable.Repeat(new SheetItem(line) { About = line, Label = line }, 2_000)]))),
                new("s", new SheetTable("t", [new("a"), new("b")], [.. Enumerable.Repeat(new SheetRow(line, line), 2_000)])),
            ],
        };
        var text = Markdown(sheet);
        Assert.InRange(text.Length, 10_000, MarkdownCheck.MostCommentCharacters);
        Assert.Contains("… 1,960 more (-o json lists all)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ascii_OfBoth_HasNothingElse()
    {
        var sheet = Everything("5 × 3 → …");
        using var markdown = new StringWriter();
        using var html = new StringWriter();
        MarkdownSheet.Write(markdown, sheet, unicode: false);
        HtmlSheet.Write(html, sheet, unicode: false);
        Assert.All(markdown.ToString() + html, c => Assert.True(c < 128, $"'{c}'"));
        Assert.Equal(HtmlCheck.Page(Html(sheet)).Root!.Value, HtmlCheck.Page(html.ToString()).Root!.Value);
    }

    [Fact]
    public void Section_WithoutBlocks_IsLeftOut()
    {
        var sheet = new Sheet { Title = "t", Sections = [new("Empty") { Detail = "Nothing." }] };
        Assert.Equal("### t\n\n", Markdown(sheet));
        Assert.Empty(HtmlCheck.Page(Html(sheet)).Descendants("section"));
    }

    [Theory]
    [InlineData("kubectl uncordon n1", "`kubectl uncordon n1`")]
    [InlineData("echo `id` ``x``", "``` echo `id` ``x`` ```")]
    [InlineData("a\n# b", "`a?# b`")]
    public void Code_OfACommand_IsShownAsItIs(string command, string expected) => Assert.Equal(expected, MarkdownText.Code(command));

    [Theory]
    [InlineData("- a", "&#8203;- a")]
    [InlineData("1. a", "&#8203;1. a")]
    [InlineData("12) a", "&#8203;12) a")]
    [InlineData("    a", "&#8203;    a")]
    [InlineData("5 pods", "5 pods")]
    [InlineData("n1 is open", "n1 is open")]
    [InlineData("", "")]
    public void AtStart_OfALine_BeginsNoBlock(string text, string expected) => Assert.Equal(expected, MarkdownText.AtStart(text));

    private static Sheet Everything(string text) => new()
    {
        Title = text,
        Verdict = new(text, Ink.Bad),
        Size = text,
        Lead = text,
        Figures = [new(text, text, text)],
        Sections =
        [
            new(text, new SheetText(text), new SheetList([new(text), new(text) { Label = text, Ink = Ink.Warn, About = text, Details = [new(text), new(text, IsCommand: true)] }])) { Detail = text },
            new(text, new SheetTable(text, [new(text), SheetColumn.Bar(text), SheetColumn.Number(text), new(text)], [new(text, new SheetCell(text) { Parts = [("before", 1)], Whole = 2 }, text, new SheetCell(text, Ink.Bad)) { Depth = 1 }]) { Legend = [("before", text)] }),
            new(text, new SheetOffers([new CounterOffer(CounterOfferChange.Evict, text, PlacementOutcome.Placed, null)])),
            new("Folded", new SheetText(text)) { IsFolded = true },
        ],
        Problems = [Problem.Warning(text, text)],
    };

    private static string Markdown(Sheet sheet)
    {
        using var writer = new StringWriter();
        MarkdownSheet.Write(writer, sheet, unicode: true);
        return writer.ToString();
    }

    private static string Html(Sheet sheet)
    {
        using var writer = new StringWriter();
        HtmlSheet.Write(writer, sheet, unicode: true);
        return writer.ToString();
    }
}
