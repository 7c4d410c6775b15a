using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// How much less pods that serve requests one by one draw together than each at its peak. Of <c>n</c> of them that draw <c>w</c> at the peak and
/// <c>k·w</c> on average, <c>k·Σw + (1 − k)·√Σw²</c> counts: one alone counts in full, what many swing by adds up like independent noise
/// (<c>domain-model.md</c> §5.2: Σμ + z·√Σσ², with μ = k·w and z·σ the rest of the peak). Whatever goes, what counts never grows by it, and one that comes never
/// counts for more than its peak.
/// </summary>
/// <remarks>
/// Synchronous gangs compute and wait in unison; they get no credit. Only what GPUs draw above idle swings: fans and CPUs count in full. So the credit holds
/// on a full node too, whose maximum is that of its GPUs and of all the rest. Where it is less, the node's maximum bounds its pods already, and nobody gets any.
/// </remarks>
internal sealed class DiversityLoads
{
    private const long MostPodWatts = 1_000_000;

    private readonly ChunkedArray<Sums> _sums;

    private DiversityLoads(int coincidencePercent, ChunkedArray<Sums> sums)
    {
        (CoincidencePercent, _sums) = (coincidencePercent, sums);
    }

    /// <summary>k, in percent.</summary>
    public int CoincidencePercent { get; }

    /// <summary>The sums of a cluster; null at 100 %, where nobody gets credit.</summary>
    public static DiversityLoads? Of(ClusterSnapshot cluster, int coincidencePercent)
    {
        if (coincidencePercent >= 100) return null;
        var sums = new Sums[cluster.Power.Constraints.Length];
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            var here = On(cluster.Nodes[n].Power, cluster.PodsOf(n));
            if (here.Watts == 0) continue;
            foreach (var share in cluster.Power.SharesOf(n)) sums[share.Constraint] = sums[share.Constraint].Plus(here, share.Halves, +1);
        }

        return new(coincidencePercent, ChunkedArray<Sums>.Of(sums));
    }

    /// <summary>The same with other pods on some nodes.</summary>
    public DiversityLoads With(ClusterSnapshot before, IReadOnlyList<NodePodsChange> changes)
    {
        var sums = _sums.Edit();
        foreach (var change in changes)
        {
            var power = before.Nodes[change.Node].Power;
            var (was, now) = (On(power, before.PodsOf(change.Node)), On(power, change.Pods));
            if (was == now) continue;
            foreach (var share in before.Power.SharesOf(change.Node))
            {
                sums[share.Constraint] = sums[share.Constraint].Plus(was, share.Halves, -1).Plus(now, share.Halves, +1);
            }
        }

        return new(CoincidencePercent, sums.ToImmutable());
    }

    /// <summary>Half watts less than the sum of the peaks that a constraint carries.</summary>
    public long CreditOf(int constraint) => CreditOf(_sums[constraint]);

    /// <summary>The sums of a constraint.</summary>
    public Sums SumsOf(int constraint) => _sums[constraint];

    /// <summary>Half watts less than the sum of the peaks that pods with these sums draw.</summary>
    public long CreditOf(Sums sums)
    {
        return sums.Watts == 0 ? 0 : (long)Math.Max(0, (100 - CoincidencePercent) / 100.0 * (sums.Watts - Math.Sqrt(sums.Squares)));
    }

    /// <summary>What one pod adds to the sums on a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="power">The pod.</param>
    /// <param name="isMember">It is a member of a gang, which computes and waits in unison.</param>
    public static Sums OfPod(NodePower node, PodPower power, bool isMember)
    {
        if (isMember || !power.Independent || power.InsideIdle || !(power.Gpus > 0) || !(power.Trusted || node.CapsEnforced) || !Swings(node)) return default;
        var watts = (long)Math.Clamp(power.Gpus * (PowerDraw.GpuWatts(node, power) - node.GpuIdleWatts), 0, MostPodWatts);
        return new(watts, watts * watts);
    }

    private static Sums On(NodePower node, ImmutableArray<PodInfo> pods)
    {
        if (!Swings(node)) return default;
        var sums = default(Sums);
        foreach (var pod in pods) sums = sums.Plus(OfPod(node, pod.Template.Power, pod.Gang is not null), 1, +1);
        return sums;
    }

    private static bool Swings(NodePower node) =>
        node.Powered && node.MaxWatts >= node.IdleWatts + (long)node.Gpus * (node.GpuMaxWatts - node.GpuIdleWatts);

    /// <summary>Sum of the peaks and of their squares.</summary>
    public readonly record struct Sums(long Watts, long Squares)
    {
        public Sums Plus(Sums other, int halves, int sign) =>
            new(Watts + sign * halves * other.Watts, Squares + sign * halves * halves * other.Squares);
    }
}
