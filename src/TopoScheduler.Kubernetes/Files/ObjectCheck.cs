using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>What can be wrong with any object of a file, whatever its kind. Remembers which kinds there were, for files that hold none of those wanted.</summary>
internal sealed class ObjectCheck
{
    private const int MostKindsShown = 5;
    private const int LongestName = 253;

    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private bool _refused;

    /// <summary>What was found instead of what is wanted: the start of a message.</summary>
    public string FoundInstead(string wanted)
    {
        if (_kinds.Count == 0)
        {
            return $"holds no {wanted}, nor any other object{(_refused ? " that can be read" : "")}";
        }

        var shown = _kinds.Take(MostKindsShown).Select(k => $"{k.Value} {k.Key}");
        var more = _kinds.Count > MostKindsShown ? $" and {_kinds.Count - MostKindsShown} more kinds" : "";
        return $"holds no {wanted}, only {string.Join(", ", shown)}{more}";
    }

    /// <summary>The error of something that is no object, or a list that is none; null when it can be read.</summary>
    public Problem? Refuse(FoundObject found, ObjectName name)
    {
        var problem = Wrong(found, name);
        _refused |= problem is not null;
        if (problem is null)
        {
            var version = name.ApiVersion.Length > 0 ? $"({name.ApiVersion})" : "without apiVersion";
            var kind = $"{name.Kind} {version}";
            _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        }

        return problem;
    }

    /// <summary>Tells a key that stands twice. No error: published manifests have it, and kubectl takes the last as we do.</summary>
    public static void TellRepeat(Tree tree, ObjectProblems problems)
    {
        if (tree.Repeated is { } repeated)
        {
            problems.Warning($"key {Field.Quote(repeated.Key)} stands twice in one map (line {repeated.Line}); the last value is used, expected one.");
        }
    }

    /// <summary>What a name may be, for messages.</summary>
    public static string ExpectedName { get; } = $"at most {LongestName} lower case letters, digits, \"-\" or \".\", the first and last a letter or digit";

    /// <summary>True for a name Kubernetes accepts for nodes, pods and jobs.</summary>
    public static bool IsName(string name)
    {
        if (name.Length is 0 or > LongestName || name[0] is '-' or '.' || name[^1] is '-' or '.')
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static Problem? Wrong(FoundObject found, ObjectName name)
    {
        if (found.Tree.Kind != TreeKind.Map)
        {
            return Problem.Error(found.Place, $"{Field.Show(found.Tree)} is no Kubernetes object, expected apiVersion, kind, metadata and spec.");
        }

        var kind = found.Tree["kind"];
        if (name.Kind.Length == 0)
        {
            return Problem.Error(found.Place, $"is no Kubernetes object: kind: {Field.Show(kind)}, expected apiVersion, kind, metadata and spec.");
        }

        var items = found.Tree["items"];
        return name.Kind.EndsWith("List", StringComparison.Ordinal) && items.Kind is TreeKind.Scalar or TreeKind.Map
            ? Problem.Error(found.Place, $"items of the {name.Kind}: {Field.Show(items)}, expected a list of objects.")
            : null;
    }
}
