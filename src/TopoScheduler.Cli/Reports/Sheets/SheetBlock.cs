using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>A part of a section: one of the records below.</summary>
internal abstract record SheetBlock;

/// <summary>A sentence.</summary>
/// <param name="Text">It.</param>
internal sealed record SheetText(string Text) : SheetBlock
{
    /// <summary>A clause as a sentence.</summary>
    public static string Sentence(string clause) => $"{char.ToUpperInvariant(clause[0])}{clause[1..].TrimEnd('.')}.";
}

/// <summary>A list.</summary>
/// <param name="Items">Its items.</param>
internal sealed record SheetList(ImmutableArray<SheetItem> Items) : SheetBlock;

/// <summary>An item of a list.</summary>
/// <param name="Text">What it says.</param>
internal sealed record SheetItem(string Text)
{
    /// <summary>A word before it; empty for none.</summary>
    public string Label { get; init; } = "";

    /// <summary>Whether that word is good news; plain for a mere label.</summary>
    public Ink Ink { get; init; } = Ink.Plain;

    /// <summary>What it is about, before the text; empty for nothing.</summary>
    public string About { get; init; } = "";

    /// <summary>What else is to be said, a line each.</summary>
    public ImmutableArray<SheetDetail> Details { get; init; } = [];
}

/// <summary>What else is to be said of an item.</summary>
/// <param name="Text">It.</param>
/// <param name="IsCommand">It is to be copied into a shell.</param>
internal sealed record SheetDetail(string Text, bool IsCommand = false);

/// <summary>Changes that would make a gang fit.</summary>
/// <param name="Offers">The changes.</param>
internal sealed record SheetOffers(ImmutableArray<CounterOffer> Offers) : SheetBlock;

/// <summary>A drawing, with what its signs mean. Markdown has none: what it shows must be said in another block, too.</summary>
/// <param name="Draw">Draws it.</param>
/// <param name="Legend">Class of the stylesheet and meaning of each sign.</param>
internal sealed record SheetDrawing(Action<HtmlWriter> Draw, ImmutableArray<(string Css, string Text)> Legend) : SheetBlock;
