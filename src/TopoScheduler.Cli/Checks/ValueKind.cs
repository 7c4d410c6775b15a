using System.Collections;
using System.Globalization;

namespace TopoScheduler.Cli.Checks;

/// <summary>What stands at the end of a path: whether it can be compared, and with what.</summary>
/// <param name="Type">Its type.</param>
internal readonly record struct ValueKind(Type Type)
{
    private bool IsNumber => Type == typeof(decimal) || (Type.IsPrimitive && Type != typeof(bool));

    /// <summary>Null when it can be compared so; else what is wrong.</summary>
    public string? Check(RuleOperator op, string literal)
    {
        if (IsNumber) return double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : $"\"{literal}\" is no number, which is what stands there; expected one";
        if (Type != typeof(string) && Type.IsAssignableTo(typeof(IEnumerable))) return "is a list; expected .length, [0] or a property of its items";
        if (Type != typeof(string) && !Type.IsPrimitive && !Type.IsEnum && Type != typeof(DateTimeOffset)) return "is an object; expected a value within it, or the path alone";
        if (op is not (RuleOperator.Equal or RuleOperator.NotEqual) && Type != typeof(DateTimeOffset)) return "is a word; expected == or !=";
        if (Type == typeof(bool)) return literal is "true" or "false" ? null : $"\"{literal}\": expected true or false";
        return Type.IsEnum && !Array.Exists(Enum.GetNames(Type), n => Plain(n) == Plain(literal)) ? $"\"{literal}\": expected one of {string.Join(", ", Enum.GetNames(Type))}" : null;
    }

    // Some words are spelled with dashes in JSON.
    private static string Plain(string word) => word.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
