using System.Collections.Immutable;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// What the pods of a snapshot take and forbid, by column, read in one pass. Sums saturate: amounts come from strangers and must not wrap.
/// </summary>
internal sealed class PodColumns
{
    private readonly Dictionary<string, long[]> _used = new(StringComparer.Ordinal);
    private readonly long[] _none;
    private readonly List<(int Node, PodInfo Pod)> _antiAffine = [];
    private readonly List<(int Node, PodInfo Pod)> _withPorts = [];

    /// <summary>Reads all pods.</summary>
    public PodColumns(ImmutableArray<PodInfo>[] podsOf)
    {
        _none = new long[podsOf.Length];
        PodCounts = new int[podsOf.Length];
        for (var n = 0; n < podsOf.Length; n++)
        {
            Read(n, podsOf[n]);
        }
    }

    /// <summary>Reads only the pods of the nodes that hold others than they did; the rest is taken over.</summary>
    public PodColumns(PodColumns before, ImmutableArray<PodInfo>[] podsBefore, ImmutableArray<PodInfo>[] podsOf)
    {
        _none = before._none;
        PodCounts = (int[])before.PodCounts.Clone();
        foreach (var (name, column) in before._used)
        {
            _used.Add(name, (long[])column.Clone());
        }

        _antiAffine.AddRange(before._antiAffine.Where(p => podsBefore[p.Node] == podsOf[p.Node]));
        _withPorts.AddRange(before._withPorts.Where(p => podsBefore[p.Node] == podsOf[p.Node]));
        for (var n = 0; n < podsOf.Length; n++)
        {
            if (podsBefore[n] == podsOf[n]) continue;
            foreach (var column in _used.Values)
            {
                column[n] = 0;
            }

            Read(n, podsOf[n]);
        }
    }

    /// <summary>How many pods each node holds.</summary>
    public int[] PodCounts { get; }

    /// <summary>Pods with required anti-affinity, with their nodes.</summary>
    public IReadOnlyList<(int Node, PodInfo Pod)> AntiAffine => _antiAffine;

    /// <summary>Pods with host ports, with their nodes.</summary>
    public IReadOnlyList<(int Node, PodInfo Pod)> WithPorts => _withPorts;

    /// <summary>Requested amount of a resource by node index. Do not write to it.</summary>
    public long[] Used(string resource) => _used.GetValueOrDefault(resource, _none);

    /// <summary>Sum of two amounts, held at the largest number instead of wrapping.</summary>
    public static long Saturate(long a, long b)
    {
        var sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? long.MinValue : long.MaxValue) : sum;
    }

    private void Read(int node, ImmutableArray<PodInfo> pods)
    {
        PodCounts[node] = pods.Length;
        foreach (var pod in pods)
        {
            Add(node, pod);
            if (pod.Template.AntiAffinity.Length > 0) _antiAffine.Add((node, pod));
            if (pod.Template.HostPorts.Length > 0) _withPorts.Add((node, pod));
        }
    }

    private void Add(int node, PodInfo pod)
    {
        foreach (var (name, amount) in pod.Template.Requests.Amounts)
        {
            if (!_used.TryGetValue(name, out var column))
            {
                column = new long[_none.Length];
                _used.Add(name, column);
            }

            column[node] = Saturate(column[node], amount);
        }
    }
}
