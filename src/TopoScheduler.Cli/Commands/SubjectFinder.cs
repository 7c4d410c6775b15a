using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Cli.Commands;

/// <summary>Finds what <c>explain</c> is asked about, and says what is meant perhaps where it is not there.</summary>
internal static class SubjectFinder
{
    private const int MostSuggested = 3;

    /// <summary>The subject and its gang; null when there is none, and what to say then.</summary>
    public static (ExplanationSubject Subject, SituationGang? Gang)? Find(ClusterSituation situation, ClusterSnapshot cluster, ExplainRequest request, out string wrong)
    {
        wrong = "";
        switch (request.Kind)
        {
            case ExplanationSubjectKind.Node:
                if (cluster.IndexOf(request.Name) >= 0) return (new(request.Kind, "", request.Name), null);
                wrong = Missing("node", request.Name, [.. cluster.Nodes.Select(n => (n.Name, ""))]);
                return null;
            case ExplanationSubjectKind.Pod:
                var pod = situation.Pods.FirstOrDefault(p => p.Namespace == request.Namespace && p.Name == request.Name);
                if (pod is not null && situation.GangOf(pod) is { } its) return (new(request.Kind, pod.Namespace, pod.Name), its);
                wrong = Missing($"pod {request.Namespace}/", request.Name, [.. situation.Pods.Select(p => (p.Name, p.Namespace))]);
                return null;
            default:
                return Gang(situation, request, out wrong);
        }
    }

    /// <summary>True when a gang is called so: <c>llama</c>, or <c>jobset/llama</c>.</summary>
    public static bool IsNamed(GangKey key, string name) =>
        key.Name == name || (name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && key.Name == name[(slash + 1)..] && key.Kind.Equals(name[..slash], StringComparison.OrdinalIgnoreCase));

    // A restarted gang has pods of two lives for a while: the later one is meant.
    private static (ExplanationSubject Subject, SituationGang? Gang)? Gang(ClusterSituation situation, ExplainRequest request, out string wrong)
    {
        wrong = "";
        var found = situation.Gangs.Where(g => g.Gang.Key.Namespace == request.Namespace && IsNamed(g.Gang.Key, request.Name)).OrderByDescending(g => g.Gang.Key.Restart).ToList();
        var kinds = found.Select(g => g.Gang.Key.Kind).Distinct(StringComparer.Ordinal).ToList();
        if (kinds.Count > 1)
        {
            wrong = $"argument \"{request.Name}\": {kinds.Count} gangs of namespace {request.Namespace} have this name, expected one of {string.Join(", ", kinds.Select(k => $"{k.ToLowerInvariant()}/{request.Name}"))}.";
            return null;
        }

        if (found.Count > 0) return (new(request.Kind, request.Namespace, found[0].Gang.Key.Name) { Gang = found[0].Gang.Key.Id }, found[0]);
        wrong = Missing($"gang {request.Namespace}/", request.Name, [.. situation.Gangs.Select(g => (g.Gang.Key.Name, g.Gang.Key.Namespace))]);
        return null;
    }

    private static string Missing(string what, string name, IReadOnlyList<(string Name, string Namespace)> known)
    {
        var same = known.Where(k => k.Name == name && k.Namespace.Length > 0).Select(k => $"{k.Name} -n {k.Namespace}").Distinct(StringComparer.Ordinal).ToList();
        var near = same.Count > 0 ? same : Nearest(name, known);
        var hint = near.Count == 0 ? known.Count == 0 ? "; the file holds none" : "" : $"; did you mean {string.Join(" or ", near)}?";
        var gap = what.EndsWith('/') ? "" : " ";
        return $"{what}{gap}{name} is not in the cluster file{hint}{(hint.EndsWith('?') ? "" : ".")}";
    }

    private static List<string> Nearest(string name, IReadOnlyList<(string Name, string Namespace)> known) =>
    [
        .. known.Select(k => (Text: k.Namespace.Length > 0 ? $"{k.Name} -n {k.Namespace}" : k.Name, Distance: Distance(name, k.Name)))
            .Where(k => k.Distance <= Tolerated(name)).OrderBy(k => k.Distance).ThenBy(k => k.Text, StringComparer.Ordinal)
            .Select(k => k.Text).Distinct(StringComparer.Ordinal).Take(MostSuggested),
    ];

    // Two letters that have changed places are two that differ.
    private static int Tolerated(string name) => name.Length < 4 ? 1 : Math.Max(2, name.Length / 3);

    // Letters added, dropped or replaced; names are short.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
