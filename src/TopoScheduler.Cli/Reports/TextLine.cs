using System.Text;

namespace TopoScheduler.Cli.Reports;

/// <summary>One line in the making: pieces of text with ink, and the columns they take.</summary>
internal sealed class TextLine(TextStyle style)
{
    private readonly List<(string Text, Ink Ink)> _pieces = [];

    /// <summary>Columns taken.</summary>
    public int Columns { get; private set; }

    /// <summary>Columns left on the page.</summary>
    public int Left => Math.Max(0, style.Width - Columns);

    /// <summary>Adds text, cut at the edge of the page.</summary>
    public TextLine Add(string text, Ink ink = Ink.Plain)
    {
        var shown = SafeText.Cut(SafeText.Show(text, style.Unicode), Left, style.Glyphs.Ellipsis);
        if (shown.Length == 0) return this;
        _pieces.Add((shown, ink));
        Columns += shown.Length;
        return this;
    }

    /// <summary>Adds text in a field of a fixed width, cut or padded.</summary>
    public TextLine Field(string text, int columns, Ink ink = Ink.Plain, bool right = false)
    {
        var shown = SafeText.Cut(SafeText.Show(text, style.Unicode), columns, style.Glyphs.Ellipsis);
        return right ? Add(new string(' ', columns - shown.Length)).Add(shown, ink) : Add(shown, ink).Add(new string(' ', columns - shown.Length));
    }

    /// <summary>Adds a bar: what was there, what is added, what stays free. Anything above nothing shows at least one cell.</summary>
    public TextLine Bar(double before, double added, double whole, int columns, Ink addedInk = Ink.Accent)
    {
        var (full, more) = BarCells(before, added, whole, columns);
        var glyphs = style.Glyphs;
        return Add(new string(glyphs.Full, full), Ink.Dim)
            .Add(new string(before > 0 ? glyphs.Added : glyphs.Full, more), addedInk)
            .Add(new string(glyphs.Free, columns - full - more), Ink.Dim);
    }

    /// <summary>The line, coloured if the page can show it, without trailing blanks.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (piece, ink) in _pieces)
        {
            var code = style.Colour ? Code(ink) : null;
            text.Append(code is null ? piece : $"\e[{code}m{piece}\e[0m");
        }

        return text.ToString().TrimEnd(' ');
    }

    /// <summary>Cells of a bar of <paramref name="columns"/>: full and added. Never more than there are.</summary>
    internal static (int Full, int Added) BarCells(double before, double added, double whole, int columns)
    {
        if (whole <= 0) return (0, 0);
        var end = Cells(before + added);
        var full = Math.Min(Cells(before), end - (added > 0 ? 1 : 0));
        return (Math.Max(0, full), end - Math.Max(0, full));

        // Only what is really full looks full, and only nothing looks empty.
        int Cells(double amount) =>
            amount <= 0 ? 0 : amount >= whole ? columns : Math.Clamp((int)Math.Round(amount / whole * columns), 1, columns - 1);
    }

    private static string? Code(Ink ink) => ink switch
    {
        Ink.Bold => "1",
        Ink.Dim => "2",
        Ink.Good => "1;32",
        Ink.Warn => "33",
        Ink.Bad => "1;31",
        Ink.Accent => "36",
        _ => null,
    };
}
