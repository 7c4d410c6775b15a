using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Filters;

/// <summary>
/// Required affinity and anti-affinity between members and the pods that are there already, both ways. What the gang asks of itself:
/// affinity → <see cref="SharedDomain"/> here, anti-affinity → <see cref="GangExclusion"/>.
/// </summary>
internal sealed class PodAffinity(ClusterSnapshot cluster, Gang gang)
{
    private readonly List<SharedDomain> _shared = [];

    /// <summary>Partitions found so far whose one domain must hold the members.</summary>
    public ImmutableArray<SharedDomain> SharedDomains => [.. _shared];

    /// <summary>Takes away the nodes a role may not use because of pods that are there, or because a topology key is missing.</summary>
    public void Judge(int role, FitConstraint?[] removed)
    {
        RefusedByOthers(gang.Roles[role].Template, removed);
        RefusesOthers(gang.Roles[role].Template, removed);
        if (!gang.Roles[role].Template.Affinity.IsEmpty) Attracted(role, removed);
    }

    private void RefusedByOthers(PodTemplate member, FitConstraint?[] removed)
    {
        var blocked = new Dictionary<string, bool[]>(StringComparer.Ordinal);
        foreach (var (node, pod) in cluster.PodColumns.AntiAffine)
        {
            foreach (var term in pod.Template.AntiAffinity)
            {
                if (!LabelMatch.Means(term, member)) continue;
                var column = cluster.NodeColumns.Label(term.TopologyKey);
                if (!blocked.TryGetValue(term.TopologyKey, out var domains))
                {
                    domains = new bool[column.Values.Length];
                    blocked.Add(term.TopologyKey, domains);
                }

                if (column.DomainOf[node] >= 0) domains[column.DomainOf[node]] = true;
            }
        }

        foreach (var (key, domains) in blocked)
        {
            RemoveDomains(cluster.NodeColumns.Label(key), domains, removed);
        }
    }

    private void RefusesOthers(PodTemplate member, FitConstraint?[] removed)
    {
        foreach (var term in member.AntiAffinity)
        {
            var column = cluster.NodeColumns.Label(term.TopologyKey);
            var blocked = new bool[column.Values.Length];
            for (var n = 0; n < removed.Length; n++)
            {
                var domain = column.DomainOf[n];
                if (domain >= 0 && !blocked[domain]) blocked[domain] = AnyMeant(term, n);
            }

            RemoveDomains(column, blocked, removed);
        }
    }

    private bool AnyMeant(PodAffinityTerm term, int node)
    {
        foreach (var pod in cluster.PodsOf(node))
        {
            if (LabelMatch.Means(term, pod.Template)) return true;
        }

        return false;
    }

    private static void RemoveDomains(LabelColumn column, bool[] blocked, FitConstraint?[] removed)
    {
        for (var n = 0; n < removed.Length; n++)
        {
            if (column.DomainOf[n] >= 0 && blocked[column.DomainOf[n]]) removed[n] ??= FitConstraint.Affinity;
        }
    }

    /// <summary>
    /// Affinity towards pods counts only pods that all terms mean. If there is none in any domain, kube-scheduler lets a pod that means
    /// itself be the first of its kind; whoever comes next must join its domains.
    /// </summary>
    private void Attracted(int role, FitConstraint?[] removed)
    {
        var terms = gang.Roles[role].Template.Affinity;
        var columns = new LabelColumn[terms.Length];
        var wanted = new bool[terms.Length][];
        for (var t = 0; t < terms.Length; t++)
        {
            columns[t] = cluster.NodeColumns.Label(terms[t].TopologyKey);
            wanted[t] = new bool[columns[t].Values.Length];
        }

        var anyThere = FindMeant(terms, columns, wanted);
        var first = !anyThere && Gather(role, columns);
        for (var n = 0; n < removed.Length; n++)
        {
            for (var t = 0; t < columns.Length; t++)
            {
                var domain = columns[t].DomainOf[n];
                if (domain < 0 || (!first && !wanted[t][domain])) removed[n] ??= FitConstraint.Affinity;
            }
        }
    }

    /// <summary>Marks the domains that hold pods meant by all terms; false when there are none.</summary>
    private bool FindMeant(ImmutableArray<PodAffinityTerm> terms, LabelColumn[] columns, bool[][] wanted)
    {
        var any = false;
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            foreach (var pod in cluster.PodsOf(n))
            {
                if (!LabelMatch.MeansAll(terms, pod.Template)) continue;
                for (var t = 0; t < columns.Length; t++)
                {
                    var domain = columns[t].DomainOf[n];
                    if (domain < 0) continue;
                    wanted[t][domain] = true;
                    any = true;
                }

                break;
            }
        }

        return any;
    }

    /// <summary>Makes the role and every role its terms mean share one domain per key; false when the terms mean no member at all.</summary>
    private bool Gather(int role, LabelColumn[] columns)
    {
        var terms = gang.Roles[role].Template.Affinity;
        var together = new bool[gang.Roles.Length];
        var any = false;
        for (var r = 0; r < together.Length; r++)
        {
            together[r] = LabelMatch.MeansAll(terms, gang.Roles[r].Template);
            any |= together[r];
        }

        together[role] = true;
        foreach (var column in any ? columns : [])
        {
            var shared = new SharedDomain(column.Key, column.DomainOf) { Roles = together };
            if (!_shared.Exists(other => other.Key == shared.Key && other.Roles.AsSpan().SequenceEqual(together))) _shared.Add(shared);
        }

        return any;
    }
}
