using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// What measured watts say of the power constraints at one moment. They can make a domain count as more than is reserved in it; as less only by option.
/// </summary>
/// <remarks>
/// Phases: (1) sort out what cannot be believed (<see cref="NodeReadings"/>); (2) per constraint, cover its nodes with the widest domains that are
/// measured inside it, the rest with nodes that are measured, the rest with what is reserved; (3) compare with what was reserved when it was measured.
/// <code>
///   row w1 (no meter)        measured(w1) = meter(r1) + meter(r2) + node readings of r3, and what is reserved for its node without any
///   ├─ r1 ── meter           excess(w1)   = what each of these is above its own reservation: the others may still rise to theirs
///   ├─ r2 ── meter
///   └─ r3 ── n1 n2 n3
/// </code>
/// One of two PDUs that feed the same nodes says nothing certain of how they share the load: it may raise what counts there in either feed state,
/// but lowers it only while both feeds carry.
/// </remarks>
internal sealed class MeasuredLoads
{
    private const int States = 3;
    private const int Full = 2;

    private readonly ClusterSnapshot _cluster;
    private readonly NodeReadings _readings;
    private readonly long[] _then;
    private readonly int[] _coveredIn;
    private readonly int[] _foundIn;
    private readonly List<int> _found = [];
    private readonly int[] _firstMeter;
    private readonly int[] _meters;
    private int _cover;

    /// <summary>Compares readings with what was reserved when they were made.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="readings">Fresh readings.</param>
    /// <param name="options">What they may do.</param>
    /// <param name="drawsThen">What was reserved when it was measured.</param>
    /// <param name="excessBefore">By constraint: half watts that were drawn beyond what was reserved by the reading before this one.</param>
    public MeasuredLoads(ClusterSnapshot cluster, IReadOnlyCollection<PowerReading> readings, ReadingOptions options, DrawsThen drawsThen, long[] excessBefore)
    {
        (_cluster, Readings, Options, DrawsThen, ExcessBefore) = (cluster, readings, options, drawsThen, excessBefore);
        _readings = new(cluster, readings);
        (_coveredIn, _foundIn) = (new int[cluster.Nodes.Length], new int[cluster.Power.Domains.Length]);
        (_firstMeter, _meters) = FindMeters();
        var constraints = cluster.Power.Constraints;
        (_then, Excess, Measured) = (new long[constraints.Length], new long[constraints.Length], new long[constraints.Length]);
        foreach (var constraint in constraints)
        {
            var settled = Compare(constraint.Domain, constraint.State, drawsThen.Settled);
            var bound = drawsThen.AllSettled ? settled : Compare(constraint.Domain, constraint.State, drawsThen.Bound);
            _then[constraint.Index] = bound.Then;
            Measured[constraint.Index] = settled.Net;
            // What pods that have just been bound draw may be theirs, and is reserved for them; but not what was beyond before they came.
            var most = Math.Max(0, settled.Beyond(options.Recover));
            Excess[constraint.Index] = Math.Max(bound.Beyond(options.Recover), Math.Min(most, excessBefore[constraint.Index]));
        }

        WattsOfDomain = [.. cluster.Power.Domains.Select(WattsOf)];
    }

    /// <summary>What it was made of.</summary>
    public IReadOnlyCollection<PowerReading> Readings { get; }

    /// <summary>What readings may do.</summary>
    public ReadingOptions Options { get; }

    /// <summary>What was reserved when it was measured.</summary>
    public DrawsThen DrawsThen { get; }

    /// <summary>By constraint: half watts beyond what was reserved by the reading before.</summary>
    public long[] ExcessBefore { get; }

    /// <summary>By constraint: half watts drawn beyond what was reserved; 0 where there is nothing beyond.</summary>
    public long[] Excess { get; }

    /// <summary>By constraint: half watts measured, reserved ones where nothing is; base load excluded.</summary>
    public long[] Measured { get; }

    /// <summary>By domain: watts measured with both feeds, base load included; null unless all of it is measured.</summary>
    public ImmutableArray<long?> WattsOfDomain { get; }

    /// <summary>Readings that are not believed.</summary>
    public ImmutableArray<RefusedReading> Refused => _readings.Refused;

    /// <summary>What a constraint is taken to carry, in half watts.</summary>
    /// <param name="constraint">Its index.</param>
    /// <param name="reserved">What is reserved in it now.</param>
    /// <param name="added">What was reserved anew since it was measured.</param>
    /// <param name="limit">Its limit, of which the guard is a share.</param>
    public long Committed(int constraint, long reserved, long added, long limit)
    {
        // Which pod draws more than is reserved for it is not known: until something newer is measured nobody's going makes room.
        if (Excess[constraint] is > 0 and var excess) return Math.Max(reserved, _then[constraint]) + excess;
        if (!Options.Recover) return reserved;
        var guard = Math.Max(0, limit) / 100 * Options.GuardPercent;
        return Math.Min(reserved, Measured[constraint] + guard + added);
    }

    private Load Compare(int domain, FeedState state, long[] draws)
    {
        var nodes = _cluster.Power.Domains[domain].Nodes;
        var halves = _cluster.Power.HalvesOf(domain);
        var (then, net, raised, byNodes, complete) = (0L, 0L, 0L, 0L, true);
        _cover++;
        foreach (var d in MetersIn(nodes))
        {
            if (Covered(d, domain, state) is not (> 0 and var share)) continue;
            var (measured, reserved) = (DrawOf(d), 0L);
            foreach (var n in _cluster.Power.Domains[d].Nodes)
            {
                _coveredIn[n] = _cover;
                reserved += draws[n];
            }

            net += share * measured;
            raised += share * Math.Max(measured, reserved);
        }

        for (var i = 0; i < nodes.Length; i++)
        {
            var n = nodes[i];
            var share = halves[i * States + (int)state];
            var (measured, reserved) = (_readings.OfNode[n], draws[n]);
            then += share * reserved;
            byNodes += share * Math.Max(measured, reserved);
            if (_coveredIn[n] == _cover) continue;
            complete &= measured >= 0;
            net += share * (measured < 0 ? reserved : measured);
            raised += share * Math.Max(measured, reserved);
        }

        var (ownNet, ownRaised) = OfPair(domain, state);
        return new(then, ownNet is { } direct ? Math.Max(direct, state == FeedState.Normal ? 0 : net) : net, Math.Max(Math.Max(raised, byNodes), ownRaised), complete);
    }

    // A meter that sees less than all of the draw of its nodes: one of two PDUs. When the other is lost it carries at most twice what it does now.
    private (long? Net, long Raised) OfPair(int domain, FeedState state)
    {
        if (_readings.OfDomain[domain] < 0 || IsWhole(domain)) return (null, 0);
        var carried = Math.Max(0, 2 * _readings.OfDomain[domain] - _cluster.Power.BaseHalfWattsOf(domain, FeedState.Normal));
        return state == FeedState.Normal ? (carried, carried) : (null, 2 * carried);
    }

    // Halves with which a metered domain counts inside another; 0 where it is not wholly inside, not evenly, or some of it is covered already.
    private int Covered(int inner, int outer, FeedState state)
    {
        var share = 0;
        foreach (var n in _cluster.Power.Domains[inner].Nodes)
        {
            var here = _coveredIn[n] == _cover ? 0 : _cluster.Power.HalvesOf(n, outer, state);
            if (here == 0 || (share > 0 && here != share)) return 0;
            share = here;
        }

        return share;
    }

    // By node, the measured domains that see all of the draw of their nodes: domains are many, and few of them are above one node.
    private (int[] First, int[] Meters) FindMeters()
    {
        var domains = _cluster.Power.Domains;
        var metered = Enumerable.Range(0, domains.Length).Where(d => _readings.OfDomain[d] >= 0 && IsWhole(d)).ToArray();
        var first = new int[_cluster.Nodes.Length + 1];
        foreach (var d in metered)
        {
            foreach (var n in domains[d].Nodes) first[n + 1]++;
        }

        for (var n = 1; n < first.Length; n++) first[n] += first[n - 1];
        var (meters, next) = (new int[first[^1]], first.ToArray());
        foreach (var d in metered)
        {
            foreach (var n in domains[d].Nodes) meters[next[n]++] = d;
        }

        return (first, meters);
    }

    // Those above some nodes, the widest first. Good until the next time.
    private List<int> MetersIn(ImmutableArray<int> nodes)
    {
        _found.Clear();
        foreach (var n in nodes)
        {
            foreach (var d in _meters.AsSpan(_firstMeter[n].._firstMeter[n + 1]))
            {
                if (_foundIn[d] == _cover) continue;
                _foundIn[d] = _cover;
                _found.Add(d);
            }
        }

        _found.Sort(static (a, b) => b.CompareTo(a));
        return _found;
    }

    private bool IsWhole(int domain)
    {
        var halves = _cluster.Power.HalvesOf(domain);
        for (var i = (int)FeedState.Normal; i < halves.Length; i += States)
        {
            if (halves[i] != Full) return false;
        }

        return true;
    }

    // Of a domain whose meter sees all of its nodes: what these draw.
    private long DrawOf(int domain) =>
        Math.Max(0, _readings.OfDomain[domain] - _cluster.Power.BaseHalfWattsOf(domain, FeedState.Normal) / Full);

    private long? WattsOf(PowerDomain domain)
    {
        if (_readings.OfDomain[domain.Index] is >= 0 and var own) return own;
        if (domain.Nodes.IsEmpty) return null;
        var load = Compare(domain.Index, FeedState.Normal, DrawsThen.Settled);
        return load.Complete ? (load.Net + _cluster.Power.BaseHalfWattsOf(domain.Index, FeedState.Normal) + 1) / 2 : null;
    }

    private readonly record struct Load(long Then, long Net, long Raised, bool Complete)
    {
        public long Beyond(bool recover) => (recover ? Net : Raised) - Then;
    }
}
