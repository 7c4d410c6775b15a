using System.Collections.Concurrent;
using System.Collections.Immutable;
using TopoScheduler.Core.Power;

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
    private NodeDraw[]? _draws;

    /// <summary>What bounds the draw of each node, by node index. Do not write to it.</summary>
    public NodeDraw[] Draws => _draws ??= [.. nodes.Select(n => NodeDraw.Of(n.Power))];

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

/// <summary>What bounds the draw of a node; nothing of one that is switched off.</summary>
/// <param name="Idle">Watts with nothing running.</param>
/// <param name="Max">Most watts.</param>
internal readonly record struct NodeDraw(long Idle, long Max)
{
    /// <summary>Of a node's watts.</summary>
    public static NodeDraw Of(NodePower power) => power.Powered ? new(power.IdleWatts, power.MaxWatts) : new(0, 0);

    /// <summary>Watts of the node when its pods add so many; as <see cref="PowerDraw.OfNode"/>.</summary>
    public long With(long podWatts) => Math.Min(Max, Idle + Math.Max(0, podWatts));
}
