using System.Globalization;

namespace TopoScheduler.Cli.Checks;

/// <summary>
/// Reads conditions of <c>--fail-if</c>: <c>estimate.gapPercent&gt;10</c>, <c>counterOffers.length&gt;0</c>, <c>power.domains[0].name==pdu-1</c>, <c>placement</c>,
/// <c>!power</c>. Every path is held against what a report can have, so that a mistyped condition is an error and not one that never holds.
/// </summary>
internal static class FailRuleReader
{
    private const string Form = "expected a path into the report's JSON, one of ==, !=, >, >=, <, <= and a number or word, such as \"estimate.gapPercent>10\"; or a path alone, or one after \"!\"";

    // Longer ones first: ">=" begins with ">".
    private static readonly (string Sign, RuleOperator Operator)[] Signs =
    [
        ("==", RuleOperator.Equal), ("!=", RuleOperator.NotEqual), (">=", RuleOperator.AtLeast), ("<=", RuleOperator.AtMost), (">", RuleOperator.Above), ("<", RuleOperator.Below),
    ];

    /// <summary>Reads one; else what is wrong with it.</summary>
    public static (FailRule? Rule, string Error) Read(string text)
    {
        var (path, sign, literal) = Split(text.Trim());
        var negated = sign is null && path.StartsWith('!');
        if (Steps(negated ? path[1..].Trim() : path) is not { } steps) return (null, Form);
        if (ReportPaths.Check(steps, out var kind) is { } wrong) return (null, wrong);
        if (sign is null) return (new(text, steps, negated ? RuleOperator.IsMissing : RuleOperator.Exists, ""), "");
        if (literal.Length == 0) return (null, Form);
        var op = Array.Find(Signs, s => s.Sign == sign).Operator;
        return kind.Check(op, literal) is { } error ? (null, error) : (new(text, steps, op, literal), "");
    }

    // The first sign counts: a word may hold another one, a path cannot.
    private static (string Path, string? Sign, string Literal) Split(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var (sign, _) in Signs)
            {
                if (i > 0 && string.CompareOrdinal(text, i, sign, 0, sign.Length) == 0) return (text[..i].Trim(), sign, Unquoted(text[(i + sign.Length)..].Trim()));
            }
        }

        return (text, null, "");
    }

    private static string Unquoted(string text) => text is ['"' or '\'', .., '"' or '\''] && text[0] == text[^1] ? text[1..^1] : text;

    private static List<PathStep>? Steps(string path)
    {
        var steps = new List<PathStep>();
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? part : part[..bracket];
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return null;
            steps.Add(new(name, null));
            if (bracket < 0) continue;
            if (part[^1] != ']' || !int.TryParse(part.AsSpan(bracket + 1, part.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return null;
            steps.Add(new(null, index));
        }

        return steps;
    }
}
