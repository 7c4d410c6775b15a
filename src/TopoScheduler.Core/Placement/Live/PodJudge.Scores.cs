using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Live;

// The total order for a single pod, node by node. Of its parts only these can differ between nodes: own time, whole free domains broken (widest
// first), slots left (narrowest first), power fill, name.
public sealed partial class PodJudge
{
    /// <summary>The score of the best node (<c>MaxExtenderPriority</c>).</summary>
    public const byte BestScore = 10;

    private bool _slotsCounted;
    private byte[] _scores = [];
    private long[] _slots = [];
    private double[] _ownTime = [];
    private int[][] _tiers = [];
    private bool[][] _free = [];
    private long[][] _tierSlots = [];

    /// <summary>
    /// Scores by node index for the nodes of <paramref name="candidates"/> (-1 for one that is not known), 0 elsewhere: the first of them in the total order has 10, any other 0 to 9 by
    /// the number of parts of the order in which it equals that one. So the scores never reverse the order; they tie where nodes first differ in the
    /// same part. The buffer is this judge's and holds until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Score(ClusterSnapshot cluster, ReadOnlySpan<int> candidates)
    {
        Verdicts(cluster);
        if (!_slotsCounted) CountSlots(cluster);
        _slotsCounted = true;
        Array.Clear(_scores);
        var best = -1;
        foreach (var n in candidates)
        {
            if (Takes(n) && (best < 0 || Compare(cluster, n, best, out _) < 0)) best = n;
        }

        if (best < 0) return _scores;
        var parts = 2 * (_tiers.Length + 1) + 2;
        foreach (var n in candidates)
        {
            if (!Takes(n)) continue;
            Compare(cluster, n, best, out var equalParts);
            _scores[n] = n == best ? BestScore : (byte)((BestScore - 1) * equalParts / parts);
        }

        return _scores;
    }

    // A candidate may be a node that is not known here; it scores 0.
    private bool Takes(int candidate) => candidate >= 0 && _verdicts[candidate] == Fits;

    private void ResizeScores(int count) => (_scores, _slots, _ownTime) = (new byte[count], new long[count], new double[count]);

    private void PrepareScores(ClusterSnapshot cluster)
    {
        var topology = cluster.Topology;
        _tiers = new int[topology.FabricTiers + 1][];
        for (var t = 0; t < topology.FabricTiers; t++)
        {
            _tiers[t] = topology.DomainIndices(topology.FabricTiers - 1 - t);
        }

        _tiers[^1] = topology.NvLinkIndices;
        _free = new bool[_tiers.Length][];
        _tierSlots = new long[_tiers.Length][];
        for (var t = 0; t < _tiers.Length; t++)
        {
            var domains = t < topology.FabricTiers ? topology.Domains(topology.FabricTiers - 1 - t).Length : topology.NvLinkDomains.Length;
            (_free[t], _tierSlots[t]) = (new bool[domains], new long[domains]);
        }

        // Where a single pod is changes its own time only by the speed of the scale-up fabric there.
        var scaleUp = PlacementProblem.ScaleUp(cluster);
        var estimator = new OwnTimeEstimator(_policy.Links, topology, _gang, scaleUp);
        var ranks = new int[_pod.Gpus];
        for (var n = 0; n < _ownTime.Length; n++)
        {
            if (n > 0 && scaleUp[n].Equals(scaleUp[n - 1]))
            {
                _ownTime[n] = _ownTime[n - 1];
                continue;
            }

            Array.Fill(ranks, n);
            _ownTime[n] = estimator.OwnTimeMs(ranks);
        }
    }

    // Free slots of nodes that could take the pod if it were for resources and pods alone, summed over the domains of every tier.
    private void CountSlots(ClusterSnapshot cluster)
    {
        for (var n = 0; n < _slots.Length; n++)
        {
            var open = _verdicts[n] == Fits || (_verdicts[n] == Of(FitConstraint.Power) && !IsClosed(cluster, n));
            _slots[n] = !open ? 0 : _byFilters ? Math.Min(_slots[n], CostModel.MostSlots) : CostModel.MostSlots;
        }

        if (!_byFilters) BoundSlots(cluster);
        for (var t = 0; t < _tiers.Length; t++)
        {
            CountSlots(cluster.PodColumns.Kinds, _tiers[t], _tierSlots[t], _free[t]);
        }
    }

    // Neighbours are mostly of one domain: what they have is summed up before it is written down.
    private void CountSlots(ChunkedArray<NodePods> kinds, int[] domains, long[] slots, bool[] free)
    {
        Array.Clear(slots);
        Array.Fill(free, true);
        if (domains.Length == 0) return;
        var (domain, sum, there) = (domains[0], 0L, NodePods.None);
        for (int c = 0, n = 0; c < kinds.ChunkCount; c++)
        {
            foreach (var kind in kinds.Chunk(c))
            {
                if (domains[n] != domain)
                {
                    Note(domain, sum, there);
                    (domain, sum, there) = (domains[n], 0, NodePods.None);
                }

                sum += _slots[n++];
                there |= kind;
            }
        }

        Note(domain, sum, there);

        void Note(int to, long more, NodePods kinds)
        {
            slots[to] += more;
            if ((kinds & NodePods.Occupied) != 0) free[to] = false;
        }
    }

    // Watts unknown, or a budget that is exceeded already: nothing goes there, whatever it draws.
    private bool IsClosed(ClusterSnapshot cluster, int node)
    {
        if (_ofNodes[node] != Fits) return true;
        foreach (var share in cluster.Power.SharesOf(node))
        {
            if (_headrooms[share.Constraint] < 0) return true;
        }

        return false;
    }

    private void BoundSlots(ClusterSnapshot cluster)
    {
        var pods = cluster.PodColumns.Pods;
        for (int c = 0, n = 0; c < pods.ChunkCount; c++)
        {
            foreach (var here in pods.Chunk(c))
            {
                if (_slots[n] > 0) _slots[n] = Math.Min(_slots[n], _allocatable[^1][n] - here.Length);
                n++;
            }
        }

        for (var d = 0; d < _requests.Length; d++)
        {
            var (used, amount) = (cluster.PodColumns.Used(_requests[d].Name), _requests[d].Amount);
            for (int c = 0, n = 0; c < used.ChunkCount; c++)
            {
                foreach (var taken in used.Chunk(c))
                {
                    if (_slots[n] > 0) _slots[n] = Math.Min(_slots[n], (_allocatable[d][n] - taken) / amount);
                    n++;
                }
            }
        }
    }

    // Lower comes first. equalParts counts the parts in which both are equal, up to the first that differs: own time, free domains broken by tier
    // (widest first), slots left by tier (narrowest first), power fill.
    private int Compare(ClusterSnapshot cluster, int a, int b, out int equalParts)
    {
        equalParts = 0;
        var order = _ownTime[a].CompareTo(_ownTime[b]);
        for (var t = 0; order == 0 && t <= _tiers.Length; t++)
        {
            equalParts++;
            order = BreaksFree(cluster, a, t).CompareTo(BreaksFree(cluster, b, t));
        }

        for (var t = _tiers.Length; order == 0 && t >= 0; t--)
        {
            equalParts++;
            order = SlotsOf(a, t).CompareTo(SlotsOf(b, t));
        }

        if (order != 0) return order;
        equalParts++;
        order = Fill(cluster, b).CompareTo(Fill(cluster, a));
        if (order != 0) return order;
        equalParts++;
        return a.CompareTo(b);
    }

    private long SlotsOf(int node, int tier) => tier < _tiers.Length ? _tierSlots[tier][_tiers[tier][node]] : _slots[node];

    private bool BreaksFree(ClusterSnapshot cluster, int node, int tier) => tier < _tiers.Length
        ? _free[tier][_tiers[tier][node]]
        : (cluster.PodColumns.Kinds[node] & NodePods.Occupied) == 0;

    // Fill of the fullest power constraint the pod draws from, in millionths of its limit; as PlacementScorer has it.
    private long Fill(ClusterSnapshot cluster, int node)
    {
        long fill = 0;
        var more = AddedDraw(cluster.NodeColumns.Draws[node], cluster.PodWatts[node], node);
        foreach (var share in cluster.Power.SharesOf(node))
        {
            var limit = _limits[share.Constraint];
            if (more == 0 || limit <= 0) continue;
            fill = Math.Max(fill, (long)(1e6 * (limit - _headrooms[share.Constraint] + share.Halves * more) / limit));
        }

        return fill;
    }
}
