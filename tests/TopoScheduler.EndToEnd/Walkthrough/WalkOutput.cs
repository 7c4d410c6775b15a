using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>What a page says that a step prints.</summary>
/// <param name="Start">Index of its first line in the page.</param>
/// <param name="Count">Lines.</param>
/// <param name="Text">The lines.</param>
internal sealed partial record WalkOutput(int Start, int Count, string Text)
{
    /// <summary>Whether something that was printed is that, whatever the ages, the letters that tell gangs of one name apart, and the width of columns.</summary>
    public bool IsSaidBy(string printed) => Plain(Text) == Plain(printed);

    /// <summary>The text without what differs from run to run.</summary>
    public static string Plain(string text) =>
        string.Join('\n', Blanks().Replace(Age().Replace(Letters().Replace(text, "${name}-xxxxx"), " 5s"), " ").Split('\n').Select(line => line.Trim())).Trim();

    [GeneratedRegex(@"\b(?<name>job-finetune)-[a-z0-9]{5}\b")]
    private static partial Regex Letters();

    [GeneratedRegex(@"(?<= ) (\d+m)?\d+s(?= |$)", RegexOptions.Multiline)]
    private static partial Regex Age();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
