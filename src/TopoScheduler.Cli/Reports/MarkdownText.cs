using System.Text;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Text of strangers as GitHub-flavoured Markdown shows it literally: no markup, no HTML, no link, and neither a mention nor a reference that would
/// call somebody or something. It never stands first on a line, so that list marks and the like need no escape.
/// </summary>
internal static class MarkdownText
{
    // Invisible, and no part of a word: what follows is no mention, reference or address any more.
    private const string Apart = "&#8203;";

    /// <summary>The text, escaped; on one line, whatever it held.</summary>
    public static string Of(string text)
    {
        var shown = SafeText.Show(text, unicode: true);
        var escaped = new StringBuilder(shown.Length + 16);
        for (var i = 0; i < shown.Length; i++)
        {
            escaped.Append(Escaped(shown[i]));
            if (StartsAddress(shown, i)) escaped.Append(Apart);
        }

        return escaped.ToString();
    }

    /// <summary>The text, cut to a length and escaped.</summary>
    public static string Of(string text, int most) => Of(SafeText.Cut(text, most, "…"));

    private static string Escaped(char c) => c switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '@' or '#' => c + Apart,

        // GitHub reads mathematics between dollar signs, escaped or not.
        '$' => "<span>$</span>",
        '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '!' => $"\\{c}",
        _ => c.ToString(),
    };

    // http:// and www. become links by themselves.
    private static bool StartsAddress(string text, int i) =>
        i + 1 < text.Length && ((text[i] == ':' && text[i + 1] == '/') || (i > 0 && text[i + 1] == '.' && text[i] is 'w' or 'W' && text[i - 1] is 'w' or 'W'));
}
