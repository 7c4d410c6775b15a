using System.Text.RegularExpressions;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>What the value of a label may be in Kubernetes.</summary>
internal static partial class LabelValue
{
    /// <summary>Most characters.</summary>
    public const int Longest = 63;

    /// <summary>What was expected, for messages.</summary>
    public static string Expected => $"at most {Longest} letters, digits, '-', '_' and '.', the first and last a letter or digit";

    /// <summary>True for a value that a label can have; the empty one is.</summary>
    public static bool IsOne(string text) => text.Length <= Longest && Form().IsMatch(text);

    [GeneratedRegex("^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?\\z")]
    private static partial Regex Form();
}
