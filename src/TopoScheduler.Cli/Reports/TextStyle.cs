namespace TopoScheduler.Cli.Reports;

/// <summary>What the page can show.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Colour">ANSI colours are welcome.</param>
/// <param name="Unicode">Characters beyond ASCII can be shown.</param>
internal sealed record TextStyle(int Width, bool Colour, bool Unicode)
{
    /// <summary>Columns when nobody says otherwise.</summary>
    public const int DefaultWidth = 100;

    /// <summary>Columns of a wide page: whatever the terminal has, nothing is left out.</summary>
    public const int WideWidth = 200;

    /// <summary>Every column and row is wanted, however long it gets.</summary>
    public bool IsWide { get; init; }

    /// <summary>Rows of a list that are shown at most.</summary>
    public int Most(int rows) => IsWide ? int.MaxValue : rows;

    /// <summary>The drawing characters.</summary>
    public Glyphs Glyphs => Unicode ? Glyphs.Drawn : Glyphs.Plain;
}

/// <summary>Drawing characters, in a fine and a plain ASCII set.</summary>
/// <param name="Tick">Before a placement.</param>
/// <param name="Cross">Before a refusal.</param>
/// <param name="Branch">A child that has a younger sibling.</param>
/// <param name="LastBranch">The last child.</param>
/// <param name="Trunk">Beside the children of a child that has a younger sibling.</param>
/// <param name="Full">Full part of a bar.</param>
/// <param name="Added">Added part of a bar.</param>
/// <param name="Free">Free part of a bar.</param>
/// <param name="Rule">A line across the page.</param>
/// <param name="Ellipsis">Something was left out here.</param>
/// <param name="Arrow">From, to.</param>
/// <param name="Bullet">Before an entry.</param>
internal sealed record Glyphs(
    string Tick, string Cross, string Branch, string LastBranch, string Trunk, char Full, char Added, char Free, char Rule, string Ellipsis, string Arrow, string Bullet)
{
    /// <summary>For UTF-8.</summary>
    public static Glyphs Drawn { get; } = new("✔", "✘", "├─ ", "└─ ", "│  ", '█', '▓', '░', '─', "…", "→", "•");

    /// <summary>For everything else.</summary>
    public static Glyphs Plain { get; } = new("+", "x", "|- ", "`- ", "|  ", '#', '+', '.', '-', "...", "->", "*");
}
