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
public sealed class ClusterSnapshot
{
    private readonly ImmutableArray<PodInfo>[] _podsOf;
    private readonly ResourceList?[] _used;
    private readonly long[] _podWatts;
    private readonly Dictionary<string, int> _indexOf;
    private PodColumns? _podColumns;

    private ClusterSnapshot(
        ImmutableArray<NodeInfo> nodes, ClusterTopology topology, PowerModel power, ImmutableArray<PodInfo>[] podsOf, ImmutableArray<Problem> problems)
    {
        Nodes = nodes;
        Topology = topology;
        Power = power;
        Problems = problems;
        _podsOf = podsOf;
        _used = new ResourceList?[nodes.Length];
        _podWatts = new long[nodes.Length];
        _indexOf = IndexNames(nodes);
        NodeColumns = new(nodes);
        for (var n = 0; n < nodes.Length; n++)
        {
            _podWatts[n] = SumWatts(nodes[n].Power, podsOf[n]);
        }
    }

    /// <summary>The same nodes in a what-if: it changes the pods of few nodes, the others keep their sums.</summary>
    private ClusterSnapshot(ClusterSnapshot before, PowerModel power, ImmutableArray<PodInfo>[] podsOf)
    {
        (Nodes, Topology, Power, Problems) = (before.Nodes, before.Topology, power, before.Problems);
        (NodeColumns, _indexOf, _podsOf) = (before.NodeColumns, before._indexOf, podsOf);
        _used = (ResourceList?[])before._used.Clone();
        _podWatts = (long[])before._podWatts.Clone();
        for (var n = 0; n < podsOf.Length; n++)
        {
            if (podsOf[n] == before._podsOf[n]) continue;
            _used[n] = null;
            _podWatts[n] = SumWatts(Nodes[n].Power, podsOf[n]);
        }

        if (before._podColumns is { } columns) _podColumns = podsOf == before._podsOf ? columns : new(columns, before._podsOf, podsOf);
    }

    /// <summary>Nodes by node index.</summary>
    public ImmutableArray<NodeInfo> Nodes { get; }

    /// <summary>The network.</summary>
    public ClusterTopology Topology { get; }

    /// <summary>The power tree.</summary>
    public PowerModel Power { get; }

    /// <summary>Everything wrong with the input: nodes, topology, power, pods on unknown nodes. In a fixed order.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>Labels and allocatable resources by column.</summary>
    internal NodeColumns NodeColumns { get; }

    /// <summary>What the pods take and forbid, by column; read when first asked for.</summary>
    internal PodColumns PodColumns => LazyInitializer.EnsureInitialized(ref _podColumns, () => new PodColumns(_podsOf))!;

    /// <summary>Pods that occupy a node, in (namespace, name) order.</summary>
    public ImmutableArray<PodInfo> PodsOf(int node) => _podsOf[node];

    /// <summary>Sum of the requests of the pods on a node (without <c>pods</c>).</summary>
    public ResourceList UsedOf(int node) => _used[node] ??= SumRequests(_podsOf[node]);

    /// <summary>Watts the pods on a node add to it, before the node's maximum is applied.</summary>
    public long PodWattsOf(int node) => _podWatts[node];

    /// <summary>Committed draw of a node in watts.</summary>
    public long DrawOf(int node) => PowerDraw.OfNode(Nodes[node].Power, _podWatts[node]);

    /// <summary>Index of the node of this name, or -1.</summary>
    public int IndexOf(string nodeName) => _indexOf.GetValueOrDefault(nodeName, -1);

    /// <summary>Committed load of a power constraint in half watts, base watts excluded: Σ halves·draw over its nodes.</summary>
    public long[] ConstraintLoads()
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

        return loads;
    }

    /// <summary>
    /// Builds a snapshot. Nodes of one name: the first in ordinal uid order is kept and the others are a problem. Pods on unknown nodes are a
    /// problem and occupy nothing.
    /// </summary>
    public static ClusterSnapshot Create(IEnumerable<NodeInfo> nodes, IEnumerable<PodInfo> pods)
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
        var power = PowerModelBuilder.Build(topology.NodeNames, [.. ordered.Select(n => n.PowerLocation)]);
        problems.AddRange(topology.Problems);
        problems.AddRange(power.Problems);

        var podsOf = Distribute(pods, IndexNames(ordered), problems);
        return new(ordered, topology, power, podsOf, problems.ToImmutable());
    }

    /// <summary>The same cluster with other pods: for what-if questions. Shares the network and the power tree.</summary>
    public ClusterSnapshot WithPods(Func<PodInfo, bool> keep)
    {
        var podsOf = new ImmutableArray<PodInfo>[Nodes.Length];
        for (var n = 0; n < podsOf.Length; n++)
        {
            podsOf[n] = _podsOf[n].RemoveAll(pod => !keep(pod));
        }

        return new(this, Power, podsOf);
    }

    /// <summary>The same cluster with more pods, each on a node that exists: for planning several gangs one after the other.</summary>
    public ClusterSnapshot Plus(IEnumerable<PodInfo> pods)
    {
        var added = Distribute(pods, _indexOf, problems: null);
        var podsOf = new ImmutableArray<PodInfo>[Nodes.Length];
        for (var n = 0; n < podsOf.Length; n++)
        {
            podsOf[n] = added[n].IsEmpty ? _podsOf[n] : Sorted([.. _podsOf[n], .. added[n]]);
        }

        return new(this, Power, podsOf);
    }

    /// <summary>The same cluster and pods under another power model: for what-if budgets.</summary>
    public ClusterSnapshot WithPower(PowerModel power) => new(this, power, _podsOf);

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

    private static ImmutableArray<PodInfo> Sorted(PodInfo[] pods)
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
