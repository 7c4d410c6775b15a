using System.Collections.Immutable;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// What the pods of a snapshot take and forbid, by column, read in one pass. Sums saturate: amounts come from strangers and must not wrap.
/// </summary>
internal sealed class PodColumns
{
    private readonly Dictionary<string, long[]> _used = new(StringComparer.Ordinal);
    private readonly long[] _none;

    public PodColumns(ImmutableArray<PodInfo>[] podsOf)
    {
        _none = new long[podsOf.Length];
        PodCounts = new int[podsOf.Length];
        var antiAffine = new List<(int, PodInfo)>();
        var withPorts = new List<(int, PodInfo)>();
        for (var n = 0; n < podsOf.Length; n++)
        {
            PodCounts[n] = podsOf[n].Length;
            foreach (var pod in podsOf[n])
            {
                Add(n, pod);
                if (pod.Template.AntiAffinity.Length > 0) antiAffine.Add((n, pod));
                if (pod.Template.HostPorts.Length > 0) withPorts.Add((n, pod));
            }
        }

        AntiAffine = [.. antiAffine];
        WithPorts = [.. withPorts];
    }

    /// <summary>How many pods each node holds.</summary>
    public int[] PodCounts { get; }

    /// <summary>Pods with required anti-affinity, with their nodes.</summary>
    public (int Node, PodInfo Pod)[] AntiAffine { get; }

    /// <summary>Pods with host ports, with their nodes.</summary>
    public (int Node, PodInfo Pod)[] WithPorts { get; }

    /// <summary>Requested amount of a resource by node index. Do not write to it.</summary>
    public long[] Used(string resource) => _used.GetValueOrDefault(resource, _none);

    /// <summary>Sum of two amounts, held at the largest number instead of wrapping.</summary>
    public static long Saturate(long a, long b)
    {
        var sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? long.MinValue : long.MaxValue) : sum;
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
