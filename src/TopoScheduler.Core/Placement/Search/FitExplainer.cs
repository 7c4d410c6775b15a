using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Says, constraint by constraint and with figures, why a gang does not fit. First what keeps the nodes that are left from holding it, which decides; then
/// what removed whole nodes (every node counts once, for the first constraint that removed it).
/// </summary>
internal sealed class FitExplainer
{
    private const int MostPowerReasons = 5;

    private readonly PlacementProblem _problem;
    private readonly int _lead;
    private readonly List<FitReason> _reasons = [];

    private FitExplainer(PlacementProblem problem)
    {
        _problem = problem;
        _lead = CostModel.Lead(problem.Kinds);
    }

    /// <summary>The reasons for the given size, without a GPU cap.</summary>
    public static ImmutableArray<FitReason> Explain(PlacementProblem problem, int size)
    {
        problem.Configure(size, null);
        var explainer = new FitExplainer(problem);
        explainer.SlotsLeft();
        explainer.PowerLeft();
        explainer.Power();
        explainer.Segments();
        if (explainer._reasons.Count == 0) explainer.Together();
        explainer.RemovedNodes();
        return [.. explainer._reasons];
    }

    // One reason per constraint and domain: what comes second continues the sentence of the first.
    private void Add(FitReason reason)
    {
        var known = _reasons.FindIndex(r => r.Constraint == reason.Constraint && r.Domain == reason.Domain);
        if (known < 0)
        {
            _reasons.Add(reason);
            return;
        }

        var first = _reasons[known];
        _reasons[known] = first with { RemovedNodes = first.RemovedNodes + reason.RemovedNodes, Message = $"{first.Message} {reason.Message}" };
    }

    private static string Watts(long watts) => watts.ToString("N0", CultureInfo.InvariantCulture) + " W";

    // The constraint that removed a node for every role that has members; null when some role may use it.
    private FitConstraint? RemovedBy(int node)
    {
        FitConstraint? first = null;
        for (var r = 0; r < _problem.RoleCounts.Length; r++)
        {
            if (_problem.RoleCounts[r] == 0) continue;
            if (_problem.Table.Removed[r][node] is not { } constraint) return null;
            first ??= constraint;
        }

        return first;
    }

    private void RemovedNodes()
    {
        var counts = new int[Enum.GetValues<FitConstraint>().Length];
        var (uncovered, over) = (0, 0);
        for (var n = 0; n < _problem.Cluster.Nodes.Length; n++)
        {
            if (RemovedBy(n) is { } constraint) counts[(int)constraint]++;
            else if (!_problem.Partitions.Covers(n)) uncovered++;
            else if (!_problem.Usable[n]) over++;
        }

        for (var c = 0; c < counts.Length; c++)
        {
            if (counts[c] > 0) Add(new((FitConstraint)c, counts[c], null, RemovalMessage((FitConstraint)c, counts[c])));
        }

        if (uncovered > 0)
        {
            var scope = HardScope() >= 0 ? HardScope() : _problem.Partitions.Segment;
            var name = scope >= 0 ? _problem.Partitions.All[scope].Name : ScopeName();
            Add(new(TierConstraint(scope), uncovered, null, $"{Nodes(uncovered)} carry no label for {name}, which the gang requires."));
        }

        if (over > 0)
        {
            Add(new(FitConstraint.Power, over, null, $"{Nodes(over)} hang in a power domain that is already over its budget; nothing more is admitted there."));
        }
    }

    private string Nodes(int count) => $"{count} of {_problem.Cluster.Nodes.Length} nodes";

    private string RemovalMessage(FitConstraint constraint, int count) => constraint switch
    {
        FitConstraint.Readiness => $"{Nodes(count)} are not Ready, cordoned or switched off.",
        FitConstraint.Taints => $"{Nodes(count)} have a taint the pods do not tolerate.",
        FitConstraint.Affinity when AbsentNode() is { } absent => $"{Nodes(count)} are not \"{absent}\", the node the pods name in spec.nodeName; the cluster has none of that name.",
        FitConstraint.Affinity => $"{Nodes(count)} do not match the pods' node selector, node affinity or pod (anti)affinity.",
        FitConstraint.Spread => $"{Nodes(count)} would break a topology spread constraint.",
        FitConstraint.Volumes => $"{Nodes(count)} cannot reach a volume of the pods.",
        FitConstraint.Power => $"{Nodes(count)} have unknown watts inside a budgeted power domain.",
        FitConstraint.PodCount => $"{Nodes(count)} already run as many pods as they may.",
        FitConstraint.Resources => $"{Nodes(count)} have too little {ScarcestResource()} free for one pod.",
        FitConstraint.Tier or FitConstraint.NvLink => $"{Nodes(count)} are outside the domain the gang's other members are in.",
        _ => $"{Nodes(count)} have a host port of the pods in use.",
    };

    private string? AbsentNode() => _problem.Gang.Roles.Select(r => r.Template.NodeName).FirstOrDefault(n => n is not null && _problem.Cluster.IndexOf(n) < 0);

    private string ScarcestResource()
    {
        var table = _problem.Table;
        var lacking = new int[table.Dimensions.Length];
        var role = _problem.Kinds[_lead].Roles[0];
        for (var n = 0; n < _problem.Cluster.Nodes.Length; n++)
        {
            if (table.Removed[role][n] != FitConstraint.Resources) continue;
            for (var d = 0; d < lacking.Length; d++)
            {
                if (table.Free[n * lacking.Length + d] < table.Request[role][d]) lacking[d]++;
            }
        }

        // Busy nodes lack several; the accelerator is the one to name.
        var most = Enumerable.Range(0, lacking.Length).OrderByDescending(d => lacking[d]).ThenByDescending(d => table.Dimensions[d].Contains('/', StringComparison.Ordinal));
        return lacking.Length == 0 ? "of a resource" : table.Dimensions[most.First()];
    }

    private int HardScope()
    {
        var partitions = _problem.Partitions;
        if (partitions.Required >= 0) return partitions.Required;
        return partitions.Shared.Length > 0 ? partitions.Shared[0] : -1;
    }

    private string ScopeName() => HardScope() is var scope && scope >= 0 ? _problem.Partitions.All[scope].Name : "cluster";

    private FitConstraint TierConstraint(int partition)
    {
        if (partition < 0) return FitConstraint.Resources;
        var tier = _problem.Partitions.All[partition].Tier;
        if (tier == Tier.NvLinkDomain) return FitConstraint.NvLink;
        return _problem.Partitions.Shared.Contains(partition) ? FitConstraint.Affinity : FitConstraint.Tier;
    }

    private void SlotsLeft()
    {
        for (var k = 0; k < _problem.Kinds.Length; k++)
        {
            var kind = _problem.Kinds[k];
            if (kind.Count == 0) continue;
            var free = _problem.Active.Sum(n => (long)kind.Slots[n]);
            if (free < kind.Count)
            {
                Add(new(FitConstraint.Resources, 0, null, $"The nodes left have room for {free} of {kind.Count} {RoleNames(kind)}."));
                continue;
            }

            if (HardScope() is var scope && scope >= 0) LargestDomain(kind, scope);
        }
    }

    private void LargestDomain(MemberKind kind, int scope)
    {
        var partition = _problem.Partitions.All[scope];
        var slots = new long[partition.Count];
        foreach (var node in _problem.Active)
        {
            slots[partition.DomainOf[node]] += kind.Slots[node];
        }

        var best = slots.Length == 0 ? -1 : Array.IndexOf(slots, slots.Max());
        if (best < 0)
        {
            Add(new(TierConstraint(scope), 0, null, $"No node is labelled with a {partition.Name}, which the gang requires."));
        }
        else if (slots[best] < kind.Count)
        {
            var path = PathOf(partition, best);
            Add(new(
                TierConstraint(scope), 0, path,
                $"All {kind.Count} {RoleNames(kind)} must share one {partition.Name}; the roomiest, {path}, has room for {slots[best]}."));
        }
    }

    private string PathOf(Partition partition, int domain)
    {
        var topology = _problem.Cluster.Topology;
        if (partition.Tier.IsFabric) return topology.Domains(partition.Tier.FabricIndex)[domain].Path;
        if (partition.Tier == Tier.NvLinkDomain) return topology.NvLinkDomains[domain].Name;
        var node = Array.IndexOf(partition.DomainOf, domain);
        return partition.Tier == Tier.Node ? _problem.Cluster.Nodes[node].Name : $"{partition.Name}={_problem.Cluster.Nodes[node].Labels.GetValueOrDefault(partition.Name)}";
    }

    private string RoleNames(MemberKind kind) =>
        string.Join(" and ", kind.Roles.Select(r => _problem.Gang.Roles[r].Name).Distinct()) + (kind.Count == 1 ? " pod" : " pods");

    // How far the budgets reach, where slots alone would do.
    private void PowerLeft()
    {
        if (_reasons.Count > 0 || _problem.Kinds.Length > 1 || _problem.Partitions.Segment >= 0) return;
        var search = new DomainSearch(_problem, new StepBudget(0));
        if (search.Power.Count == 0) return;
        var kind = _problem.Kinds[0];
        var scope = HardScope();
        var (members, node) = new PowerCount(search, scope).MostMembers();
        if (members >= kind.Count) return;
        var partition = scope < 0 ? null : _problem.Partitions.All[scope];
        var where = partition is null || node < 0 ? "" : $" in the roomiest {partition.Name}, {PathOf(partition, partition.DomainOf[node])}";
        Add(new(FitConstraint.Power, 0, null, $"Free slots would do, but the power budgets leave room for {members} of {kind.Count} {RoleNames(kind)}{where}."));
    }

    // Power: nodes that cannot take even one member, then the domains that bind hardest.
    private void Power()
    {
        var kind = _problem.Kinds[_lead];
        var blocked = 0;
        var lost = new List<(PowerBound Bound, long Watts)>();
        foreach (var node in _problem.Active)
        {
            if (kind.Slots[node] == 0) continue;
            var draw = _problem.AddedDraw(node, kind.Watts[node]);
            foreach (var share in _problem.Cluster.Power.SharesOf(node))
            {
                if (share.Halves * draw <= _problem.Headroom[share.Constraint]) continue;
                blocked++;
                break;
            }
        }

        foreach (var bound in PowerBound.Binding(_problem))
        {
            var wanted = bound.Nodes.Sum(n => bound.Halves == 1 ? _problem.AddedDraw(n, kind.Slots[n] * kind.Watts[n]) : 2 * _problem.AddedDraw(n, kind.Slots[n] * kind.Watts[n]));
            lost.Add((bound, wanted - bound.Headroom));
        }

        if (blocked > 0)
        {
            Add(new(
                FitConstraint.Power, blocked, null,
                $"{Nodes(blocked)} hang in a power domain whose headroom is below the {Watts(kind.Watts.Max())} one {RoleNames(kind).Replace(" pods", " pod", StringComparison.Ordinal)} draws."));
        }

        foreach (var (bound, _) in lost.OrderByDescending(l => l.Watts).ThenBy(l => l.Bound.Constraint).Take(MostPowerReasons))
        {
            Add(PowerReason(bound.Constraint, kind, bound));
        }
    }

    private FitReason PowerReason(int constraint, MemberKind kind, PowerBound bound)
    {
        var power = _problem.Cluster.Power;
        var domain = power.Domains[power.Constraints[constraint].Domain];
        var left = Math.Max(0, bound.Headroom / 2);
        var slots = bound.Nodes.Sum(n => (long)kind.Slots[n]);
        var watts = bound.Nodes.Max(n => kind.Watts[n]);
        return new(
            FitConstraint.Power, 0, domain.Id,
            $"{domain.Id} has {Watts(left)} left of its {Watts(domain.BudgetWatts ?? 0)}{During(domain)}; the {slots} free slots below it would draw up to {Watts(watts)} each.");
    }

    private static string During(PowerDomain domain) => domain.Window is { } window ? $" in the window \"{window.Name}\"" : "";

    private void Segments()
    {
        var segment = _problem.Partitions.Segment;
        if (segment < 0) return;
        var kind = _problem.Kinds[_lead];
        var size = _problem.Gang.Hints.SegmentSize;
        var partition = _problem.Partitions.All[segment];
        var slots = new long[partition.Count];
        foreach (var node in _problem.Active)
        {
            slots[partition.DomainOf[node]] += kind.Slots[node];
        }

        var fit = slots.Sum(s => s / size);
        var wanted = (_problem.Size + size - 1) / size;
        Add(new(
            TierConstraint(segment), 0, null,
            $"Every {size} consecutive members must share one {partition.Name}: by free slots {Math.Min(fit, wanted)} of {wanted} segments find room."));
    }

    private void Together() => Add(new(
        FitConstraint.Other, 0, null,
        $"Each constraint alone leaves room for the {_problem.Size} members, but no placement was found that meets all of them together."));
}
