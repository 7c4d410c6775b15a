using System.Xml;
using System.Xml.Linq;

namespace TopoScheduler.Cli.Tests.Reports;

/// <summary>What holds of every HTML report, whatever is in it.</summary>
internal static class HtmlCheck
{
    private static readonly string[] Elements =
    [
        "html", "head", "meta", "link", "title", "style", "body", "main", "nav", "article", "section", "header", "footer", "h1", "h2", "p", "b", "strong", "span", "i", "a", "ul", "ol",
        "li", "dl", "dt", "dd", "div", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "code", "svg", "g", "rect", "path", "text", "defs", "pattern",
    ];

    private static readonly string[] Attributes =
    [
        "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "id", "style", "title", "role", "aria-label", "aria-hidden", "scope", "open", "viewBox", "width", "height",
        "x", "y", "rx", "d", "text-anchor", "patternUnits", "patternTransform", "data-label",
    ];

    /// <summary>The page is XML as well as HTML, made of harmless elements and attributes only, names no address, and says so in its policy. Returns it.</summary>
    public static XDocument Page(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(html), new() { DtdProcessing = DtdProcessing.Ignore });
        var page = XDocument.Load(reader);
        Assert.Empty(page.Descendants().Select(e => e.Name.LocalName).Except(Elements));
        Assert.Empty(page.Descendants().Attributes().Select(a => a.Name.LocalName).Except(Attributes));
        Assert.All(page.Descendants().Attributes("href"), a => Assert.Matches("^(#job-[0-9]+|data:,)$", a.Value));
        Assert.All(page.Descendants().Attributes("style"), a => Assert.Matches("^((width|left):[0-9.]+%|padding-left:[0-9.]+em)$", a.Value));
        var style = Assert.Single(page.Descendants("style")).Value;
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        Assert.DoesNotMatch("url\\((?!#)", style);
        Assert.Equal(Ids(page).Distinct(), Ids(page));
        Assert.All(page.Descendants("svg").Where(s => s.Attribute("aria-hidden") is null), s => Assert.False(string.IsNullOrWhiteSpace(s.Attribute("aria-label")?.Value)));
        Assert.All(page.Descendants("table"), t => Assert.False(string.IsNullOrWhiteSpace(t.Element("caption")?.Value)));
        Assert.All(page.Descendants("th"), t => Assert.Matches("^(col|row)$", t.Attribute("scope")?.Value));
        Assert.All(page.Descendants("section"), s => Assert.False(string.IsNullOrWhiteSpace(s.Descendants("h2").FirstOrDefault()?.Value)));
        Assert.NotEmpty(page.Descendants("h1"));
        var policy = Assert.Single(page.Descendants("meta"), m => m.Attribute("http-equiv")?.Value == "Content-Security-Policy").Attribute("content")!.Value;
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'none'", policy, StringComparison.Ordinal);
        return page;
    }

    private static List<string> Ids(XDocument page) => [.. page.Descendants().Attributes("id").Select(a => a.Value)];
}
