using System.Collections.Immutable;

namespace TopoScheduler.Core.Cluster;

/// <summary>What is worth knowing of the pods of one node without looking at each of them.</summary>
[Flags]
internal enum NodePods : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Some pod that is no DaemonSet or mirror pod: the node is not free.</summary>
    Occupied = 1,

    /// <summary>Some pod with required anti-affinity.</summary>
    AntiAffine = 2,

    /// <summary>Some pod with host ports.</summary>
    WithPorts = 4,
}

/// <summary>
/// What the pods of a snapshot take and forbid, by column and node. Immutable; a changed version shares what did not change. Sums saturate:
/// amounts come from strangers and must not wrap.
/// </summary>
internal sealed class PodColumns
{
    private readonly ChunkedArray<ImmutableArray<PodInfo>> _pods;
    private readonly ImmutableDictionary<string, ChunkedArray<long>> _used;
    private readonly ChunkedArray<long> _none;

    private PodColumns(
        ChunkedArray<ImmutableArray<PodInfo>> pods, ImmutableDictionary<string, ChunkedArray<long>> used, ChunkedArray<NodePods> kinds, ChunkedArray<long> none)
    {
        _pods = pods;
        _used = used;
        _none = none;
        Kinds = kinds;
    }

    /// <summary>Which special pods each node holds.</summary>
    public ChunkedArray<NodePods> Kinds { get; }

    /// <summary>The names of the resources some pod takes.</summary>
    public IEnumerable<string> Resources => _used.Keys;

    /// <summary>Pods with required anti-affinity, with their nodes.</summary>
    public IEnumerable<(int Node, PodInfo Pod)> AntiAffine => Each(NodePods.AntiAffine, static pod => pod.Template.AntiAffinity.Length > 0);

    /// <summary>Pods with host ports, with their nodes.</summary>
    public IEnumerable<(int Node, PodInfo Pod)> WithPorts => Each(NodePods.WithPorts, static pod => pod.Template.HostPorts.Length > 0);

    /// <summary>Pods that occupy each node, in (namespace, name) order.</summary>
    public ChunkedArray<ImmutableArray<PodInfo>> Pods => _pods;

    /// <summary>Reads all pods.</summary>
    public static PodColumns Read(ImmutableArray<PodInfo>[] podsOf)
    {
        var used = new Dictionary<string, long[]>(StringComparer.Ordinal);
        var kinds = new NodePods[podsOf.Length];
        for (var n = 0; n < podsOf.Length; n++)
        {
            kinds[n] = KindsOf(podsOf[n]);
            foreach (var pod in podsOf[n])
            {
                foreach (var (name, amount) in pod.Template.Requests.Amounts)
                {
                    if (!used.TryGetValue(name, out var column)) used.Add(name, column = new long[podsOf.Length]);
                    column[n] = Saturate(column[n], amount);
                }
            }
        }

        return new(
            ChunkedArray<ImmutableArray<PodInfo>>.Of(podsOf),
            used.ToImmutableDictionary(u => u.Key, u => ChunkedArray<long>.Of(u.Value), StringComparer.Ordinal),
            ChunkedArray<NodePods>.Of(kinds),
            ChunkedArray<long>.Filled(podsOf.Length, 0));
    }

    /// <summary>The same with other pods on some nodes.</summary>
    public PodColumns With(IReadOnlyList<NodePodsChange> changes)
    {
        var pods = _pods.Edit();
        var kinds = Kinds.Edit();
        var used = new Dictionary<string, ChunkedArray<long>.Editor>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            // Sums saturate, so nothing can be subtracted: what the node's pods take is added up anew.
            Add(used, change.Node, pods[change.Node], clear: true);
            Add(used, change.Node, change.Pods, clear: false);
            pods[change.Node] = change.Pods;
            kinds[change.Node] = KindsOf(change.Pods);
        }

        var builder = _used.ToBuilder();
        foreach (var (name, editor) in used)
        {
            builder[name] = editor.ToImmutable();
        }

        return new(pods.ToImmutable(), builder.ToImmutable(), kinds.ToImmutable(), _none);
    }

    /// <summary>Requested amount of a resource by node index.</summary>
    public ChunkedArray<long> Used(string resource) => _used.GetValueOrDefault(resource, _none);

    /// <summary>Sum of two amounts, held at the largest number instead of wrapping.</summary>
    public static long Saturate(long a, long b)
    {
        var sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? long.MinValue : long.MaxValue) : sum;
    }

    private void Add(Dictionary<string, ChunkedArray<long>.Editor> used, int node, ImmutableArray<PodInfo> pods, bool clear)
    {
        foreach (var pod in pods)
        {
            foreach (var (name, amount) in pod.Template.Requests.Amounts)
            {
                if (!used.TryGetValue(name, out var column)) used.Add(name, column = Used(name).Edit());
                column[node] = clear ? 0 : Saturate(column[node], amount);
            }
        }
    }

    private static NodePods KindsOf(ImmutableArray<PodInfo> pods)
    {
        var kinds = NodePods.None;
        foreach (var pod in pods)
        {
            if (!pod.IsDaemon) kinds |= NodePods.Occupied;
            if (pod.Template.AntiAffinity.Length > 0) kinds |= NodePods.AntiAffine;
            if (pod.Template.HostPorts.Length > 0) kinds |= NodePods.WithPorts;
        }

        return kinds;
    }

    private IEnumerable<(int Node, PodInfo Pod)> Each(NodePods kind, Func<PodInfo, bool> isOne)
    {
        for (var n = 0; n < Kinds.Length; n++)
        {
            if ((Kinds[n] & kind) == 0) continue;
            foreach (var pod in _pods[n])
            {
                if (isOne(pod)) yield return (n, pod);
            }
        }
    }
}

/// <summary>All pods of one node after a change.</summary>
/// <param name="Node">Node index.</param>
/// <param name="Pods">Its pods, in (namespace, name) order.</param>
internal readonly record struct NodePodsChange(int Node, ImmutableArray<PodInfo> Pods);
