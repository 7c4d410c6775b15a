using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// Own time of one gang on one network (<c>domain-model.md</c> §2.4): made once per gang, asked for many placements. Keeps scratch arrays: not for
/// several threads at once. Own time is the sum over the kinds of traffic of the gang, each kind counting with its slowest group of ranks.
/// </summary>
public sealed class OwnTimeEstimator
{
    private readonly LinkTable _links;
    private readonly double[] _scaleUpGBps;
    private readonly ImmutableArray<Communicator> _communicators;
    private readonly LayoutScan _scan;
    private readonly CrossTraffic _cross;
    private readonly Dictionary<FloorKey, List<double>> _floors = [];

    /// <summary>Prepares the estimator.</summary>
    /// <param name="links">Bandwidths and latencies.</param>
    /// <param name="topology">The network.</param>
    /// <param name="gang">The gang: its GPUs, workload, parallelism and byte hints.</param>
    /// <param name="scaleUpGBps">By node index: one-way GB/s per GPU inside its NVLink domain; 0 means <see cref="LinkTable.NvLink"/>.</param>
    public OwnTimeEstimator(LinkTable links, ClusterTopology topology, Gang gang, double[] scaleUpGBps)
    {
        _links = links;
        _scaleUpGBps = scaleUpGBps;
        var traffic = GangTraffic.Of(gang);
        _communicators = traffic.Communicators;
        Assumptions = traffic.Assumptions;
        _scan = new(links, topology);
        _cross = new(links, topology, _scan);
    }

    /// <summary>What was assumed about the traffic, as info problems ("assumed: AllReduce of 1 GiB per rank and step").</summary>
    public ImmutableArray<Problem> Assumptions { get; }

    /// <summary>
    /// Communication per step in ms, for ordering placements: rounded up to three significant digits, and never falling when more NVLink domains are
    /// used (the maximum with the equal split over every smaller number of domains).
    /// </summary>
    /// <param name="nodeOfRank">Node index by rank; may be shorter than the gang when members are left out.</param>
    public double OwnTimeMs(ReadOnlySpan<int> nodeOfRank)
    {
        if (nodeOfRank.Length <= 1 || _communicators.IsEmpty) return 0;
        _scan.Begin(nodeOfRank);
        var nvLink = SlowestNvLink();
        var us = 0.0;
        foreach (var communicator in _communicators)
        {
            us += TimeUs(communicator, nodeOfRank, nvLink);
        }

        return RoundUp(us / 1000);
    }

    /// <summary>False when the own time is the same wherever the members are.</summary>
    internal bool DependsOnPlacement => _communicators.Any(c => !c.InsidePod);

    /// <summary>
    /// A bound: no placement of that many ranks on that many NVLink domains has a smaller <see cref="OwnTimeMs"/>. Traffic of smaller groups counts as 0.
    /// </summary>
    internal double LeastMs(int ranks, int domains)
    {
        var nvLink = FastestNvLink();
        var us = 0.0;
        foreach (var communicator in _communicators)
        {
            if (communicator.InsidePod)
            {
                us += OfShape(communicator, CommunicatorShape.EqualSplit(_links, communicator.GroupSize, 1), 0, nvLink);
            }
            else if (communicator.IsWholeGang && ranks > 1)
            {
                us += Floor(communicator, ranks, Math.Min(domains, ranks), nvLink);
            }
        }

        return RoundUp(us / 1000);
    }

    /// <summary>The same with its parts, for reports.</summary>
    public CommunicationEstimate Estimate(ReadOnlySpan<int> nodeOfRank)
    {
        var ms = OwnTimeMs(nodeOfRank);
        if (nodeOfRank.Length <= 1 || _communicators.IsEmpty) return new(ms, ImmutableSortedDictionary<string, double>.Empty, 1);
        return new(ms, _cross.Bytes(_communicators, nodeOfRank), _cross.Uniformity(_communicators[0], nodeOfRank, SlowestNvLink()));
    }

    /// <summary>Rounds up to three significant digits. A value that already has three stays, whatever its last binary digit.</summary>
    internal static double RoundUp(double value)
    {
        if (!(value > 0) || double.IsInfinity(value)) return value;
        var digits = 2 - (int)Math.Floor(Math.Log10(value));
        var scale = Math.Pow(10, Math.Abs(digits));
        var scaled = digits >= 0 ? value * scale : value / scale;
        var whole = Math.Ceiling(scaled - 1e-9);
        return digits >= 0 ? whole / scale : whole * scale;
    }

    private double TimeUs(Communicator communicator, ReadOnlySpan<int> nodeOfRank, double nvLink)
    {
        if (communicator.InsidePod)
        {
            return OfShape(communicator, CommunicatorShape.EqualSplit(_links, communicator.GroupSize, 1), 0, nvLink);
        }

        if (communicator.IsWholeGang)
        {
            var load = communicator.Kind == CollectiveKind.AllToAll ? _scan.UplinkLoad(_scan.RunNodes, _scan.RunRanks) : 0;
            return OfShape(communicator, _scan.WholeGang(), load, nvLink);
        }

        return SlowestGroup(communicator, nodeOfRank, nvLink);
    }

    private double SlowestGroup(Communicator communicator, ReadOnlySpan<int> nodeOfRank, double nvLink)
    {
        var size = communicator.GroupSize;
        // Consecutive ranks that never straddle a node: every group is inside one node, the first (never cut short) speaks for all. Pairs overlap.
        var alike = communicator.IsContiguous && communicator.Kind != CollectiveKind.PointToPoint && _scan.Alignment % size == 0;
        var aligned = _scan.Alignment % communicator.BlockSize == 0;
        var slowest = 0.0;
        for (var at = 0; at < communicator.Ranks.Length; at += size)
        {
            var group = communicator.Ranks.AsSpan(at, size);
            if (group[0] >= nodeOfRank.Length) break;
            if (aligned && group[0] % communicator.BlockSize != 0) continue;
            slowest = Math.Max(slowest, OfGroup(communicator, group, nodeOfRank, nvLink));
            if (alike) break;
        }

        return slowest;
    }

    private double OfGroup(Communicator communicator, ReadOnlySpan<int> group, ReadOnlySpan<int> nodeOfRank, double nvLink)
    {
        if (communicator.Kind == CollectiveKind.PointToPoint)
        {
            if (group[1] >= nodeOfRank.Length) return 0;
            int from = nodeOfRank[group[0]], to = nodeOfRank[group[1]];
            var near = _scan.SameNvLinkDomain(from, to);
            return CollectiveEstimator.PointToPointUs(
                _links, near, communicator.Bytes, near ? 1 : _scan.OversubscriptionBetween(from, to), nvLink);
        }

        var shape = _scan.Group(group, nodeOfRank);
        if (communicator.Kind == CollectiveKind.AllReduce) return OfShape(communicator, shape, 0, nvLink);
        var runs = _scan.GroupRuns(group, nodeOfRank);
        return OfShape(communicator, shape, _scan.UplinkLoad(_scan.GroupNodes(runs), _scan.GroupRanks(runs)), nvLink);
    }

    private double OfShape(Communicator communicator, in CommunicatorShape shape, double uplinkLoad, double nvLink) =>
        shape.Ranks <= 1 ? 0 : Math.Max(Us(communicator, shape, uplinkLoad, nvLink), Floor(communicator, shape.Ranks, shape.Domains, nvLink));

    private double Us(Communicator communicator, in CommunicatorShape shape, double uplinkLoad, double nvLink) => communicator.Kind == CollectiveKind.AllToAll
        ? CollectiveEstimator.AllToAllUs(_links, shape, communicator.Bytes, uplinkLoad, nvLink)
        : CollectiveEstimator.AllReduceUs(_links, shape, communicator.Bytes, nvLink);

    // The slowest equal split over at most this many domains, so that more NVLink domains never look better.
    private double Floor(Communicator communicator, int ranks, int domains, double nvLink)
    {
        var key = new FloorKey(communicator.Kind, communicator.Bytes, ranks, nvLink);
        if (!_floors.TryGetValue(key, out var floors)) _floors[key] = floors = [];
        while (floors.Count < domains)
        {
            var split = Us(communicator, CommunicatorShape.EqualSplit(_links, ranks, floors.Count + 1), 0, nvLink);
            floors.Add(floors.Count == 0 ? split : Math.Max(split, floors[^1]));
        }

        return floors[domains - 1];
    }

    private double SlowestNvLink()
    {
        var slowest = double.PositiveInfinity;
        foreach (var node in _scan.RunNodes)
        {
            var speed = _scaleUpGBps[node] > 0 ? _scaleUpGBps[node] : _links.NvLink.UnidirGBps;
            slowest = Math.Min(slowest, speed);
        }

        return slowest;
    }

    private double FastestNvLink()
    {
        var fastest = _links.NvLink.UnidirGBps;
        foreach (var speed in _scaleUpGBps)
        {
            fastest = Math.Max(fastest, speed);
        }

        return fastest;
    }

    private readonly record struct FloorKey(CollectiveKind Kind, double Bytes, int Ranks, double NvLinkGBps);
}
