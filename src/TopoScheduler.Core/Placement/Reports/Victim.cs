using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>A gang, or a lone pod, that may be evicted: as a whole or not at all.</summary>
/// <param name="Id">Which: <c>job/ml/llama</c>.</param>
/// <param name="Priority">The highest of its pods.</param>
/// <param name="Members">Its pods.</param>
/// <param name="Gpus">Their GPUs.</param>
/// <param name="GpuSeconds">GPU-seconds they have run; null where the start of one is not known.</param>
internal sealed record Victim(string Id, int Priority, ImmutableArray<PodInfo> Members, int Gpus, long? GpuSeconds)
{
    /// <summary>How many pods it has.</summary>
    public int Pods => Members.Length;

    /// <summary>Everything of lower priority. One pod of a gang that may not be evicted protects the others.</summary>
    public static List<Victim> Below(ClusterSnapshot cluster, int priority, DateTimeOffset? now) =>
    [
        .. Enumerable.Range(0, cluster.Nodes.Length)
            .SelectMany(n => cluster.PodsOf(n))
            .Where(p => !p.IsDaemon)
            .GroupBy(DisplacedGangs.KeyOf)
            .GroupBy(g => g.Key.Id, g => g.AsEnumerable(), StringComparer.Ordinal)
            .Select(g => (g.Key, Pods: g.SelectMany(pods => pods).ToList()))
            .Where(g => g.Pods.All(p => p.Priority < priority) && g.Pods.Exists(p => !p.Terminating))
            .Select(g => new Victim(g.Key, g.Pods.Max(p => p.Priority), [.. g.Pods], g.Pods.Sum(p => p.Template.Gpus), Lost(g.Pods, now))),
    ];

    private static long? Lost(IEnumerable<PodInfo> pods, DateTimeOffset? now)
    {
        var lost = 0L;
        foreach (var pod in pods)
        {
            if (pod.Template.Gpus == 0) continue;
            if (now is not { } moment || pod.StartedAt is not { } started) return null;
            lost += pod.Template.Gpus * Math.Max(0, (long)(moment - started).TotalSeconds);
        }

        return lost;
    }
}
