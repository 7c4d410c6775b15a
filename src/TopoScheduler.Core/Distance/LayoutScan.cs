using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// Reads where a gang and its communicators lie: runs of consecutive ranks on one node, ranks per NVLink domain, ring edges that leave a switch domain.
/// Holds the scratch arrays, so that reading allocates nothing once they have grown to the gang. Not for several threads at once.
/// </summary>
internal sealed class LayoutScan
{
    private readonly LinkTable _links;
    private readonly int[] _nvLinkOf;
    private readonly int[][] _domainOf;

    // By tier, by node: an index of (NVLink domain, switch domain). The NVLink domain itself where NVLink domains nest in the tier.
    private readonly int[][] _pieceOf;
    private readonly int[][] _pieceSeen;
    private readonly int[][] _ownDomains;
    private readonly int[][] _ownSeen;
    private readonly int[][] _edgesOut;
    private readonly int[] _ranksIn;
    private readonly int[] _touched;
    private int[] _runNodes = new int[16];
    private int[] _runRanks = new int[16];
    private int[] _groupNodes = new int[16];
    private int[] _groupRanks = new int[16];
    private int _runs;
    private int _crossedTiers;
    private int _alignment;
    private int _reading;

    public LayoutScan(LinkTable links, ClusterTopology topology)
    {
        _links = links;
        _nvLinkOf = topology.NvLinkIndices;
        var tiers = topology.FabricTiers;
        _domainOf = new int[tiers][];
        _pieceOf = new int[tiers][];
        _pieceSeen = new int[tiers][];
        _ownDomains = new int[tiers][];
        _ownSeen = new int[tiers][];
        _edgesOut = new int[tiers][];
        for (var t = 0; t < tiers; t++)
        {
            _domainOf[t] = topology.DomainIndices(t);
            _pieceOf[t] = Pieces(topology, t, out var pieces);
            _pieceSeen[t] = new int[pieces];
            _ownDomains[t] = new int[topology.Domains(t).Length];
            _ownSeen[t] = new int[topology.Domains(t).Length];
            _edgesOut[t] = new int[topology.Domains(t).Length];
        }

        _ranksIn = new int[Math.Max(topology.NvLinkDomains.Length, tiers == 0 ? 0 : topology.Domains(0).Length)];
        _touched = new int[_ranksIn.Length];
    }

    /// <summary>Runs of ranks on one node: the nodes.</summary>
    public ReadOnlySpan<int> RunNodes => _runNodes.AsSpan(0, _runs);

    /// <summary>Runs of ranks on one node: how many ranks.</summary>
    public ReadOnlySpan<int> RunRanks => _runRanks.AsSpan(0, _runs);

    /// <summary>Every run starts at a multiple of this; 0 when all ranks are on one node.</summary>
    public int Alignment => _alignment;

    /// <summary>Reads the layout of the whole gang.</summary>
    public void Begin(ReadOnlySpan<int> nodeOfRank)
    {
        _runs = 0;
        _alignment = 0;
        var start = 0;
        while (start < nodeOfRank.Length)
        {
            var rest = nodeOfRank[start..];
            var length = rest.IndexOfAnyExcept(rest[0]);
            if (length < 0) length = rest.Length;
            if (_runs == _runNodes.Length) Grow(ref _runNodes, ref _runRanks);
            _runNodes[_runs] = rest[0];
            _runRanks[_runs++] = length;
            _alignment = Gcd(_alignment, start);
            start += length;
        }

        CountOwnDomains();
    }

    /// <summary>The shape of the whole gang as one communicator.</summary>
    public CommunicatorShape WholeGang() => Shape(RunNodes, RunRanks);

    /// <summary>The shape of one group of ranks; ranks beyond the layout (members left out) are skipped.</summary>
    public CommunicatorShape Group(ReadOnlySpan<int> ranks, ReadOnlySpan<int> nodeOfRank)
    {
        var runs = GroupRuns(ranks, nodeOfRank);
        return Shape(_groupNodes.AsSpan(0, runs), _groupRanks.AsSpan(0, runs));
    }

    /// <summary>Runs of a group in its own order, for reading right after <see cref="Group"/>.</summary>
    public int GroupRuns(ReadOnlySpan<int> ranks, ReadOnlySpan<int> nodeOfRank)
    {
        var runs = 0;
        foreach (var rank in ranks)
        {
            if (rank >= nodeOfRank.Length) break;
            var node = nodeOfRank[rank];
            if (runs > 0 && _groupNodes[runs - 1] == node)
            {
                _groupRanks[runs - 1]++;
                continue;
            }

            if (runs == _groupNodes.Length) Grow(ref _groupNodes, ref _groupRanks);
            _groupNodes[runs] = node;
            _groupRanks[runs++] = 1;
        }

        return runs;
    }

    /// <summary>Nodes of the last group read.</summary>
    public ReadOnlySpan<int> GroupNodes(int runs) => _groupNodes.AsSpan(0, runs);

    /// <summary>Ranks of the runs of the last group read.</summary>
    public ReadOnlySpan<int> GroupRanks(int runs) => _groupRanks.AsSpan(0, runs);

    /// <summary>max over crossed switch tiers of o·(share of peers outside the domain with fewest ranks); 0 when none is crossed.</summary>
    public double UplinkLoad(ReadOnlySpan<int> nodes, ReadOnlySpan<int> ranks)
    {
        var load = 0.0;
        for (var t = 0; t < _crossedTiers; t++)
        {
            int domains = 0, n = 0, min = int.MaxValue;
            var of = _domainOf[t];
            var counts = _edgesOut[t];
            for (var i = 0; i < nodes.Length; i++)
            {
                n += ranks[i];
                counts[of[nodes[i]]] += ranks[i];
            }

            foreach (var node in nodes)
            {
                ref var count = ref counts[of[node]];
                if (count == 0) continue;
                domains++;
                min = Math.Min(min, count);
                count = 0;
            }

            if (domains <= 1) break;
            load = Math.Max(load, _links.OversubscriptionOf(t) * (n - min) / n);
        }

        return load;
    }

    /// <summary>Largest oversubscription between two nodes, at least 1.</summary>
    public double OversubscriptionBetween(int a, int b)
    {
        var worst = 1.0;
        for (var t = 0; t < _domainOf.Length && _domainOf[t][a] != _domainOf[t][b]; t++)
        {
            worst = Math.Max(worst, _links.OversubscriptionOf(t));
        }

        return worst;
    }

    /// <summary>True when both nodes are in one NVLink domain.</summary>
    public bool SameNvLinkDomain(int a, int b) => _nvLinkOf[a] == _nvLinkOf[b];

    private CommunicatorShape Shape(ReadOnlySpan<int> nodes, ReadOnlySpan<int> ranks)
    {
        int n = 0, m = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            ref var count = ref _ranksIn[_nvLinkOf[nodes[i]]];
            if (count == 0) _touched[m++] = _nvLinkOf[nodes[i]];
            count += ranks[i];
            n += ranks[i];
        }

        int min = int.MaxValue, max = 0;
        var steps = 0L;
        for (var i = 0; i < m; i++)
        {
            ref var count = ref _ranksIn[_touched[i]];
            min = Math.Min(min, count);
            max = Math.Max(max, count);
            steps += CollectiveEstimator.NvLinkSteps(_links, count);
            count = 0;
        }

        return new(n, m, m == 0 ? 0 : min, max, steps, m > 1 ? Stretch(nodes) : 1);
    }

    // Ring edges leaving a switch domain share its uplinks; the gang's fair share of them is one per NVLink domain it has there.
    private double Stretch(ReadOnlySpan<int> nodes)
    {
        var stretch = 1.0;
        for (var t = 0; t < _crossedTiers; t++)
        {
            var of = _domainOf[t];
            var edges = _edgesOut[t];
            var crossings = 0;
            var previous = nodes[^1];
            foreach (var node in nodes)
            {
                // An edge inside an NVLink domain uses no uplink, even where the domain spans several leaves.
                if (of[node] != of[previous] && !SameNvLinkDomain(node, previous))
                {
                    edges[of[previous]]++;
                    crossings++;
                }

                previous = node;
            }

            if (crossings == 0) break;
            var o = _links.OversubscriptionOf(t);
            foreach (var node in nodes)
            {
                var domain = of[node];
                if (edges[domain] == 0) continue;
                stretch = Math.Max(stretch, o * edges[domain] / _ownDomains[t][domain]);
                edges[domain] = 0;
            }
        }

        return stretch;
    }

    // d of every switch domain the gang is in, tier by tier, until a tier where it is in one domain only.
    private void CountOwnDomains()
    {
        _reading++;
        _crossedTiers = 0;
        for (var t = 0; t < _domainOf.Length; t++)
        {
            var of = _domainOf[t];
            var crossed = false;
            for (var i = 0; i < _runs; i++)
            {
                var node = _runNodes[i];
                var domain = of[node];
                crossed |= domain != of[_runNodes[0]];
                if (_ownSeen[t][domain] != _reading)
                {
                    _ownSeen[t][domain] = _reading;
                    _ownDomains[t][domain] = 0;
                }

                if (_pieceSeen[t][_pieceOf[t][node]] == _reading) continue;
                _pieceSeen[t][_pieceOf[t][node]] = _reading;
                _ownDomains[t][domain]++;
            }

            if (!crossed) return;
            _crossedTiers = t + 1;
        }
    }

    private static int[] Pieces(ClusterTopology topology, int tier, out int pieces)
    {
        pieces = topology.NvLinkDomains.Length;
        if (topology.NvLinkDomains.All(d => topology.DomainOf(d.Nodes[0], tier) == topology.DomainOf(d.Nodes[^1], tier)))
        {
            return topology.NvLinkIndices;
        }

        // Switch domains are ranges of node indices, so an NVLink domain's ascending nodes enter each of them once.
        var pieceOf = new int[topology.NodeNames.Length];
        pieces = 0;
        foreach (var domain in topology.NvLinkDomains)
        {
            var previous = -1;
            foreach (var node in domain.Nodes)
            {
                if (topology.DomainOf(node, tier) != previous) pieces++;
                previous = topology.DomainOf(node, tier);
                pieceOf[node] = pieces - 1;
            }
        }

        return pieceOf;
    }

    private static void Grow(ref int[] nodes, ref int[] ranks)
    {
        Array.Resize(ref nodes, nodes.Length * 2);
        Array.Resize(ref ranks, ranks.Length * 2);
    }

    private static int Gcd(int a, int b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
