using System.Text.RegularExpressions;

namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>
/// A page of the documents whose commands are run. Each block <c>sh</c> is a step; a block <c>text</c> before the next one is what it prints. A comment
/// <c>&lt;!-- walk: words --&gt;</c> on the line before a block is about that block.
/// </summary>
internal sealed partial class WalkPage
{
    private readonly string _file;
    private readonly List<string> _lines;

    private WalkPage(string file)
    {
        _file = file;
        _lines = [.. File.ReadAllLines(file)];
        Steps = [.. Read()];
    }

    /// <summary>The steps in the order of the page.</summary>
    public IReadOnlyList<WalkStep> Steps { get; }

    /// <summary>Reads a page below <c>docs</c>.</summary>
    public static WalkPage Load(string name) => new(Path.Combine(Toposched.Root, "docs", name));

    /// <summary>Writes what was printed in the place of what the page said; the last block first, so that places stay right.</summary>
    public void Write(IEnumerable<(WalkOutput Said, string Printed)> outputs)
    {
        foreach (var (said, printed) in outputs.OrderByDescending(o => o.Said.Start))
        {
            _lines.RemoveRange(said.Start, said.Count);
            _lines.InsertRange(said.Start, printed.TrimEnd().Split('\n').Select(line => line.TrimEnd()));
        }

        File.WriteAllText(_file, string.Join('\n', _lines) + '\n');
    }

    private IEnumerable<WalkStep> Read()
    {
        WalkStep? step = null;
        for (var i = 0; i < _lines.Count; i++)
        {
            if (!_lines[i].StartsWith("```", StringComparison.Ordinal)) continue;
            var kind = _lines[i][3..];
            var end = _lines.IndexOf("```", i + 1);
            Assert.True(end > i, $"{_file}:{i + 1}: a block that does not end");
            var text = string.Join('\n', _lines[(i + 1)..end]);
            if (kind == "text")
            {
                Assert.True(step is { Output: null }, $"{_file}:{i + 1}: output of no commands");
                step = step! with { Output = new(i + 1, end - i - 1, text) };
            }
            else if (kind == "sh")
            {
                if (step is not null) yield return step;
                step = new(i + 1, text, i > 0 && Comment().Match(_lines[i - 1]) is { Success: true } match ? match.Groups["words"].Value.Split(' ') : [], null);
            }

            i = end;
        }

        if (step is not null) yield return step;
    }

    [GeneratedRegex("^<!-- walk: (?<words>[a-z ]+) -->$")]
    private static partial Regex Comment();
}
