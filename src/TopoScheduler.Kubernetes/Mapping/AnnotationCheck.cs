using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Tells about annotations that say nothing to us though they were meant to: misspelled ones, ours written as labels, and other schedulers'.</summary>
internal static class AnnotationCheck
{
    /// <summary>Checks the metadata of an object or a template.</summary>
    public static void Check(ImmutableDictionary<string, string> annotations, ImmutableDictionary<string, string> labels, ObjectProblems problems)
    {
        foreach (var (key, value) in annotations.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            if (!PeerKeys.All.Contains(key) && PeerKeys.Prefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal)))
            {
                problems.Warning(
                    $"annotation {key}={Field.Quote(value)}: not honoured by this version; expected {AnnotationKeys.RequiredTopology} or {AnnotationKeys.PreferredTopology}.");
            }
            else if (IsUnknown(key))
            {
                problems.Warning($"annotation {key}={Field.Quote(value)}: unknown key, ignored{(problems.IsFull ? "." : Spelling.Hint(key, AnnotationKeys.Authored))}");
            }
        }

        foreach (var (key, value) in labels.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            if (AnnotationKeys.Authored.Contains(key))
            {
                problems.Warning($"label {key}={Field.Quote(value)}: is read from annotations only, ignored; expected an annotation of this key.");
            }
        }
    }

    private static bool IsUnknown(string key) =>
        key.StartsWith(AnnotationKeys.Prefix, StringComparison.Ordinal) && !AnnotationKeys.Authored.Contains(key) && !AnnotationKeys.Written.Contains(key);
}
