using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// An immutable view of nodes, the pods that occupy them, the network and the power tree. Everything per node is indexed by node index
/// (fabric order, <see cref="ClusterTopology.NodeNames"/>), so it does not depend on the order of the input.
/// </summary>
public sealed partial class ClusterSnapshot
{
    private readonly Dictionary<string, int> _indexOf;
    private readonly ChunkedArray<long> _podWatts;
    private readonly ChunkedArray<long> _loads;
    private ResourceList?[]? _used;

    private ClusterSnapshot(
        ImmutableArray<NodeInfo> nodes, ClusterTopology topology, PowerModel power, ImmutableArray<PowerDomainSpec> powerDomains, ImmutableArray<PodInfo>[] podsOf,
        ImmutableArray<Problem> problems)
    {
        Nodes = nodes;
        Topology = topology;
        Power = power;
        PowerDomains = powerDomains;
        Problems = problems;
        _indexOf = IndexNames(nodes);
        NodeColumns = new(nodes);
        PodColumns = PodColumns.Read(podsOf);
        var podWatts = new long[nodes.Length];
        for (var n = 0; n < nodes.Length; n++)
        {
            podWatts[n] = SumWatts(nodes[n].Power, podsOf[n]);
        }

        _podWatts = ChunkedArray<long>.Of(podWatts);
        _loads = SumLoads();
    }

    /// <summary>The same nodes with other pods on some of them.</summary>
    private ClusterSnapshot(ClusterSnapshot before, IReadOnlyList<NodePodsChange> changes)
    {
        (Nodes, Topology, Power, Problems) = (before.Nodes, before.Topology, before.Power, before.Problems);
        (NodeColumns, _indexOf, PowerDomains) = (before.NodeColumns, before._indexOf, before.PowerDomains);
        PodColumns = before.PodColumns.With(changes);
        var podWatts = before._podWatts.Edit();
        var loads = before._loads.Edit();
        (_measured, _added, _diversity) = (before._measured, before._added, before._diversity?.With(before, changes));
        var added = _added?.Edit();
        foreach (var change in changes)
        {
            var power = Nodes[change.Node].Power;
            var drawn = PowerDraw.OfNode(power, podWatts[change.Node]);
            podWatts[change.Node] = SumWatts(power, change.Pods);
            var more = PowerDraw.OfNode(power, podWatts[change.Node]) - drawn;
            foreach (var share in more == 0 ? [] : Power.SharesOf(change.Node))
            {
                loads[share.Constraint] += share.Halves * more;
                if (added is not null && more > 0) added[share.Constraint] += share.Halves * more;
            }
        }

        _podWatts = podWatts.ToImmutable();
        _loads = loads.ToImmutable();
        _added = added?.ToImmutable();
    }

    /// <summary>The same pods under another power model or on nodes of which one has changed in what is no part of network and power tree.</summary>
    private ClusterSnapshot(ClusterSnapshot before, PowerModel power, ImmutableArray<NodeInfo> nodes)
    {
        (Nodes, Topology, Power, Problems) = (nodes, before.Topology, power, before.Problems);
        (_indexOf, PodColumns, _podWatts, PowerDomains) = (before._indexOf, before.PodColumns, before._podWatts, before.PowerDomains);
        if (nodes == before.Nodes)
        {
            NodeColumns = before.NodeColumns;
            if (power.HasShapeOf(before.Power))
            {
                (_loads, _measured, _added, _diversity) = (before._loads, before._measured, before._added, before._diversity);
                return;
            }
        }
        else
        {
            NodeColumns = new(nodes);
            var podWatts = before._podWatts.Edit();
            for (var n = 0; n < nodes.Length; n++)
            {
                if (!ReferenceEquals(nodes[n], before.Nodes[n])) podWatts[n] = SumWatts(nodes[n].Power, PodsOf(n));
            }

            _podWatts = podWatts.ToImmutable();
        }

        _loads = SumLoads();
        (_measured, _added) = CarryReadings(before);
        _diversity = before._diversity is { } diversity ? DiversityLoads.Of(this, diversity.CoincidencePercent) : null;
    }

    /// <summary>Nodes by node index.</summary>
    public ImmutableArray<NodeInfo> Nodes { get; }

    /// <summary>The network.</summary>
    public ClusterTopology Topology { get; }

    /// <summary>The power tree.</summary>
    public PowerModel Power { get; }

    /// <summary>What is said of power domains beside the labels.</summary>
    public ImmutableArray<PowerDomainSpec> PowerDomains { get; }

    /// <summary>Everything wrong with the input: nodes, topology, power, pods on unknown nodes. In a fixed order.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>Labels and allocatable resources by column.</summary>
    internal NodeColumns NodeColumns { get; }

    /// <summary>What the pods take and forbid, by column.</summary>
    internal PodColumns PodColumns { get; }

    /// <summary>Watts the pods add to each node, by column.</summary>
    internal ChunkedArray<long> PodWatts => _podWatts;

    /// <summary>Pods that occupy a node, in (namespace, name) order.</summary>
    public ImmutableArray<PodInfo> PodsOf(int node) => PodColumns.Pods[node];

    /// <summary>Sum of the requests of the pods on a node (without <c>pods</c>).</summary>
    public ResourceList UsedOf(int node) => (_used ??= new ResourceList?[Nodes.Length])[node] ??= SumRequests(PodsOf(node));

    /// <summary>Watts the pods on a node add to it, before the node's maximum is applied.</summary>
    public long PodWattsOf(int node) => _podWatts[node];

    /// <summary>Committed draw of a node in watts.</summary>
    public long DrawOf(int node) => PowerDraw.OfNode(Nodes[node].Power, _podWatts[node]);

    /// <summary>Index of the node of this name, or -1.</summary>
    public int IndexOf(string nodeName) => _indexOf.GetValueOrDefault(nodeName, -1);

    /// <summary>What is reserved in every power constraint in half watts, base watts excluded: Σ halves·draw over its nodes.</summary>
    public long[] ConstraintLoads()
    {
        var loads = new long[_loads.Length];
        _loads.CopyTo(loads);
        return loads;
    }

    /// <summary>What is reserved in one power constraint in half watts, base watts excluded.</summary>
    public long LoadOf(int constraint) => _loads[constraint];

    /// <summary>
    /// Builds a snapshot. Nodes of one name: the first in ordinal uid order is kept and the others are a problem. Pods on unknown nodes are a
    /// problem and occupy nothing.
    /// </summary>
    /// <param name="nodes">Nodes in any order.</param>
    /// <param name="pods">Pods that occupy a node, in any order.</param>
    /// <param name="powerDomains">What is said of power domains beside the labels, in any order. Their windows count at all times until <see cref="At"/>.</param>
    public static ClusterSnapshot Create(IEnumerable<NodeInfo> nodes, IEnumerable<PodInfo> pods, IEnumerable<PowerDomainSpec>? powerDomains = null)
    {
        var problems = ImmutableArray.CreateBuilder<Problem>();
        var byName = new Dictionary<string, NodeInfo>(StringComparer.Ordinal);
        foreach (var group in nodes.GroupBy(n => n.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var kept = group.OrderBy(n => n.Uid, StringComparer.Ordinal).First();
            byName[group.Key] = kept;
            problems.AddRange(kept.Problems);
            if (group.Skip(1).Any())
            {
                problems.Add(Problem.Error($"node/{group.Key}", $"{group.Count()} nodes have this name; the one with uid \"{kept.Uid}\" is used, expected one."));
            }
        }

        var topology = TopologyBuilder.Build([.. byName.Select(n => KeyValuePair.Create(n.Key, n.Value.Location))]);
        var ordered = topology.NodeNames.Select(name => byName[name]).ToImmutableArray();
        ImmutableArray<PowerDomainSpec> said = [.. powerDomains ?? []];
        var power = PowerModelBuilder.Build(topology.NodeNames, [.. ordered.Select(n => n.PowerLocation)], said);
        problems.AddRange(topology.Problems);
        problems.AddRange(power.Problems);

        var podsOf = Distribute(pods, IndexNames(ordered), problems);
        return new(ordered, topology, power, said, podsOf, problems.ToImmutable());
    }

    /// <summary>The same cluster with other pods: for what-if questions. Shares the network and the power tree.</summary>
    public ClusterSnapshot WithPods(Func<PodInfo, bool> keep)
    {
        var changes = new List<NodePodsChange>();
        for (var n = 0; n < Nodes.Length; n++)
        {
            var kept = PodsOf(n).RemoveAll(pod => !keep(pod));
            if (kept != PodsOf(n)) changes.Add(new(n, kept));
        }

        return With(changes);
    }

    /// <summary>The same cluster without some of its pods. Costs what their nodes hold, not what the cluster holds.</summary>
    internal ClusterSnapshot Without(IReadOnlySet<PodInfo> gone) => With(
        [.. gone.Select(p => IndexOf(p.NodeName)).Distinct().Select(n => new NodePodsChange(n, PodsOf(n).RemoveAll(gone.Contains)))]);

    /// <summary>The same cluster with more pods, each on a node that exists: for planning several gangs one after the other.</summary>
    public ClusterSnapshot Plus(IEnumerable<PodInfo> pods) => With(
        [.. pods.Where(p => _indexOf.ContainsKey(p.NodeName))
            .GroupBy(p => _indexOf[p.NodeName])
            .Select(g => new NodePodsChange(g.Key, Sorted([.. PodsOf(g.Key), .. g])))]);

    /// <summary>The same cluster with other pods on some nodes. Costs what the changed nodes hold, not what the cluster holds.</summary>
    internal ClusterSnapshot With(IReadOnlyList<NodePodsChange> changes) => changes.Count == 0 ? this : new(this, changes);

    /// <summary>The same cluster with one node changed in what is no part of the network and the power tree: readiness, taints, resources, labels.</summary>
    internal ClusterSnapshot WithNode(int index, NodeInfo node) => new(this, Power, Nodes.SetItem(index, node));

    /// <summary>The same cluster with the same nodes in their places, some changed in what is no part of the network, under another power model.</summary>
    internal ClusterSnapshot With(ImmutableArray<NodeInfo> nodes, PowerModel power) => nodes == Nodes ? WithPower(power) : new(this, power, nodes);

    /// <summary>
    /// A cluster of other nodes, read anew, with the pods of this one, and everything else that was said of it: budgets, which need not be those its labels
    /// state, moment, readings.
    /// </summary>
    internal ClusterSnapshot Rebuilt(IEnumerable<NodeInfo> nodes, IEnumerable<PowerDomainSpec> powerDomains)
    {
        var rebuilt = Create(nodes, Enumerable.Range(0, Nodes.Length).SelectMany(n => PodsOf(n)), powerDomains);
        rebuilt = rebuilt.WithPower(rebuilt.Power.Carrying(Power));
        if (_diversity is { } diversity) rebuilt = rebuilt.WithDiversity(diversity.CoincidencePercent);
        return rebuilt.WithReadingsOf(this);
    }

    /// <summary>The same cluster and pods under another power model: for what-if budgets.</summary>
    public ClusterSnapshot WithPower(PowerModel power) => power == Power ? this : new(this, power, Nodes);

    /// <summary>The same cluster at a moment: power budgets that change with time are those of then.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="horizon">How far ahead budgets must hold for what does not say how long it runs.</param>
    public ClusterSnapshot At(DateTimeOffset now, TimeSpan horizon) => WithPower(Power.At(now, horizon));

    /// <summary>The same cluster with the lowest power budgets there are while something runs, from its moment on.</summary>
    /// <param name="duration">How long it runs; null: not known, the horizon counts.</param>
    public ClusterSnapshot Over(TimeSpan? duration) => WithPower(Power.Over(duration));

    /// <summary>Pods by node index, each list sorted. Those on unknown nodes are a problem each.</summary>
    private static ImmutableArray<PodInfo>[] Distribute(
        IEnumerable<PodInfo> pods, Dictionary<string, int> indexOf, ImmutableArray<Problem>.Builder? problems)
    {
        var lists = new List<PodInfo>?[indexOf.Count];
        var lost = new List<PodInfo>();
        foreach (var pod in pods)
        {
            if (indexOf.TryGetValue(pod.NodeName, out var n)) (lists[n] ??= []).Add(pod);
            else lost.Add(pod);
        }

        foreach (var pod in lost.OrderBy(p => p.NodeName, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal))
        {
            problems?.Add(Problem.Warning(pod.Id, $"is bound to node \"{pod.NodeName}\", which is not in the input; it is not counted."));
        }

        return Array.ConvertAll(lists, list => list is null ? [] : Sorted([.. list]));
    }

    /// <summary>Pods in (namespace, name, uid) order.</summary>
    internal static ImmutableArray<PodInfo> Sorted(PodInfo[] pods)
    {
        Array.Sort(pods, static (a, b) =>
        {
            var order = string.CompareOrdinal(a.Template.Namespace, b.Template.Namespace);
            if (order == 0) order = string.CompareOrdinal(a.Name, b.Name);
            return order != 0 ? order : string.CompareOrdinal(a.Uid, b.Uid);
        });
        return ImmutableCollectionsMarshal.AsImmutableArray(pods);
    }

    private static Dictionary<string, int> IndexNames(ImmutableArray<NodeInfo> nodes)
    {
        var indexOf = new Dictionary<string, int>(nodes.Length, StringComparer.Ordinal);
        for (var n = 0; n < nodes.Length; n++)
        {
            indexOf[nodes[n].Name] = n;
        }

        return indexOf;
    }

    private ChunkedArray<long> SumLoads()
    {
        var loads = new long[Power.Constraints.Length];
        for (var n = 0; n < Nodes.Length; n++)
        {
            var draw = DrawOf(n);
            foreach (var share in Power.SharesOf(n))
            {
                loads[share.Constraint] += share.Halves * draw;
            }
        }

        return ChunkedArray<long>.Of(loads);
    }

    private static long SumWatts(NodePower node, ImmutableArray<PodInfo> pods)
    {
        var sum = 0L;
        foreach (var pod in pods)
        {
            sum = PodColumns.Saturate(sum, PowerDraw.OfPod(node, pod.Template.Power));
        }

        return sum;
    }

    private static ResourceList SumRequests(ImmutableArray<PodInfo> pods)
    {
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            foreach (var (name, amount) in pod.Template.Requests.Amounts)
            {
                sums[name] = PodColumns.Saturate(sums.GetValueOrDefault(name), amount);
            }
        }

        return sums.Count == 0 ? ResourceList.Empty : ResourceList.Of(sums);
    }
}
