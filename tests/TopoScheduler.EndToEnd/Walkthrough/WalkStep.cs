namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>A block of commands of a page, and what the page says that it prints.</summary>
/// <param name="Line">Number of its first line in the page, from 1.</param>
/// <param name="Commands">What is run.</param>
/// <param name="Words">What the comment before it says of it: a mode in which alone it is run, <c>until</c> where its output is waited for, <c>pods</c> where it waits for pods.</param>
/// <param name="Output">The block of output after it, with its place among the lines of the page; null when the page shows none.</param>
internal sealed record WalkStep(int Line, string Commands, IReadOnlyList<string> Words, WalkOutput? Output)
{
    /// <summary>Whether it is a step of a mode.</summary>
    public bool IsOf(string mode) => !Words.Any(w => w is "controller" or "extender") || Words.Contains(mode);
}
