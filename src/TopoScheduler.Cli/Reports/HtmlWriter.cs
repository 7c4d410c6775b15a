using System.Globalization;
using System.Text;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Writes elements that are both HTML and XML: every tag closed, every attribute quoted, every text escaped. Text of strangers passes through
/// <see cref="Text"/> or an attribute and through nothing else, so a node named <c>&lt;script&gt;</c> stays a name.
/// </summary>
internal sealed class HtmlWriter(TextWriter output)
{
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element.</summary>
    public HtmlWriter Open(string name, string? css = null, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(name, css, attributes);
        output.Write('>');
        _open.Push(name);
        return this;
    }

    /// <summary>Closes the last so many open elements.</summary>
    public HtmlWriter Close(int levels = 1)
    {
        for (; levels > 0; levels--) output.Write($"</{_open.Pop()}>");
        return this;
    }

    /// <summary>Text, escaped.</summary>
    public HtmlWriter Text(string text)
    {
        output.Write(Escaped(text));
        return this;
    }

    /// <summary>A line break of the source, so that people can read it.</summary>
    public HtmlWriter Line()
    {
        output.Write('\n');
        return this;
    }

    /// <summary>An element that holds text alone.</summary>
    public HtmlWriter Element(string name, string text, string? css = null, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(name, css, attributes).Text(text).Close();

    /// <summary>An element that can hold nothing: <c>meta</c>, or a shape of a drawing.</summary>
    public HtmlWriter Void(string name, string? css = null, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Tag(name, css, attributes);
        output.Write("/>");
        return this;
    }

    /// <summary>A length or coordinate of a drawing.</summary>
    public static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>A part of a whole as the width of a bar.</summary>
    public static string Percent(long part, long whole) =>
        whole <= 0 ? "0%" : Math.Clamp(100.0 * part / whole, 0, 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary>Text as it may stand in an element or a quoted attribute, of HTML and of XML.</summary>
    public static string Escaped(string text)
    {
        var shown = SafeText.Show(text, unicode: true);
        var escaped = new StringBuilder(shown.Length + 16);
        for (var i = 0; i < shown.Length; i++)
        {
            var c = shown[i];
            var pair = char.IsHighSurrogate(c) && i + 1 < shown.Length && char.IsLowSurrogate(shown[i + 1]);
            if (pair) escaped.Append(c).Append(shown[++i]);
            else escaped.Append(Escaped(c));
        }

        return escaped.ToString();
    }

    private static string Escaped(char c) => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",

        // Half of a pair, and what XML forbids.
        _ when char.IsSurrogate(c) || c is '\ufffe' or '\uffff' => "?",
        _ => c.ToString(),
    };

    private void Tag(string name, string? css, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        output.Write($"<{name}");
        if (css is not null) output.Write($" class=\"{css}\"");
        foreach (var (key, value) in attributes) output.Write($" {key}=\"{Escaped(value)}\"");
    }
}
