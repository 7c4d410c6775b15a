using System.Globalization;
using System.Text.Json;

namespace TopoScheduler.Cli.Checks;

/// <summary>How a rule compares.</summary>
internal enum RuleOperator
{
    /// <summary>There is a value: <c>path</c>.</summary>
    Exists,

    /// <summary>There is none: <c>!path</c>.</summary>
    IsMissing,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&gt;</c></summary>
    Above,

    /// <summary><c>&gt;=</c></summary>
    AtLeast,

    /// <summary><c>&lt;</c></summary>
    Below,

    /// <summary><c>&lt;=</c></summary>
    AtMost,
}

/// <summary>
/// One condition of <c>--fail-if</c> on a report: a path into its JSON, an operator and a literal. A path through a list asks every item, and holds when it holds
/// for one; what is not there fulfils nothing but <c>!path</c>.
/// </summary>
/// <param name="Text">As it was written.</param>
/// <param name="Path">The steps of the path.</param>
/// <param name="Operator">How it compares.</param>
/// <param name="Literal">What with; empty for <c>path</c> and <c>!path</c>.</param>
internal sealed record FailRule(string Text, IReadOnlyList<PathStep> Path, RuleOperator Operator, string Literal)
{
    /// <summary>Whether it holds, and the value for which it does; null: it does not.</summary>
    public string? HoldsFor(JsonElement report)
    {
        var values = Values(report, 0).ToList();
        return Operator switch
        {
            RuleOperator.Exists => values.Count > 0 ? Shown(values[0]) : null,
            RuleOperator.IsMissing => values.Count == 0 ? "absent" : null,
            _ => values.Where(Holds).Select(Shown).FirstOrDefault(),
        };
    }

    private IEnumerable<JsonElement> Values(JsonElement at, int step)
    {
        if (step == Path.Count) return [at];
        var next = Path[step];
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                return next.Name is { } name && at.TryGetProperty(name, out var value) ? Values(value, step + 1) : [];
            case JsonValueKind.Array when next.Index is { } index:
                return index < at.GetArrayLength() ? Values(at[index], step + 1) : [];
            case JsonValueKind.Array when next.Name == PathStep.Length && step == Path.Count - 1:
                return [JsonElement.Parse(at.GetArrayLength().ToString(CultureInfo.InvariantCulture))];
            case JsonValueKind.Array:
                return at.EnumerateArray().SelectMany(item => Values(item, step));
            default:
                return [];
        }
    }

    private bool Holds(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return double.TryParse(Literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Compares(value.GetDouble().CompareTo(number));
        }

        // Words are spelled as people do: NoFit and nofit are one.
        return Compares(string.Compare(Shown(value), Literal, StringComparison.OrdinalIgnoreCase));
    }

    private bool Compares(int order) => Operator switch
    {
        RuleOperator.Equal => order == 0,
        RuleOperator.NotEqual => order != 0,
        RuleOperator.Above => order > 0,
        RuleOperator.AtLeast => order >= 0,
        RuleOperator.Below => order < 0,
        _ => order <= 0,
    };

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Array => $"a list of {value.GetArrayLength()}",
        _ => "an object",
    };
}

/// <summary>One step of a path: a property, or the item of a list.</summary>
/// <param name="Name">Name of the property; null for an item.</param>
/// <param name="Index">Number of the item, from 0; null for a property.</param>
internal readonly record struct PathStep(string? Name, int? Index)
{
    /// <summary>The name that stands for how many items a list has.</summary>
    public const string Length = "length";
}
