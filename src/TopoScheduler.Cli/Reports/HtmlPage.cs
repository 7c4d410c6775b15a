using System.Globalization;
using System.Text;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// One HTML file to open, print or forward: no script, nothing fetched, and a content security policy that forbids both. Works in light and dark, on a
/// desk and on a phone.
/// </summary>
internal static class HtmlPage
{
    // Held by the browser even should a text of strangers get through: no script, no fetch, no frame, no form.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'none'; base-uri 'none'; form-action 'none'";

    private static readonly string Style = ReadStyle();

    /// <summary>Writes a page.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="unicode">The output can carry more than ASCII.</param>
    /// <param name="title">Its title.</param>
    /// <param name="drawings">Writes what drawings share; null without any.</param>
    /// <param name="main">Writes what is on it.</param>
    public static void Write(TextWriter output, bool unicode, string title, Action<HtmlWriter>? drawings, Action<HtmlWriter> main)
    {
        using var page = new StringWriter(CultureInfo.InvariantCulture);
        var html = new HtmlWriter(page);
        page.Write("<!DOCTYPE html>\n");
        html.Open("html", null, ("lang", "en")).Line();
        WriteHead(html, page, title);
        html.Open("body").Line();
        drawings?.Invoke(html);
        html.Open("main");
        main(html);
        html.Element("footer", "TopoScheduler: every figure is an estimate for the cluster as it was read; nothing was changed.", "dim");
        html.Close(3).Line();
        output.Write(unicode ? page.ToString() : Spelled(page.GetStringBuilder()));
    }

    /// <summary>The text with every character beyond ASCII as a reference, for an output that cannot carry it.</summary>
    public static string Spelled(StringBuilder text)
    {
        var spelled = new StringBuilder(text.Length + 64);
        foreach (var rune in text.ToString().EnumerateRunes())
        {
            if (rune.IsAscii) spelled.Append((char)rune.Value);
            else spelled.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};");
        }

        return spelled.ToString();
    }

    private static void WriteHead(HtmlWriter html, StringWriter page, string title)
    {
        html.Open("head").Line().Void("meta", null, ("charset", "utf-8")).Line();
        html.Void("meta", null, ("http-equiv", "Content-Security-Policy"), ("content", Policy)).Line();
        html.Void("meta", null, ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line();
        html.Void("meta", null, ("name", "color-scheme"), ("content", "light dark")).Line();

        // Without an icon of its own a browser asks the page's server for one.
        html.Void("link", null, ("rel", "icon"), ("href", "data:,")).Line();
        html.Element("title", $"{title} · TopoScheduler").Line();
        html.Open("style");
        page.Write(Style);
        html.Close(2).Line();
    }

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css") ?? throw new InvalidOperationException("report.css is not in the assembly");
        using var reader = new StreamReader(stream);
        return "\n" + reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
