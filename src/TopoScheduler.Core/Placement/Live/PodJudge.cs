using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// Judges one kind of single pod against every node of a snapshot, again and again: which nodes take it (<see cref="Verdicts"/>) and how good each is
/// in the total order (<see cref="Score"/>). The same answers as planning a gang of one, without a search and without allocating.
/// <para>(1) What depends on nodes alone (readiness, taints, selectors, volumes, watts of the pod there, own time there) is kept until the nodes
/// change. (2) What depends on pods (resources, pod count, power) is computed from the columns of the snapshot on every call. (3) Where pods refuse
/// or attract each other, or ports count, the gang's own filters answer.</para>
/// Keeps buffers the size of the cluster: not for several threads at once.
/// </summary>
public sealed partial class PodJudge
{
    /// <summary>Verdict of a node that takes the pod; any other is 1 + the <see cref="FitConstraint"/> that removed it.</summary>
    public const byte Fits = 0;

    private readonly Gang _gang;
    private readonly PodTemplate _pod;
    private readonly PlacementPolicy _policy;
    private readonly bool _needsFilters;
    private readonly (string Name, long Amount)[] _requests;
    private ImmutableArray<NodeInfo> _nodes;
    private PowerModel? _power;
    private readonly WeakReference<ClusterSnapshot?> _judged = new(null);
    private bool _byFilters;
    private byte[] _verdicts = [];
    private byte[] _ofNodes = [];
    private long[] _watts = [];
    private long[] _limits = [];
    private long[] _headrooms = [];
    private long[][] _allocatable = [];

    /// <summary>Prepares for one pod.</summary>
    /// <param name="gang">A gang of one, see <see cref="Serves"/>.</param>
    /// <param name="policy">The policy.</param>
    public PodJudge(Gang gang, PlacementPolicy policy)
    {
        _gang = gang;
        _pod = gang.Roles[0].Template;
        _policy = policy;
        _requests = [.. _pod.Requests.Where(r => r.Value > 0 && r.Key != ResourceList.Pods).Select(r => (r.Key, r.Value))];
        _needsFilters = _pod.HostPorts.Length > 0 || _pod.Affinity.Length > 0 || _pod.AntiAffinity.Length > 0;
    }

    /// <summary>The pod's gang of one.</summary>
    public Gang Gang => _gang;

    /// <summary>
    /// True for a gang of one whose answer is a set of nodes in an order. One that asks for a label domain, accepts a power cap or must spread needs a plan.
    /// </summary>
    public static bool Serves(Gang gang) =>
        gang.Size == 1 && gang.Hints.Required?.LabelKey is null && gang.Hints.Preferred?.LabelKey is null && gang.Hints.GpuWattsMin is null
        && gang.Hints.SegmentSize <= 1 && gang.Roles[0].Template.Spread.IsEmpty && !gang.Problems.Any(p => p.Severity == Severity.Error);

    /// <summary>One verdict per node index. The buffer is this judge's and holds until the next call.</summary>
    public ReadOnlySpan<byte> Verdicts(ClusterSnapshot cluster)
    {
        // prioritize asks again what filter has asked just before.
        if (_judged.TryGetTarget(out var judged) && ReferenceEquals(judged, cluster)) return _verdicts;
        _judged.SetTarget(null);
        _slotsCounted = false;
        Prepare(cluster);
        Judge(cluster, cluster.Power.Over(_gang.Hints.ExpectedDuration));
        _judged.SetTarget(cluster);
        return _verdicts;
    }

    private void Judge(ClusterSnapshot cluster, PowerModel power)
    {
        if (RequiresMissingTier(cluster))
        {
            _verdicts.AsSpan().Fill(Of(FitConstraint.Tier));
            return;
        }

        _byFilters = _needsFilters || AnyoneRefuses(cluster);
        if (_byFilters) JudgeByFilters(cluster);
        else JudgeByColumns(cluster);
        JudgePower(cluster, power);
    }

    // A tier that no node is labelled for holds nobody.
    private bool RequiresMissingTier(ClusterSnapshot cluster) =>
        _gang.Hints.Required is { Tier.IsFabric: true } required && required.Tier.FabricIndex >= cluster.Topology.FabricTiers;

    // What depends on nodes alone, until they change.
    private void Prepare(ClusterSnapshot cluster)
    {
        if (cluster.Nodes == _nodes && _power is not null && cluster.Power.HasShapeOf(_power)) return;
        var count = cluster.Nodes.Length;
        if (_verdicts.Length != count)
        {
            (_verdicts, _ofNodes, _watts) = (new byte[count], new byte[count], new long[count]);
            ResizeScores(count);
        }

        Eligibility.OfNodes(cluster, _pod, _ofNodes);
        _allocatable = [.. _requests.Select(r => cluster.NodeColumns.Allocatable(r.Name)), cluster.NodeColumns.Allocatable(ResourceList.Pods)];
        NodePower? last = null;
        long watts = 0;
        for (var n = 0; n < count; n++)
        {
            var power = cluster.Nodes[n].Power;
            if (!ReferenceEquals(power, last)) (last, watts) = (power, PowerDraw.OfPod(power, _pod.Power));
            _watts[n] = watts;
        }

        PrepareScores(cluster);
        (_nodes, _power) = (cluster.Nodes, cluster.Power);
    }

    private static bool AnyoneRefuses(ClusterSnapshot cluster)
    {
        var kinds = cluster.PodColumns.Kinds;
        for (var c = 0; c < kinds.ChunkCount; c++)
        {
            foreach (var kind in kinds.Chunk(c))
            {
                if ((kind & NodePods.AntiAffine) != 0) return true;
            }
        }

        return false;
    }

    private void JudgeByFilters(ClusterSnapshot cluster)
    {
        var table = Eligibility.Evaluate(cluster, _gang);
        var dimensions = table.Dimensions.Length;
        for (var n = 0; n < _verdicts.Length; n++)
        {
            _verdicts[n] = table.Removed[0][n] is { } constraint ? Of(constraint) : Fits;
            _slots[n] = _verdicts[n] == Fits ? int.MaxValue : 0;
            for (var d = 0; d < dimensions && _slots[n] > 0; d++)
            {
                if (table.Request[0][d] > 0) _slots[n] = Math.Min(_slots[n], table.Free[n * dimensions + d] / table.Request[0][d]);
            }
        }
    }

    private void JudgeByColumns(ClusterSnapshot cluster)
    {
        _ofNodes.CopyTo(_verdicts, 0);
        for (var d = 0; d < _requests.Length; d++)
        {
            var used = cluster.PodColumns.Used(_requests[d].Name);
            var amount = _requests[d].Amount;
            for (int c = 0, first = 0; c < used.ChunkCount; c++)
            {
                var taken = used.Chunk(c);
                var verdicts = _verdicts.AsSpan(first, taken.Length);
                var most = _allocatable[d].AsSpan(first, taken.Length);
                for (var i = 0; i < taken.Length; i++)
                {
                    if (verdicts[i] == Fits && PodColumns.Saturate(most[i], -taken[i]) < amount) verdicts[i] = Of(FitConstraint.Resources);
                }

                first += taken.Length;
            }
        }

        var pods = cluster.PodColumns.Pods;
        for (int c = 0, n = 0; c < pods.ChunkCount; c++)
        {
            foreach (var here in pods.Chunk(c))
            {
                if (_verdicts[n] == Fits && here.Length >= _allocatable[^1][n]) _verdicts[n] = Of(FitConstraint.PodCount);
                n++;
            }
        }
    }

    private void JudgePower(ClusterSnapshot cluster, PowerModel power)
    {
        if (power.Constraints.IsEmpty) return;
        if (_headrooms.Length != power.Constraints.Length) (_headrooms, _limits) = (new long[power.Constraints.Length], new long[power.Constraints.Length]);
        for (var c = 0; c < _headrooms.Length; c++)
        {
            _limits[c] = power.Constraints[c].LimitHalfWatts;
            _headrooms[c] = _limits[c] - cluster.CommittedOf(c);
        }

        var (draws, watts) = (cluster.NodeColumns.Draws, cluster.PodWatts);
        for (int c = 0, n = 0; c < watts.ChunkCount; c++)
        {
            foreach (var there in watts.Chunk(c))
            {
                if (_verdicts[n] == Fits && !HasWatts(power.SharesOf(n), AddedDraw(draws[n], there, n))) _verdicts[n] = Of(FitConstraint.Power);
                n++;
            }
        }
    }

    private bool HasWatts(ReadOnlySpan<PowerShare> shares, long more)
    {
        foreach (var share in shares)
        {
            var headroom = _headrooms[share.Constraint];
            if (headroom < 0 || share.Halves * more > headroom) return false;
        }

        return true;
    }

    private long AddedDraw(NodeDraw draw, long there, int node) => draw.With(there + _watts[node]) - draw.With(there);

    private static byte Of(FitConstraint constraint) => (byte)(1 + (int)constraint);
}
