using System.Text;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Text of strangers as GitHub-flavoured Markdown shows it literally: no markup, no HTML, no link, and neither a mention nor a reference that would
/// call somebody or something. Where it may stand first on a line, <see cref="AtStart"/> keeps it from being a list mark or the like.
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

    /// <summary>The text, escaped, as it may begin a line: no list mark, no heading, no line across the page.</summary>
    public static string AtStart(string text) => IsMark(text) ? Apart + Of(text) : Of(text);

    /// <summary>A command to be copied: code, which is shown as it is.</summary>
    public static string Code(string text)
    {
        var shown = SafeText.Show(text, unicode: true);
        var (longest, run) = (0, 0);
        foreach (var c in shown) longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        var fence = new string('`', longest + 1);
        return longest > 0 ? $"{fence} {shown} {fence}" : $"{fence}{shown}{fence}";
    }

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

    // Letters begin nothing, and figures no list but before a dot or a bracket.
    private static bool IsMark(string text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        return digits < text.Length && (digits > 0 ? text[digits] is '.' or ')' : !char.IsLetter(text[0]));
    }

    // http:// and www. become links by themselves.
    private static bool StartsAddress(string text, int i) =>
        i + 1 < text.Length && ((text[i] == ':' && text[i + 1] == '/') || (i > 0 && text[i + 1] == '.' && text[i] is 'w' or 'W' && text[i - 1] is 'w' or 'W'));
}
