using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// The one writer of what is known of the cluster: nodes, the pods on them, and the capacity promised to pods that are not there yet. Readers take
/// <see cref="Current"/>, an immutable snapshot in which promises (<see cref="Hold"/>) count like pods, and never wait for a writer.
/// <para>A pod event changes one node and costs what that node holds. A change of the network or of the power tree marks the snapshot stale; it is
/// built anew when somebody next looks, so that relabelling thousands of nodes costs one build and not thousands.</para>
/// <para>A pod is in exactly one of three states: held (planned or assumed), bound, gone. The watch of the API server is the only thing that makes a
/// pod bound or gone; holds are the only thing that can expire.</para>
/// </summary>
public sealed partial class ClusterState
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeInfo> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PodInfo> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<GangKey, HashSet<string>> _boundOf = [];
    private volatile ClusterSnapshot _current = ClusterSnapshot.Create([], []);
    private volatile bool _stale;
    private long _freed;

    /// <summary>The newest snapshot. Lock-free unless network or power tree have changed since the last look.</summary>
    public ClusterSnapshot Current
    {
        get
        {
            if (!_stale) return _current;
            lock (_lock)
            {
                return Current_NeedsLock();
            }
        }
    }

    /// <summary>
    /// Grows whenever capacity or watts may have become free, or nodes or budgets have changed; not when a pod comes or capacity is promised. What did not fit
    /// does not fit as long as it stays the same, unless it wants to be beside pods that have come.
    /// <para>Read it before <see cref="Current"/>. It grows after the snapshot has changed, so a snapshot read later shows everything that it counts; one read
    /// earlier may not, and a freeing would be missed. In this order a change between the two readings only makes somebody look once too often.</para>
    /// </summary>
    public long Freed => Volatile.Read(ref _freed);

    /// <summary>Sets all nodes, as after a list: those not named are gone.</summary>
    public void ReplaceNodes(IEnumerable<NodeInfo> nodes)
    {
        lock (_lock)
        {
            _nodes.Clear();
            foreach (var node in nodes)
            {
                _nodes[node.Name] = node;
            }

            _stale = true;
            Free_NeedsLock();
        }
    }

    /// <summary>Adds a node or changes it. Under another uid it is another node; pods bound to its name count there until the API server has deleted them.</summary>
    public void Upsert(NodeInfo node)
    {
        lock (_lock)
        {
            var known = _nodes.GetValueOrDefault(node.Name);
            if (known is not null && known.SaysTheSame(node)) return;
            _nodes[node.Name] = node;
            if (_stale || known is null || !known.Location.Equals(node.Location) || !known.PowerLocation.Equals(node.PowerLocation) || known.Uid != node.Uid)
            {
                _stale = true;
            }
            else
            {
                _current = _current.WithNode(_current.IndexOf(node.Name), node);
            }

            Free_NeedsLock();
        }
    }

    /// <summary>Takes a node away. Pods said to be on it stay known and count again should it come back.</summary>
    public void RemoveNode(string name)
    {
        lock (_lock)
        {
            if (!_nodes.Remove(name)) return;
            _stale = true;
            Free_NeedsLock();
        }
    }

    /// <summary>Sets all bound pods, as after a list: those not named are gone. Holds stay, except those of pods that are bound now.</summary>
    public void ReplacePods(IEnumerable<PodInfo> pods)
    {
        lock (_lock)
        {
            var known = _pods.Keys.ToHashSet(StringComparer.Ordinal);
            _pods.Clear();
            _boundOf.Clear();
            foreach (var pod in pods)
            {
                Confirm_NeedsLock(pod, !known.Contains(pod.Key));
                Enter_NeedsLock(pod);
            }

            foreach (var gone in _boundAt.Keys.Where(key => !_pods.ContainsKey(key)).ToList()) _boundAt.Remove(gone);
            _stale = true;
            Free_NeedsLock();
        }
    }

    /// <summary>A pod is bound to a node, or what is known of it has changed. Its hold, wherever that was, is over.</summary>
    public void Upsert(PodInfo pod)
    {
        lock (_lock)
        {
            var changes = new Dictionary<int, List<PodInfo>>();
            if (_pods.TryGetValue(pod.Key, out var known)) Leave_NeedsLock(changes, known);
            var hold = Confirm_NeedsLock(pod, known is null);
            if (hold is not null) Leave_NeedsLock(changes, hold.Pod);
            Leave_NeedsIndex(known);
            Enter_NeedsLock(pod);
            Join_NeedsLock(changes, pod);
            Apply_NeedsLock(changes);
            if ((known is not null && !pod.TakesNoLessThan(known)) || (hold is not null && !pod.TakesNoLessThan(hold.Pod))) Free_NeedsLock();
        }
    }

    /// <summary>
    /// Somebody has looked a held pod up and found it bound. Where it is held no more the watch has spoken since, and knows better: the pod may be gone by now.
    /// </summary>
    public void Confirm(PodInfo pod)
    {
        lock (_lock)
        {
            if (_claims.ContainsKey(pod.Uid)) Upsert(pod);
        }
    }

    /// <summary>
    /// A pod is gone, finished or no longer bound. One that was only held gives its claim up: the hold of a gang waits for the pod's replacement until it
    /// expires, that of a single pod ends.
    /// </summary>
    public void RemovePod(string uid)
    {
        lock (_lock)
        {
            var changes = new Dictionary<int, List<PodInfo>>();
            if (_pods.Remove(uid, out var known))
            {
                _boundAt.Remove(known.Key);
                Leave_NeedsIndex(known);
                Leave_NeedsLock(changes, known);
            }

            var isFree = Unclaim_NeedsLock(changes, uid) || known is not null;
            Apply_NeedsLock(changes);
            if (isFree) Free_NeedsLock();
        }
    }

    /// <summary>The pod with its node when it is bound, as far as the watch has shown; else null.</summary>
    public PodInfo? BoundPod(string uid)
    {
        lock (_lock)
        {
            return _pods.GetValueOrDefault(uid);
        }
    }

    /// <summary>All pods with their nodes, as far as the watch has shown, in the order of namespaces and names.</summary>
    public ImmutableArray<PodInfo> BoundPods()
    {
        PodInfo[] pods;
        lock (_lock)
        {
            pods = [.. _pods.Values];
        }

        Array.Sort(pods, static (a, b) => string.CompareOrdinal(a.Template.Namespace, b.Template.Namespace) is not 0 and var byNamespace ? byNamespace : string.CompareOrdinal(a.Name, b.Name));
        return ImmutableCollectionsMarshal.AsImmutableArray(pods);
    }

    /// <summary>The bound pods of a gang, terminating ones left out: they pin where the rest should go.</summary>
    public ImmutableArray<PodInfo> BoundMembers(GangKey gang)
    {
        lock (_lock)
        {
            return _boundOf.TryGetValue(gang, out var uids)
                ? [.. uids.Select(uid => _pods[uid]).Where(p => !p.Terminating).OrderBy(p => p.Name, StringComparer.Ordinal)]
                : [];
        }
    }

    private ClusterSnapshot Current_NeedsLock()
    {
        if (!_stale) return _current;
        var snapshot = ClusterSnapshot.Create(_nodes.Values, _pods.Values.Concat(HeldPods_NeedsLock()), _powerDomains.Values);
        if (_now is { } now) snapshot = snapshot.At(now, _horizon);
        if (_coincidencePercent < 100) snapshot = snapshot.WithDiversity(_coincidencePercent);
        _current = snapshot.WithReadingsOf(_current);
        _stale = false;
        return _current;
    }

    // Only after the snapshot shows it: see Freed.
    private void Free_NeedsLock() => Volatile.Write(ref _freed, _freed + 1);

    private void Enter_NeedsLock(PodInfo pod)
    {
        _pods[pod.Key] = pod;
        if (_now is { } now) _boundAt.TryAdd(pod.Key, now);
        if (pod.Gang is not { } gang) return;
        if (!_boundOf.TryGetValue(gang, out var uids)) _boundOf.Add(gang, uids = new(StringComparer.Ordinal));
        uids.Add(pod.Key);
    }

    private void Leave_NeedsIndex(PodInfo? known)
    {
        if (known?.Gang is not { } gang || !_boundOf.TryGetValue(gang, out var uids)) return;
        uids.Remove(known.Key);
        if (uids.Count == 0) _boundOf.Remove(gang);
    }

    // Changes are gathered per node and applied at once, so that no snapshot shows a pod twice or not at all on its way from hold to bound.
    private List<PodInfo>? PodsIn_NeedsLock(Dictionary<int, List<PodInfo>> changes, string nodeName)
    {
        if (_stale) return null;
        var n = _current.IndexOf(nodeName);
        if (n < 0) return null;
        if (!changes.TryGetValue(n, out var pods)) changes.Add(n, pods = [.. _current.PodsOf(n)]);
        return pods;
    }

    private void Leave_NeedsLock(Dictionary<int, List<PodInfo>> changes, PodInfo pod) => PodsIn_NeedsLock(changes, pod.NodeName)?.Remove(pod);

    // A pod on a node that is not known yet counts as soon as the node is: that builds the snapshot anew.
    private void Join_NeedsLock(Dictionary<int, List<PodInfo>> changes, PodInfo pod) => PodsIn_NeedsLock(changes, pod.NodeName)?.Add(pod);

    private void Apply_NeedsLock(Dictionary<int, List<PodInfo>> changes)
    {
        if (!_stale) _current = _current.With(Changes(changes));
    }

    private static NodePodsChange[] Changes(Dictionary<int, List<PodInfo>> changes) =>
        [.. changes.Select(c => new NodePodsChange(c.Key, ClusterSnapshot.Sorted([.. c.Value])))];
}
