using System.Collections.Immutable;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// What a layout sends across each tier, and how uniform its links are: for reports, not for ordering.
/// <para>Bytes per step that leave a domain of a tier, summed over all senders (each byte counts once per tier it crosses):</para>
/// <list type="bullet">
/// <item>AllReduce of S over m NVLink domains: every edge of the closed ring over the ranks that joins two NVLink domains carries 2(m−1)/m·S (the
/// parallel rings of the ranks in a domain, S/g each, taken together); it counts for a switch tier when its ends are in different domains of it.</item>
/// <item>AllToAll of S per rank over n ranks: S/n for every ordered pair of ranks in different domains.</item>
/// <item>Point to point: the bytes of every pair in different domains.</item>
/// </list>
/// </summary>
internal sealed class CrossTraffic
{
    private readonly LinkTable _links;
    private readonly LayoutScan _scan;
    private readonly (string Name, int[] DomainOf)[] _tiers;

    public CrossTraffic(LinkTable links, ClusterTopology topology, LayoutScan scan)
    {
        _links = links;
        _scan = scan;
        _tiers = new (string, int[])[topology.FabricTiers + 1];
        _tiers[0] = (Tier.NvLinkDomain.Name, topology.NvLinkIndices);
        for (var t = 0; t < topology.FabricTiers; t++) _tiers[t + 1] = (Tier.Fabric(t).Name, topology.DomainIndices(t));
    }

    /// <summary>Bytes per step by tier name; tiers not crossed are left out. Call after the scan has read the layout.</summary>
    public ImmutableSortedDictionary<string, double> Bytes(ImmutableArray<Communicator> communicators, ReadOnlySpan<int> nodeOfRank)
    {
        var bytes = new double[_tiers.Length];
        foreach (var communicator in communicators)
        {
            if (communicator.InsidePod) continue;
            if (communicator.IsWholeGang)
            {
                AddGroup(communicator, _scan.WholeGang(), _scan.RunNodes, _scan.RunRanks, bytes);
                continue;
            }

            for (var at = 0; at < communicator.Ranks.Length; at += communicator.GroupSize)
            {
                var group = communicator.Ranks.AsSpan(at, communicator.GroupSize);
                var shape = _scan.Group(group, nodeOfRank);
                var runs = _scan.GroupRuns(group, nodeOfRank);
                AddGroup(communicator, shape, _scan.GroupNodes(runs), _scan.GroupRanks(runs), bytes);
            }
        }

        var result = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        for (var t = 0; t < bytes.Length; t++)
        {
            if (bytes[t] > 0) result[_tiers[t].Name] = bytes[t];
        }

        return result.ToImmutable();
    }

    /// <summary>
    /// U = U_path·U_balance of <c>domain-model.md</c> §2.6 for the outermost communicator (its least uniform group); U_gpu is 1, not being measured.
    /// </summary>
    public double Uniformity(Communicator communicator, ReadOnlySpan<int> nodeOfRank, double nvLink)
    {
        if (communicator.InsidePod || communicator.Kind == CollectiveKind.PointToPoint) return 1;
        if (communicator.IsWholeGang) return UniformityOf(_scan.WholeGang(), _scan.RunNodes, _scan.RunRanks, nvLink);
        var least = 1.0;
        for (var at = 0; at < communicator.Ranks.Length; at += communicator.GroupSize)
        {
            var group = communicator.Ranks.AsSpan(at, communicator.GroupSize);
            var shape = _scan.Group(group, nodeOfRank);
            var runs = _scan.GroupRuns(group, nodeOfRank);
            least = Math.Min(least, UniformityOf(shape, _scan.GroupNodes(runs), _scan.GroupRanks(runs), nvLink));
        }

        return least;
    }

    private void AddGroup(
        Communicator communicator, in CommunicatorShape shape, ReadOnlySpan<int> nodes, ReadOnlySpan<int> ranks, double[] bytes)
    {
        if (shape.Ranks <= 1 || shape.Domains <= 1) return;
        for (var t = 0; t < _tiers.Length; t++)
        {
            bytes[t] += communicator.Kind switch
            {
                CollectiveKind.AllReduce => 2.0 * (shape.Domains - 1) / shape.Domains * communicator.Bytes * RingEdgesAcross(nodes, t),
                CollectiveKind.AllToAll => communicator.Bytes / shape.Ranks * PeersAcross(nodes, ranks, t),
                _ => _tiers[t].DomainOf[nodes[0]] != _tiers[t].DomainOf[nodes[^1]] ? communicator.Bytes : 0,
            };
        }
    }

    // An edge inside an NVLink domain never uses a switch, even where the domain spans several leaves.
    private int RingEdgesAcross(ReadOnlySpan<int> nodes, int tier)
    {
        var edges = 0;
        var previous = nodes[^1];
        foreach (var node in nodes)
        {
            if (!_scan.SameNvLinkDomain(previous, node) && _tiers[tier].DomainOf[previous] != _tiers[tier].DomainOf[node]) edges++;
            previous = node;
        }

        return edges;
    }

    private double PeersAcross(ReadOnlySpan<int> nodes, ReadOnlySpan<int> ranks, int tier)
    {
        var counts = new Dictionary<int, double>();
        var n = 0.0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var domain = _tiers[tier].DomainOf[nodes[i]];
            counts[domain] = counts.GetValueOrDefault(domain) + ranks[i];
            n += ranks[i];
        }

        return counts.Values.Sum(count => count * (n - count));
    }

    private double UniformityOf(in CommunicatorShape shape, ReadOnlySpan<int> nodes, ReadOnlySpan<int> ranks, double nvLink)
    {
        if (shape.Ranks <= 1) return 1;
        var reference = _links.Constants.ReferenceBytes;
        var near = CollectiveEstimator.PointToPointUs(_links, true, reference, 1, nvLink);
        double sum = 0, squares = 0;
        var previous = nodes[^1];
        for (var i = 0; i < nodes.Length; i++)
        {
            // One edge into the run, ranks − 1 inside it.
            var time = previous == nodes[i] || _scan.SameNvLinkDomain(previous, nodes[i])
                ? near
                : CollectiveEstimator.PointToPointUs(_links, false, reference, _scan.OversubscriptionBetween(previous, nodes[i]), nvLink);
            sum += time + (ranks[i] - 1) * near;
            squares += time * time + (ranks[i] - 1) * near * near;
            previous = nodes[i];
        }

        var mean = sum / shape.Ranks;
        var variation = Math.Sqrt(Math.Max(0, squares / shape.Ranks - mean * mean)) / mean;
        return 1 / (1 + variation) * shape.MinPerDomain / shape.MaxPerDomain;
    }
}
