using System.Collections.Immutable;
using TopoScheduler.Core;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>
/// An answer laid out for people, before it is Markdown (<see cref="MarkdownSheet"/>) or HTML (<see cref="HtmlSheet"/>): a verdict, figures, sections. Its texts stand
/// in it as they are, names of strangers included; who writes it escapes them.
/// </summary>
internal sealed record Sheet
{
    /// <summary>What it is about.</summary>
    public required string Title { get; init; }

    /// <summary>The outcome in a word or two, and whether it is good news; null for an answer that has none.</summary>
    public SheetVerdict? Verdict { get; init; }

    /// <summary>How large that is; empty for nothing to say.</summary>
    public string Size { get; init; } = "";

    /// <summary>The answer in one sentence; empty where figures and sections are all of it.</summary>
    public string Lead { get; init; } = "";

    /// <summary>The figures looked for first.</summary>
    public ImmutableArray<SheetFigure> Figures { get; init; } = [];

    /// <summary>The rest, in the order it is read. A section without blocks is left out.</summary>
    public ImmutableArray<SheetSection> Sections { get; init; } = [];

    /// <summary>What is wrong or assumed.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>An outcome.</summary>
/// <param name="Word">In a word or two.</param>
/// <param name="Ink">Good, warn or bad.</param>
internal sealed record SheetVerdict(string Word, Ink Ink);

/// <summary>A figure that is looked for first.</summary>
/// <param name="Name">What it counts.</param>
/// <param name="Value">The figure.</param>
/// <param name="Detail">What else is to be known of it; empty for nothing.</param>
internal sealed record SheetFigure(string Name, string Value, string Detail = "");

/// <summary>A section.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">What is in it.</param>
internal sealed record SheetSection(string Title, params ImmutableArray<SheetBlock> Blocks)
{
    /// <summary>What the heading does not say, as a sentence; empty for nothing.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Read by few: shown when it is asked for.</summary>
    public bool IsFolded { get; init; }
}
