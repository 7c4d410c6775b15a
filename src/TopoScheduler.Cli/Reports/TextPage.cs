namespace TopoScheduler.Cli.Reports;

/// <summary>A page of text: lines written one after the other, none wider than the page.</summary>
internal sealed class TextPage(TextWriter output, TextStyle style)
{
    /// <summary>Columns of the label that begins a line of a section.</summary>
    public const int LabelColumns = 15;

    /// <summary>Indentation of what belongs to a heading.</summary>
    public const string Indent = "  ";

    /// <summary>What the page can show.</summary>
    public TextStyle Style => style;

    /// <summary>A new line, to be written with <see cref="Write"/>.</summary>
    public TextLine Line() => new(style);

    /// <summary>Writes a line.</summary>
    public void Write(TextLine line) => output.Write($"{line}\n");

    /// <summary>Writes an empty line.</summary>
    public void Blank() => output.Write('\n');

    /// <summary>Writes a line across the page.</summary>
    public void Rule() => Write(Line().Add(new string(style.Glyphs.Rule, style.Width), Ink.Dim));

    /// <summary>Begins a section.</summary>
    public void Heading(string title, string detail = "")
    {
        Blank();
        Write(Line().Add(title, Ink.Bold).Add(detail.Length > 0 ? $"  {detail}" : ""));
    }

    /// <summary>Writes a line of a section: a label and what it says.</summary>
    public TextLine Labelled(string label) => Line().Add(Indent).Field(label, LabelColumns, Ink.Dim).Add(" ");

    /// <summary>Writes text wrapped behind what <paramref name="first"/> holds already; later lines are indented as far.</summary>
    public void Paragraph(TextLine first, string text, Ink ink = Ink.Plain)
    {
        var indent = first.Columns;
        var line = first;
        foreach (var piece in SafeText.Wrap(SafeText.Show(text, style.Unicode), Math.Max(20, style.Width - indent)))
        {
            Write(line.Add(piece, ink));
            line = Line().Add(new string(' ', indent));
        }

        if (ReferenceEquals(line, first)) Write(first);
    }
}
