using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>
/// The default filters once more, the slow way: one pod against one node, with the nodes and pods as plain lists and nothing carried over
/// from one question to the next. What it says is what the columns must say.
/// </summary>
internal sealed class NaiveScheduler(IReadOnlyList<NodeInfo> nodes, IEnumerable<PodInfo> pods)
{
    private readonly List<(PodTemplate Template, NodeInfo Node, bool Terminating)> _pods =
        [.. pods.Select(p => (p.Template, nodes.Single(n => n.Name == p.NodeName), p.Terminating))];

    public void Bind(PodTemplate pod, NodeInfo node) => _pods.Add((pod, node, false));

    /// <summary>The first filter that refuses the node, in the order of reports; null when the pod may be bound there.</summary>
    public FitConstraint? Refuses(PodTemplate pod, NodeInfo node)
    {
        if (!node.Ready || !node.Power.Powered) return FitConstraint.Readiness;
        if (node.Unschedulable && !pod.Tolerations.Any(t => Tolerates(t, new("node.kubernetes.io/unschedulable", "", "NoSchedule")))) return FitConstraint.Readiness;
        if (!TaintsTolerated(pod, node)) return FitConstraint.Taints;
        if (!NodeAffinityMet(pod, node) || !(pod.NodeName is null or "" || pod.NodeName == node.Name)) return FitConstraint.Affinity;
        if (!ExistingPodsAllow(pod, node) || !MemberAllows(pod, node) || !AffinityMet(pod, node)) return FitConstraint.Affinity;
        if (!pod.VolumeAffinity.All(v => v.IsEmpty || v.Any(t => TermMet(t, node)))) return FitConstraint.Volumes;
        if (pod.HostPorts.Any(p => On(node).Any(o => o.HostPorts.Any(q => Conflict(p, q))))) return FitConstraint.Other;
        if (!pod.Spread.All(c => SpreadMet(pod, c, node))) return FitConstraint.Spread;
        if (pod.Requests.Any(r => r.Value > 0 && r.Value > node.Allocatable[r.Key] - On(node).Sum(o => o.Requests[r.Key]))) return FitConstraint.Resources;
        return On(node).Count() + 1 > node.Allocatable["pods"] ? FitConstraint.PodCount : null;
    }

    private IEnumerable<PodTemplate> On(NodeInfo node) => _pods.Where(p => p.Node.Name == node.Name).Select(p => p.Template);

    private static bool TaintsTolerated(PodTemplate pod, NodeInfo node) =>
        node.Taints.All(taint => taint.Effect == "PreferNoSchedule" || pod.Tolerations.Any(t => Tolerates(t, taint)));

    private static bool Tolerates(Toleration toleration, Taint taint) =>
        (toleration.Effect is null or "" || toleration.Effect == taint.Effect)
        && (toleration.Key is null or "" || toleration.Key == taint.Key)
        && (toleration.Exists || (toleration.Value ?? "") == (taint.Value ?? ""));

    private static bool NodeAffinityMet(PodTemplate pod, NodeInfo node) =>
        pod.NodeSelector.All(s => node.Labels.TryGetValue(s.Key, out var v) && v == s.Value)
        && (pod.NodeAffinity.IsEmpty || pod.NodeAffinity.Any(t => TermMet(t, node)));

    private static bool TermMet(NodeSelectorTerm term, NodeInfo node) =>
        term.Labels.Length + term.Fields.Length > 0
        && term.Labels.All(r => Met(r, node.Labels.GetValueOrDefault(r.Key)))
        && term.Fields.All(r => r.Values.Length == 1 && (r.Operator == SelectorOperator.In ? r.Values[0] == node.Name : r.Values[0] != node.Name));

    private static bool Met(SelectorRequirement r, string? value) => r.Operator switch
    {
        SelectorOperator.In => value is not null && r.Values.Contains(value),
        SelectorOperator.NotIn => value is null || !r.Values.Contains(value),
        SelectorOperator.Exists => value is not null,
        SelectorOperator.DoesNotExist => value is null,
        SelectorOperator.Gt => int.TryParse(value, out var v) && v > int.Parse(r.Values[0]),
        _ => int.TryParse(value, out var v) && v < int.Parse(r.Values[0]),
    };

    private static bool Means(LabelSelector? selector, PodTemplate pod) =>
        selector is not null && selector.Requirements.All(r => Met(r, pod.Labels.GetValueOrDefault(r.Key)));

    private static bool Means(PodAffinityTerm term, PodTemplate pod) =>
        (term.Namespaces.IsEmpty || term.Namespaces.Contains(pod.Namespace)) && Means(term.Selector, pod);

    private static bool Same(string key, NodeInfo a, NodeInfo b) =>
        a.Labels.TryGetValue(key, out var x) && b.Labels.TryGetValue(key, out var y) && x == y;

    private bool ExistingPodsAllow(PodTemplate pod, NodeInfo node) =>
        !_pods.Any(p => p.Template.AntiAffinity.Any(t => Means(t, pod) && Same(t.TopologyKey, p.Node, node)));

    private bool MemberAllows(PodTemplate pod, NodeInfo node) =>
        !pod.AntiAffinity.Any(t => _pods.Any(p => Means(t, p.Template) && Same(t.TopologyKey, p.Node, node)));

    private bool AffinityMet(PodTemplate pod, NodeInfo node)
    {
        if (pod.Affinity.IsEmpty) return true;
        if (!pod.Affinity.All(t => node.Labels.ContainsKey(t.TopologyKey))) return false;
        var kin = _pods.Where(p => pod.Affinity.All(t => Means(t, p.Template))).ToList();
        if (pod.Affinity.All(t => kin.Any(p => Same(t.TopologyKey, p.Node, node)))) return true;
        var none = !kin.Any(p => pod.Affinity.Any(t => p.Node.Labels.ContainsKey(t.TopologyKey)));
        return none && pod.Affinity.All(t => Means(t, pod));
    }

    private static bool Conflict(HostPort a, HostPort b) =>
        a.Port == b.Port && a.Protocol == b.Protocol && (a.HostIp == b.HostIp || a.HostIp == "0.0.0.0" || b.HostIp == "0.0.0.0");

    private bool SpreadMet(PodTemplate pod, SpreadConstraint c, NodeInfo node)
    {
        if (!node.Labels.TryGetValue(c.TopologyKey, out var mine)) return false;
        var counted = nodes.Where(n => pod.Spread.All(s => n.Labels.ContainsKey(s.TopologyKey))
            && (!c.HonorAffinity || NodeAffinityMet(pod, n))
            && (!c.HonorTaints || TaintsTolerated(pod, n))).ToList();
        var totals = counted.GroupBy(n => n.Labels[c.TopologyKey]).ToDictionary(g => g.Key, g => g.Sum(n => Matching(pod, c, n)));
        if (totals.Count == 0) return true;
        var least = totals.Count < c.MinDomains ? 0 : totals.Values.Min();
        return totals.GetValueOrDefault(mine) + (Means(c.Selector, pod) ? 1 : 0) - least <= c.MaxSkew;
    }

    private int Matching(PodTemplate pod, SpreadConstraint c, NodeInfo node) => c.Selector is null or { Requirements.IsEmpty: true }
        ? 0
        : _pods.Count(p => p.Node.Name == node.Name && !p.Terminating && p.Template.Namespace == pod.Namespace && Means(c.Selector, p.Template));
}
