using System.Collections.Concurrent;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>One state of the cluster as the verbs look at it: the snapshot, its names, and free amounts by column. Immutable.</summary>
/// <param name="snapshot">The cluster.</param>
/// <param name="names">Its node names; shared by all snapshots of one topology.</param>
public sealed class ExtenderView(ClusterSnapshot snapshot, NodeNameTable names)
{
    private readonly ConcurrentDictionary<string, (long[] Free, long[] All)> _columns = new(StringComparer.Ordinal);

    /// <summary>The cluster.</summary>
    public ClusterSnapshot Snapshot { get; } = snapshot;

    /// <summary>Its node names by node index.</summary>
    public NodeNameTable Names { get; } = names;

    /// <summary>What is free of a resource, and what there is in all, by node index; worked out when first asked for.</summary>
    internal (long[] Free, long[] All) Column(string resource) => _columns.GetOrAdd(resource, static (name, snapshot) =>
    {
        var (free, all) = (new long[snapshot.Nodes.Length], new long[snapshot.Nodes.Length]);
        for (var n = 0; n < free.Length; n++)
        {
            var used = name == ResourceList.Pods ? snapshot.PodsOf(n).Length : snapshot.UsedOf(n)[name];
            all[n] = snapshot.Nodes[n].Allocatable[name];
            free[n] = all[n] - used;
        }

        return (free, all);
    }, Snapshot);
}
