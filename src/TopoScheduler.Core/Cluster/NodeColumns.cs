using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// What depends on the nodes alone, by column, computed when first asked for. Shared by all snapshots of the same nodes; safe to use from
/// several threads.
/// </summary>
internal sealed class NodeColumns(ImmutableArray<NodeInfo> nodes)
{
    /// <summary>Keys come from strangers' manifests: beyond this many, columns are read but not kept.</summary>
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<string, LabelColumn> _labels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long[]> _allocatable = new(StringComparer.Ordinal);

    /// <summary>The nodes grouped by the value of a label.</summary>
    public LabelColumn Label(string key)
    {
        if (_labels.TryGetValue(key, out var column)) return column;
        column = LabelColumn.Read(nodes, key);
        return _labels.Count < MostKept ? _labels.GetOrAdd(key, column) : column;
    }

    /// <summary>Allocatable amount of a resource by node index. Do not write to it.</summary>
    public long[] Allocatable(string resource)
    {
        if (_allocatable.TryGetValue(resource, out var column)) return column;
        column = new long[nodes.Length];
        for (var n = 0; n < column.Length; n++)
        {
            column[n] = nodes[n].Allocatable[resource];
        }

        return _allocatable.Count < MostKept ? _allocatable.GetOrAdd(resource, column) : column;
    }
}
