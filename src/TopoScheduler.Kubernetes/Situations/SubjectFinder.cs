using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>Finds what <c>explain</c> is asked about, and says what is meant perhaps where it is not there.</summary>
public static class SubjectFinder
{
    private const int MostSuggested = 3;

    /// <summary>The subject and its gang; null when there is none, and what to say then.</summary>
    public static (ExplanationSubject Subject, SituationGang? Gang)? Find(ClusterSituation situation, ClusterSnapshot cluster, SubjectRequest request, out string wrong)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        wrong = "";
        switch (request.Kind)
        {
            case ExplanationSubjectKind.Node:
                if (cluster.IndexOf(request.Name) >= 0) return (new(request.Kind, "", request.Name), null);
                wrong = Missing(request, "node", [.. cluster.Nodes.Select(n => (n.Name, ""))]);
                return null;
            case ExplanationSubjectKind.Pod:
                var pod = situation.Pods.FirstOrDefault(p => p.Namespace == request.Namespace && p.Name == request.Name);
                if (pod is not null && situation.GangOf(pod) is { } its) return (new(request.Kind, pod.Namespace, pod.Name), its);
                wrong = Missing(request, $"pod {request.Namespace}/", [.. situation.Pods.Select(p => (p.Name, p.Namespace))]);
                return null;
            default:
                return Gang(situation, request, out wrong);
        }
    }

    // A restarted gang has pods of two lives for a while: the later one is meant.
    private static (ExplanationSubject Subject, SituationGang? Gang)? Gang(ClusterSituation situation, SubjectRequest request, out string wrong)
    {
        wrong = "";
        var found = situation.Gangs.Where(g => g.Gang.Key.Namespace == request.Namespace && request.IsNamed(g.Gang.Key)).OrderByDescending(g => g.Gang.Key.Restart).ToList();
        var kinds = found.Select(g => g.Gang.Key.Kind).Distinct(StringComparer.Ordinal).ToList();
        if (kinds.Count > 1)
        {
            wrong = $"gang {request.Namespace}/{request.Name}: {kinds.Count} gangs have this name, expected one of {string.Join(", ", kinds.Select(k => $"{k.ToLowerInvariant()}/{request.Name}"))}.";
            return null;
        }

        if (found.Count > 0) return (new(request.Kind, request.Namespace, found[0].Gang.Key.Name) { Gang = found[0].Gang.Key.Id }, found[0]);
        wrong = Missing(request, $"gang {request.Namespace}/", [.. situation.Gangs.Select(g => (g.Gang.Key.Name, g.Gang.Key.Namespace))]);
        return null;
    }

    private static string Missing(SubjectRequest request, string what, IReadOnlyList<(string Name, string Namespace)> all)
    {
        // Nodes have no namespace.
        IReadOnlyList<(string Name, string Namespace)> known = request.OwnNamespaceOnly ? [.. all.Where(k => k.Namespace.Length == 0 || k.Namespace == request.Namespace)] : all;
        var same = known.Where(k => k.Name == request.Name && k.Namespace.Length > 0).Select(k => Text(request, k)).Distinct(StringComparer.Ordinal).ToList();
        var near = same.Count > 0 ? same : Nearest(request, known);
        var hint = near.Count == 0 ? known.Count == 0 ? "; there is none" : "" : $"; did you mean {string.Join(" or ", near)}?";
        var gap = what.EndsWith('/') ? "" : " ";
        return $"{what}{gap}{request.Name} is not in {request.Place}{hint}{(hint.EndsWith('?') ? "" : ".")}";
    }

    private static List<string> Nearest(SubjectRequest request, IReadOnlyList<(string Name, string Namespace)> known) =>
    [
        .. known.Select(k => (Text: Text(request, k), Distance: EditDistance.Of(request.Name, k.Name)))
            .Where(k => k.Distance <= Tolerated(request.Name)).OrderBy(k => k.Distance).ThenBy(k => k.Text, StringComparer.Ordinal)
            .Select(k => k.Text).Distinct(StringComparer.Ordinal).Take(MostSuggested),
    ];

    private static string Text(SubjectRequest request, (string Name, string Namespace) known) =>
        known.Namespace.Length > 0 && !request.OwnNamespaceOnly ? $"{known.Name} -n {known.Namespace}" : known.Name;

    // Two letters that have changed places are two that differ.
    private static int Tolerated(string name) => name.Length < 4 ? 1 : Math.Max(2, name.Length / 3);
}
