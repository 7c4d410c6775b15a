using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// What eliminates each node for a gang, in the order the engine finds it: a filter, a required tier the node has no label for, a power domain over its budget, a
/// power domain without watts for one member. Each node counts once.
/// </summary>
internal sealed class NodeVerdicts
{
    private const int MostNames = 8;
    private const int MostDetails = 12;

    private readonly PlacementProblem _problem;
    private readonly int _role;
    private bool[]? _inAffinity;

    /// <param name="problem">The gang on the cluster, configured for the members that must be placed.</param>
    public NodeVerdicts(PlacementProblem problem)
    {
        _problem = problem;
        _role = problem.Kinds[CostModel.Lead(problem.Kinds)].Roles[0];
    }

    /// <summary>The constraint that eliminates a node for every role; null when some member may go there.</summary>
    public FitConstraint? Of(int node)
    {
        if (RemovedBy(node) is { } removed) return removed;
        if (!_problem.Partitions.Covers(node)) return TierOf(_problem.Gang.Hints.Required ?? _problem.Gang.Hints.SegmentTier);
        return _problem.Usable[node] && HasWatts(node) ? null : FitConstraint.Power;
    }

    /// <summary>All nodes.</summary>
    public ExplanationNodes Report()
    {
        var groups = new Dictionary<(FitConstraint, string), List<string>>();
        var (usable, slots, free, most) = (0, 0L, 0L, 0L);
        for (var n = 0; n < _problem.Cluster.Nodes.Length; n++)
        {
            var verdict = Of(n);
            if (verdict is null)
            {
                usable++;
                slots += _problem.Kinds.Max(k => (long)k.Slots[n]);
            }
            else
            {
                var key = (verdict.Value, DetailOf(n, verdict.Value));
                if (!groups.TryGetValue(key, out var names)) groups.Add(key, names = []);
                names.Add(_problem.Cluster.Nodes[n].Name);
            }

            if (verdict is null or FitConstraint.Resources)
            {
                var here = FreeDevicesOf(n);
                (free, most) = (free + here, Math.Max(most, here));
            }
        }

        return new(_problem.Cluster.Nodes.Length, usable, Whole(slots), Eliminated(groups)) { FreeGpus = Whole(free), MostFreeGpus = Whole(most) };
    }

    /// <summary>What exactly eliminates a node, in few words.</summary>
    public string DetailOf(int node, FitConstraint constraint)
    {
        var (info, pod) = (_problem.Cluster.Nodes[node], _problem.Gang.Roles[_role].Template);
        return constraint switch
        {
            FitConstraint.Readiness => !info.Ready ? "not Ready" : !info.Power.Powered ? "switched off" : "cordoned",
            FitConstraint.Taints => TaintOf(info, pod),
            FitConstraint.Affinity => AffinityOf(info, pod),
            FitConstraint.Spread => "a topology spread constraint is full there",
            FitConstraint.Volumes => "cannot reach a volume of the pods",
            FitConstraint.PodCount => $"runs as many pods as it may ({info.Allocatable[ResourceList.Pods].ToString(CultureInfo.InvariantCulture)})",
            FitConstraint.Resources => ShortOf(node),
            FitConstraint.Power => PowerOf(node),
            FitConstraint.Tier or FitConstraint.NvLink => _problem.Partitions.Covers(node) ? "outside the domain its other members are in" : $"no label for {_problem.Gang.Hints.Required ?? _problem.Gang.Hints.SegmentTier}",
            _ => "a host port of the pods is in use",
        };
    }

    /// <summary>What a required tier counts as.</summary>
    public static FitConstraint TierOf(TierTarget? target) => target is { LabelKey: null } tier && tier.Tier == Tier.NvLinkDomain ? FitConstraint.NvLink : FitConstraint.Tier;

    private static ImmutableArray<NodeElimination> Eliminated(Dictionary<(FitConstraint Constraint, string Detail), List<string>> groups) =>
    [
        .. groups.GroupBy(g => g.Key.Constraint)
            .OrderByDescending(g => g.Sum(d => d.Value.Count)).ThenBy(g => g.Key)
            .Select(g => new NodeElimination(g.Key, g.Sum(d => d.Value.Count), Details(g.Select(d => (d.Key.Detail, d.Value))))),
    ];

    private static ImmutableArray<EliminationDetail> Details(IEnumerable<(string Detail, List<string> Names)> details) =>
    [
        .. details.OrderByDescending(d => d.Names.Count).ThenBy(d => d.Detail, StringComparer.Ordinal).Take(MostDetails)
            .Select(d => new EliminationDetail(d.Detail, d.Names.Count, [.. d.Names.Take(MostNames)])),
    ];

    private FitConstraint? RemovedBy(int node)
    {
        FitConstraint? first = null;
        for (var r = 0; r < _problem.RoleCounts.Length; r++)
        {
            if (_problem.RoleCounts[r] == 0) continue;
            if (_problem.Table.Removed[r][node] is not { } constraint) return null;
            if (first is null || r == _role) first = constraint;
        }

        return first;
    }

    // True when some kind that fits there finds the watts for one of its members.
    private bool HasWatts(int node)
    {
        foreach (var kind in _problem.Kinds)
        {
            if (kind.Slots[node] == 0) continue;
            if (Short(node, _problem.AddedDraw(node, kind.Watts[node])) is null) return true;
        }

        return false;
    }

    private int? Short(int node, long draw)
    {
        foreach (var share in _problem.Cluster.Power.SharesOf(node))
        {
            if (share.Halves * draw > _problem.Headroom[share.Constraint]) return share.Constraint;
        }

        return null;
    }

    private string PowerOf(int node)
    {
        if (!_problem.Cluster.Nodes[node].Power.WattsKnown) return "watts unknown inside a budgeted power domain";
        var kind = _problem.Kinds[_problem.KindOfRole[_role]];
        if (Short(node, _problem.AddedDraw(node, kind.Watts[node])) is not { } constraint) return "a power domain is over its budget";
        var power = _problem.Cluster.Power;
        var left = _problem.Headroom[constraint] / 2;
        var id = power.Domains[power.Constraints[constraint].Domain].Id;
        return left < 0 ? $"{id} is over its budget" : $"{id} has {ReportText.Watts(left)} left, a pod draws {ReportText.Watts(kind.Watts[node])}";
    }

    private static string TaintOf(NodeInfo node, PodTemplate pod)
    {
        var taint = node.Taints.FirstOrDefault(t => !Taints.AllTolerated([t], pod.Tolerations));
        return taint is null ? "a taint" : $"taint {taint.Key}{(string.IsNullOrEmpty(taint.Value) ? "" : "=" + taint.Value)}:{taint.Effect}";
    }

    private string AffinityOf(NodeInfo node, PodTemplate pod)
    {
        if (!string.IsNullOrEmpty(pod.NodeName) && pod.NodeName != node.Name) return $"the pods name {pod.NodeName} in spec.nodeName";
        foreach (var (key, value) in pod.NodeSelector.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (!node.Labels.TryGetValue(key, out var there)) return $"node selector {key}={value}, the node has no such label";
            if (there != value) return $"node selector {key}={value}, the node has {there}";
        }

        return !pod.NodeAffinity.IsDefaultOrEmpty && !(_inAffinity ??= NodeMatch.AnyTerm(_problem.Cluster, pod.NodeAffinity))[_problem.Cluster.IndexOf(node.Name)]
            ? "required node affinity of the pods"
            : "required pod affinity or anti-affinity";
    }

    private string ShortOf(int node)
    {
        var table = _problem.Table;
        var all = table.Dimensions.Length;
        // Busy nodes lack several; the accelerator is the one to name.
        var lacking = Enumerable.Range(0, all).Where(d => table.Request[_role][d] > table.Free[node * all + d])
            .OrderByDescending(d => table.Dimensions[d].Contains('/', StringComparison.Ordinal)).ToList();
        if (lacking.Count == 0) return "too little of a resource";
        var name = table.Dimensions[lacking[0]];
        var (free, has) = (table.Free[node * all + lacking[0]], _problem.Cluster.Nodes[node].Allocatable[name]);
        return has == 0 ? $"no {name}" : $"{name}: {Amount(name, free)} of {Amount(name, has)} free, a pod asks for {Amount(name, table.Request[_role][lacking[0]])}";
    }

    private long FreeDevicesOf(int node)
    {
        var template = _problem.Gang.Roles[_role].Template;
        if (template.Gpus == 0) return 0;
        var table = _problem.Table;
        for (var d = 0; d < table.Dimensions.Length; d++)
        {
            if (table.Dimensions[d].Contains('/', StringComparison.Ordinal) && table.Request[_role][d] == template.Gpus) return table.Free[node * table.Dimensions.Length + d];
        }

        return 0;
    }

    private static int Whole(long count) => (int)Math.Min(count, int.MaxValue);

    private static string Amount(string resource, long amount) => resource switch
    {
        ResourceList.Cpu => (amount / 1000.0).ToString("#,0.###", CultureInfo.InvariantCulture) + " CPU",
        ResourceList.Memory or "ephemeral-storage" => (amount / (double)(1L << 30)).ToString("#,0.#", CultureInfo.InvariantCulture) + " GiB",
        _ => amount.ToString("N0", CultureInfo.InvariantCulture),
    };
}
