using System.Text;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Text of strangers made fit for a terminal: control characters (a label value may carry escape sequences) are replaced, and characters beyond
/// ASCII are spelled out where the output cannot show them.
/// </summary>
internal static class SafeText
{
    /// <summary>The text as it may be shown.</summary>
    public static string Show(string text, bool unicode)
    {
        var start = 0;
        while (start < text.Length && text[start] is >= ' ' and < '\x7f') start++;
        if (start == text.Length) return text;
        var shown = new StringBuilder(text, 0, start, text.Length + 8);
        foreach (var c in text.AsSpan(start))
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')) shown.Append('?');
            else if (unicode || c < '\x80') shown.Append(c);
            else shown.Append(Spelled(c));
        }

        return shown.ToString();
    }

    /// <summary>The text cut to a number of columns, the cut marked.</summary>
    public static string Cut(string text, int columns, string ellipsis)
    {
        if (text.Length <= columns) return text;
        if (columns <= ellipsis.Length) return text[..columns];
        var end = columns - ellipsis.Length;
        if (char.IsHighSurrogate(text[end - 1])) end--;
        return text[..end] + ellipsis;
    }

    /// <summary>The text with its middle cut out: the ends of node and pod names tell them apart.</summary>
    public static string CutMiddle(string text, int columns, string ellipsis)
    {
        if (text.Length <= columns || columns < ellipsis.Length + 2) return Cut(text, columns, ellipsis);
        var tail = (columns - ellipsis.Length) * 2 / 3;
        var head = columns - ellipsis.Length - tail;
        return text[..head] + ellipsis + text[^tail..];
    }

    /// <summary>The text in lines of at most this many columns, broken at blanks; a longer word is broken where it must.</summary>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            if (line.Length > 0 && line.Length + 1 + rest.Length > columns)
            {
                yield return line.ToString();
                line.Clear();
            }

            while (rest.Length > columns)
            {
                yield return rest[..columns];
                rest = rest[columns..];
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(rest);
        }

        if (line.Length > 0) yield return line.ToString();
    }

    private static string Spelled(char c) => c switch
    {
        '…' => "...",
        '→' => "->",
        '×' => "x",
        '·' or '•' => "-",
        '–' or '—' or '−' => "-",
        '≤' => "<=",
        '≥' => ">=",
        'µ' or 'μ' => "u",
        '“' or '”' or '„' => "\"",
        '‘' or '’' => "'",
        _ => "?",
    };
}
