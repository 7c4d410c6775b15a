using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// Who holds GPUs and is going to leave them, in the order in which they are expected to: known ends first, then the others by key. Pods of one gang leave
/// together; a pod of no gang is one by itself. Pods without GPUs stay.
/// </summary>
internal sealed class Occupants
{
    private readonly ClusterSnapshot _cluster;
    private readonly List<(int Node, PodInfo Pod, int Occupant)> _pods = [];
    private readonly int[] _rankOf;
    private readonly RunningGang[] _byEnd;

    public Occupants(ClusterSnapshot cluster, IReadOnlyCollection<RunningGang> running)
    {
        _cluster = cluster;
        var found = Collect();
        var ends = new Dictionary<GangKey, DateTimeOffset?>(running.Count);
        foreach (var gang in running)
        {
            ends[gang.Key] = gang.EndsAt;
        }

        var order = new (RunningGang Gang, string Id, int Occupant)[found.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (new(found[i], ends.GetValueOrDefault(found[i])), found[i].Id, i);
        }

        Array.Sort(order, static (a, b) => Compare(a.Gang, a.Id, b.Gang, b.Id));
        _byEnd = new RunningGang[order.Length];
        _rankOf = new int[order.Length];
        for (var rank = 0; rank < order.Length; rank++)
        {
            _byEnd[rank] = order[rank].Gang;
            _rankOf[order[rank].Occupant] = rank;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _byEnd.Length;

    /// <summary>The one that is expected to end after this many others.</summary>
    public RunningGang this[int rank] => _byEnd[rank];

    /// <summary>The cluster when the first so many have ended.</summary>
    public ClusterSnapshot WithoutFirst(int count)
    {
        var gone = new bool[Count];
        Array.Fill(gone, true, 0, count);
        return Without(gone);
    }

    /// <summary>Pods of the first so many.</summary>
    public IEnumerable<PodInfo> PodsOfFirst(int count) => _pods.Where(p => _rankOf[p.Occupant] < count).Select(p => p.Pod);

    /// <summary>The cluster when all of those have ended.</summary>
    public ClusterSnapshot Without(Func<RunningGang, bool> hasEnded) => Without(Array.ConvertAll(_byEnd, g => hasEnded(g)));

    private ClusterSnapshot Without(bool[] gone)
    {
        var changes = new List<NodePodsChange>();
        for (var from = 0; from < _pods.Count;)
        {
            var to = from;
            var any = false;
            for (; to < _pods.Count && _pods[to].Node == _pods[from].Node; to++) any |= gone[_rankOf[_pods[to].Occupant]];
            if (any) changes.Add(new(_pods[from].Node, Kept(from, gone)));
            from = to;
        }

        return _cluster.With(changes);
    }

    private ImmutableArray<PodInfo> Kept(int at, bool[] gone)
    {
        var there = _cluster.PodsOf(_pods[at].Node);
        var kept = ImmutableArray.CreateBuilder<PodInfo>(there.Length);
        foreach (var pod in there)
        {
            var listed = at < _pods.Count && ReferenceEquals(_pods[at].Pod, pod);
            if (!listed || !gone[_rankOf[_pods[at].Occupant]]) kept.Add(pod);
            if (listed) at++;
        }

        return kept.ToImmutable();
    }

    private List<GangKey> Collect()
    {
        var occupantOf = new Dictionary<GangKey, int>();
        var found = new List<GangKey>();
        for (var n = 0; n < _cluster.Nodes.Length; n++)
        {
            foreach (var pod in _cluster.PodsOf(n))
            {
                if (pod.Template.Gpus <= 0 || pod.IsDaemon) continue;
                var key = pod.Gang ?? new GangKey(pod.Template.Namespace, "Pod", pod.Name, pod.Uid);
                if (!occupantOf.TryGetValue(key, out var occupant))
                {
                    occupantOf.Add(key, occupant = found.Count);
                    found.Add(key);
                }

                _pods.Add((n, pod, occupant));
            }
        }

        return found;
    }

    private static int Compare(RunningGang a, string aId, RunningGang b, string bId)
    {
        var order = (a.EndsAt ?? DateTimeOffset.MaxValue).CompareTo(b.EndsAt ?? DateTimeOffset.MaxValue);
        if (order == 0) order = (a.EndsAt is null).CompareTo(b.EndsAt is null);
        if (order == 0) order = string.CompareOrdinal(aId, bId);
        if (order == 0) order = string.CompareOrdinal(a.Key.Uid, b.Key.Uid);
        return order != 0 ? order : a.Key.Restart.CompareTo(b.Key.Restart);
    }
}
