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
    private readonly ConcurrentDictionary<string, long[]> _free = new(StringComparer.Ordinal);

    /// <summary>The cluster.</summary>
    public ClusterSnapshot Snapshot { get; } = snapshot;

    /// <summary>Its node names by node index.</summary>
    public NodeNameTable Names { get; } = names;

    /// <summary>What is free of a resource, by node index; worked out when first asked for.</summary>
    internal long[] FreeOf(string resource) => _free.GetOrAdd(resource, static (name, snapshot) =>
    {
        var free = new long[snapshot.Nodes.Length];
        for (var n = 0; n < free.Length; n++)
        {
            var used = name == ResourceList.Pods ? snapshot.PodsOf(n).Length : snapshot.UsedOf(n)[name];
            free[n] = snapshot.Nodes[n].Allocatable[name] - used;
        }

        return free;
    }, Snapshot);
}
