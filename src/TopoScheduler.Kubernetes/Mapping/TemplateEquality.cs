using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Whether two templates ask for the same, by value.</summary>
internal static class TemplateEquality
{
    // Labels that only number the pods of a set; they do not make them different.
    private static readonly ImmutableHashSet<string> Numbering =
    [
        "batch.kubernetes.io/job-completion-index", "apps.kubernetes.io/pod-index", "statefulset.kubernetes.io/pod-name", "training.kubeflow.org/replica-index",
        "leaderworkerset.sigs.k8s.io/worker-index", "jobset.sigs.k8s.io/job-index", "jobset.sigs.k8s.io/job-key", "jobset.sigs.k8s.io/job-global-index",
        "volcano.sh/task-index",
    ];

    /// <summary>True when they ask for the same.</summary>
    public static bool Same(PodTemplate a, PodTemplate b) => ReferenceEquals(a, b) || (a.Requests.Equals(b.Requests) && a.Power == b.Power && Key(a) == Key(b));

    // Every text is written with its length, so that different templates cannot come to one key.
    private static string Key(PodTemplate template)
    {
        var key = new StringBuilder();
        Write(key, template.Namespace);
        Write(key, template.Labels.Where(l => !Numbering.Contains(l.Key)));
        Write(key, template.NodeSelector);
        Write(key, template.NodeName ?? "");
        Write(key, template.NodeAffinity);
        foreach (var terms in template.VolumeAffinity)
        {
            Write(key, "volume");
            Write(key, terms);
        }

        Write(key, string.Join('\n', template.Tolerations.Select(t => t.ToString())));
        Write(key, string.Join('\n', template.HostPorts.Select(p => p.ToString())));
        Write(key, template.Affinity);
        Write(key, template.AntiAffinity);
        foreach (var spread in template.Spread)
        {
            Write(key, string.Create(CultureInfo.InvariantCulture, $"{spread.MaxSkew} {spread.MinDomains} {spread.HonorAffinity} {spread.HonorTaints}"));
            Write(key, spread.TopologyKey);
            Write(key, spread.Selector);
        }

        return key.ToString();
    }

    private static void Write(StringBuilder key, string text) => key.Append(text.Length).Append(':').Append(text);

    private static void Write(StringBuilder key, IEnumerable<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            Write(key, name);
            Write(key, value);
        }

        key.Append(';');
    }

    private static void Write(StringBuilder key, ImmutableArray<NodeSelectorTerm> terms)
    {
        foreach (var term in terms)
        {
            Write(key, new LabelSelector(term.Labels));
            Write(key, new LabelSelector(term.Fields));
        }

        key.Append(';');
    }

    private static void Write(StringBuilder key, ImmutableArray<PodAffinityTerm> terms)
    {
        foreach (var term in terms)
        {
            Write(key, term.Selector);
            Write(key, string.Join(',', term.Namespaces));
            Write(key, term.TopologyKey);
        }

        key.Append(';');
    }

    private static void Write(StringBuilder key, LabelSelector? selector)
    {
        if (selector is null)
        {
            key.Append('-');
            return;
        }

        foreach (var requirement in selector.Requirements)
        {
            Write(key, requirement.Key);
            key.Append((int)requirement.Operator);
            foreach (var value in requirement.Values)
            {
                Write(key, value);
            }

            key.Append(',');
        }

        key.Append(';');
    }
}
