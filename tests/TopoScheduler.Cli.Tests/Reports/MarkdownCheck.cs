using System.Text.RegularExpressions;

namespace TopoScheduler.Cli.Tests.Reports;

/// <summary>What holds of every Markdown page, whatever is in it.</summary>
internal static partial class MarkdownCheck
{
    /// <summary>GitHub refuses a longer comment.</summary>
    public const int MostCommentCharacters = 65_536;

    /// <summary>No text of strangers is markup, a link or a mention, and tables hold together. What stands in code is shown as it is, and not looked at.</summary>
    public static void Harmless(string text)
    {
        var read = Code().Replace(text, "");
        Assert.DoesNotContain("<script", read, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(@"(?<!\\)\]\(", read);
        Assert.DoesNotContain("@all", read, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", read, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?<!\\)`", read);
        Assert.Equal(read.Split("<details").Length, read.Split("</details>").Length);
        Tables(read);
    }

    /// <summary>The rows of a table have equally many cells.</summary>
    public static void Tables(string text)
    {
        var cells = 0;
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith('|'))
            {
                cells = 0;
                continue;
            }

            var mine = line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|');
            Assert.True(cells == 0 || cells == mine, $"{mine} bars instead of {cells}: {line}");
            cells = mine;
        }
    }

    // A run of backticks, and what is up to an equal run.
    [GeneratedRegex(@"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")]
    private static partial Regex Code();
}
