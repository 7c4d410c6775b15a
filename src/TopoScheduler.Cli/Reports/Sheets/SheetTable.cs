using System.Collections.Immutable;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>A table. The first column names what a row is about.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record SheetTable(string Caption, ImmutableArray<SheetColumn> Columns, ImmutableArray<SheetRow> Rows) : SheetBlock
{
    /// <summary>Class of the stylesheet and meaning of each part of its bars.</summary>
    public ImmutableArray<(string Css, string Text)> Legend { get; init; } = [];
}

/// <summary>What the cells of a column hold.</summary>
internal enum SheetColumnKind
{
    /// <summary>Words.</summary>
    Text,

    /// <summary>Figures.</summary>
    Number,

    /// <summary>Bars, which Markdown leaves out: figures beside them say the same.</summary>
    Bar,
}

/// <summary>A column.</summary>
/// <param name="Head">Its heading.</param>
/// <param name="Kind">What its cells hold.</param>
internal sealed record SheetColumn(string Head, SheetColumnKind Kind = SheetColumnKind.Text)
{
    /// <summary>One of figures.</summary>
    public static SheetColumn Number(string head) => new(head, SheetColumnKind.Number);

    /// <summary>One of bars.</summary>
    public static SheetColumn Bar(string head) => new(head, SheetColumnKind.Bar);
}

/// <summary>A row.</summary>
/// <param name="Name">What it is about: the cell of the first column.</param>
/// <param name="Cells">The cells of the other columns.</param>
internal sealed record SheetRow(string Name, params ImmutableArray<SheetCell> Cells)
{
    /// <summary>How deep it hangs in a tree.</summary>
    public int Depth { get; init; }

    /// <summary>It is one of many below a row that says more.</summary>
    public bool IsPlain { get; init; }
}

/// <summary>A cell.</summary>
/// <param name="Text">What it says; of a bar what it shows.</param>
/// <param name="Ink">Whether that is good news.</param>
internal sealed record SheetCell(string Text, Ink Ink = Ink.Plain)
{
    /// <summary>Parts of a bar, as class of the stylesheet and amount.</summary>
    public ImmutableArray<(string Css, long Amount)> Parts { get; init; } = [];

    /// <summary>What the whole bar stands for.</summary>
    public long Whole { get; init; }

    /// <summary>A cell that says a text in plain ink.</summary>
    public static implicit operator SheetCell(string text) => new(text);
}
