using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// The gangs of a cluster as far as they may be asked to draw less. Pods of DaemonSets and mirror pods belong to their node, and pods that are being
/// deleted leave by themselves; neither is anybody to cap or move.
/// </summary>
internal sealed class OvershootGangs
{
    private readonly ClusterSnapshot _cluster;
    private readonly Dictionary<GangKey, List<(int Node, PodInfo Pod)>> _podsOf = [];

    public OvershootGangs(ClusterSnapshot cluster)
    {
        _cluster = cluster;
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            foreach (var pod in cluster.PodsOf(n))
            {
                if (pod.IsDaemon || pod.Terminating) continue;
                var key = KeyOf(pod);
                if (!_podsOf.TryGetValue(key, out var pods)) _podsOf.Add(key, pods = []);
                pods.Add((n, pod));
            }
        }
    }

    /// <summary>The gangs with pods below a domain, by key. Takes the pods that are being deleted out of its load.</summary>
    public List<ReliefCandidate> In(PowerDomain domain, DomainLoad load)
    {
        var found = new Dictionary<GangKey, ReliefCandidate>();
        for (var position = 0; position < domain.Nodes.Length; position++)
        {
            foreach (var pod in _cluster.PodsOf(domain.Nodes[position]))
            {
                if (pod.IsDaemon) continue;
                var watts = PowerDraw.OfPod(load.NodeAt(position), pod.Template.Power);
                if (pod.Terminating)
                {
                    load.Add(position, -watts);
                    if (pod.Gang is null) load.Swing(position, pod.Template.Power, null);
                    continue;
                }

                var key = KeyOf(pod);
                if (!found.TryGetValue(key, out var candidate)) found.Add(key, candidate = new(load, key, CapsOf(_podsOf[key])));
                candidate.Add(position, pod, watts);
            }
        }

        return [.. found.Values.OrderBy(c => c.Gang.Id, StringComparer.Ordinal).ThenBy(c => c.Gang.Uid, StringComparer.Ordinal).ThenBy(c => c.Gang.Restart)];
    }

    /// <summary>How much longer compute of a gang takes under a cap, its pods outside of the domain included: all wait for the slowest.</summary>
    public double Slowdown(GangKey gang, int capWatts)
    {
        var slowdown = 1.0;
        foreach (var (node, pod) in _podsOf[gang])
        {
            if (pod.Template.Gpus > 0) slowdown = Math.Max(slowdown, GpuCap.Slowdown(_cluster.Nodes[node].Power, pod.Template.Power, capWatts));
        }

        return Math.Round(slowdown, 4);
    }

    private static GangKey KeyOf(PodInfo pod) => pod.Gang ?? new(pod.Template.Namespace, "Pod", pod.Name, pod.Uid);

    // As the engine has it: nobody caps a gang that does not accept it, and a cap is one for the whole gang.
    private GpuCap? CapsOf(List<(int Node, PodInfo Pod)> pods)
    {
        var (accepted, drawn) = (0, 0);
        foreach (var (node, pod) in pods)
        {
            if (pod.LowestCapWatts is { } lowest) accepted = Math.Max(accepted, lowest);
            var power = _cluster.Nodes[node].Power;
            if (!power.CapsEnforced || power.Gpus == 0 || pod.Template.Gpus == 0) continue;
            drawn = Math.Max(drawn, (int)Math.Ceiling(PowerDraw.GpuWatts(power, pod.Template.Power)));
        }

        if (accepted == 0 || drawn == 0) return null;
        foreach (var (node, pod) in pods)
        {
            var power = _cluster.Nodes[node].Power;
            if (power.CapsEnforced && pod.Template.Gpus > 0) accepted = Math.Max(accepted, power.GpuMinCapWatts);
        }

        return GpuCap.Between(accepted, drawn);
    }
}
