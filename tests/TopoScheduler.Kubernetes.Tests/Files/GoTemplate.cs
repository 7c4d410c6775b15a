using System.Text.RegularExpressions;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>Fills in the <c>{{.name}}</c> of a Go template, and the <c>$NAME</c> of a shell template; all that published manifests use.</summary>
internal static partial class GoTemplate
{
    public static string Fill(string text, params (string Name, string Value)[] values)
    {
        var known = values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return Variable().Replace(text, m => known[m.Groups[1].Value]);
    }

    public static string FillShell(string text, params (string Name, string Value)[] values)
    {
        var known = values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return ShellVariable().Replace(text, m => known.GetValueOrDefault(m.Groups[1].Value, "x"));
    }

    [GeneratedRegex(@"\{\{\s*\.(\w+)\s*\}\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{?([A-Z_]+)\}?")]
    private static partial Regex ShellVariable();
}
