using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// The load of one power domain while pods on its nodes are thought to draw less: what remains above its budget in each feed state that can bind. A node
/// that is at its maximum draws less only once its pods together do. Where readings say more than is reserved, pods still free what is reserved for them.
/// </summary>
internal sealed class DomainLoad
{
    private readonly ClusterSnapshot _cluster;
    private readonly PowerDomain _domain;
    private readonly PowerConstraint[] _constraints;
    private readonly long[] _loads;
    private readonly long[] _podWatts;
    private readonly DiversityLoads.Sums[]? _swings;

    public DomainLoad(ClusterSnapshot cluster, PowerDomain domain)
    {
        (_cluster, _domain) = (cluster, domain);
        _constraints = [.. cluster.Power.ConstraintsOf(domain.Index)];
        _loads = Array.ConvertAll(_constraints, c => cluster.CommittedOf(c.Index));
        if (cluster.Diversity is { } diversity) _swings = Array.ConvertAll(_constraints, c => diversity.SumsOf(c.Index));
        _podWatts = [.. domain.Nodes.Select(cluster.PodWattsOf)];
    }

    /// <summary>How far it is over in the worst feed state, in half watts; 0 when it is not.</summary>
    public long OverHalfWatts => Math.Max(0, ExcessHalfWatts);

    /// <summary>The same, negative for what is left below the budget.</summary>
    public long ExcessHalfWatts
    {
        get
        {
            var excess = long.MinValue;
            for (var c = 0; c < _loads.Length; c++) excess = Math.Max(excess, _loads[c] - _constraints[c].LimitHalfWatts);
            return excess;
        }
    }

    /// <summary>The same in whole watts, rounded up.</summary>
    public long OverWatts => (OverHalfWatts + 1) / 2;

    /// <summary>The feed state in which it is furthest over.</summary>
    public FeedState WorstFeed => _constraints.MaxBy(c => _loads[Array.IndexOf(_constraints, c)] - c.LimitHalfWatts)!.State;

    /// <summary>Load in one feed state in half watts, base watts excluded.</summary>
    public long HalfWattsIn(FeedState feed) => _loads[Array.FindIndex(_constraints, c => c.State == feed)];

    /// <summary>Watts of a node of the domain.</summary>
    public NodePower NodeAt(int position) => _cluster.Nodes[_domain.Nodes[position]].Power;

    /// <summary>The pods on a node of the domain draw so many watts more; negative for less.</summary>
    /// <param name="position">Position of the node in the domain.</param>
    /// <param name="watts">The difference, before the node's maximum.</param>
    public void Add(int position, long watts)
    {
        if (watts == 0) return;
        var power = NodeAt(position);
        var before = PowerDraw.OfNode(power, _podWatts[position]);
        _podWatts[position] += watts;
        var more = PowerDraw.OfNode(power, _podWatts[position]) - before;
        if (more == 0) return;
        for (var c = 0; c < _loads.Length; c++) _loads[c] += more * HalvesOf(position, c);
    }

    /// <summary>A pod on a node of the domain swings otherwise than before: with it changes what such pods draw together less than each at its peak.</summary>
    /// <param name="position">Position of the node in the domain.</param>
    /// <param name="before">The pod as it was; null: gone.</param>
    /// <param name="after">The pod as it is; null: gone.</param>
    public void Swing(int position, PodPower? before, PodPower? after)
    {
        if (_swings is null || before == after) return;
        var was = before is null ? default : DiversityLoads.OfPod(NodeAt(position), before, isMember: false);
        var now = after is null ? default : DiversityLoads.OfPod(NodeAt(position), after, isMember: false);
        if (was == now) return;
        for (var c = 0; c < _loads.Length; c++)
        {
            var halves = HalvesOf(position, c);
            var credit = _cluster.Diversity!.CreditOf(_swings[c]);
            _swings[c] = _swings[c].Plus(was, halves, -1).Plus(now, halves, +1);
            _loads[c] += credit - _cluster.Diversity.CreditOf(_swings[c]);
        }
    }

    private int HalvesOf(int position, int constraint) => _cluster.Power.HalvesOf(_domain.Nodes[position], _domain.Index, _constraints[constraint].State);
}
