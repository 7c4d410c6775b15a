using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Which pods the gangs we take care of have, as the watch shows them, and which gangs have changed since somebody looked. Fed by the watch of pods and by
/// the answers to our own patches. For threads.
/// </summary>
public sealed class GangRoster
{
    private static readonly Dictionary<string, GangPod> Nobody = [];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, GangPod> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<GangKey, Dictionary<string, GangPod>> _gangs = [];
    private readonly HashSet<GangKey> _changed = [];

    /// <summary>A gang or the cluster has changed. Raised by the thread that changed it: whoever hears it must not wait.</summary>
    public event Action? Changed;

    /// <summary>All gangs with a pod.</summary>
    public IReadOnlyList<GangKey> Gangs
    {
        get
        {
            lock (_lock)
            {
                return [.. _gangs.Keys];
            }
        }
    }

    /// <summary>The pods of a gang, in order of name.</summary>
    public IReadOnlyList<GangPod> PodsOf(GangKey gang)
    {
        lock (_lock)
        {
            return [.. _gangs.GetValueOrDefault(gang, Nobody).Values.OrderBy(p => p.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>A pod by name; null when it is none of ours. Of two lives of one name the one that is not ending.</summary>
    public GangPod? Find(string ns, string name)
    {
        lock (_lock)
        {
            return _pods.Values.Where(p => p.Name == name && p.Namespace == ns).OrderBy(p => p.Terminating).ThenBy(p => p.Uid, StringComparer.Ordinal).FirstOrDefault();
        }
    }

    /// <summary>The gangs that have changed since this was last asked.</summary>
    public IReadOnlyList<GangKey> TakeChanged()
    {
        lock (_lock)
        {
            GangKey[] changed = [.. _changed];
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>Something else has changed that gangs may wait for: a node, or a pod of somebody else.</summary>
    public void Wake() => Changed?.Invoke();

    /// <summary>Everything counts as changed: for somebody who begins to look.</summary>
    public void TouchAll()
    {
        lock (_lock)
        {
            _changed.UnionWith(_gangs.Keys);
        }

        Changed?.Invoke();
    }

    /// <summary>A pod is there or has changed.</summary>
    public void Upsert(GangPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        lock (_lock)
        {
            // An event from before our patch is late, not news.
            if (IsLate_NeedsLock(pod)) return;
            Enter_NeedsLock(pod);
        }

        Changed?.Invoke();
    }

    /// <summary>
    /// The API server has answered that a pod is like this. The watch may have been faster: what it has shown since stands, and a pod that it has shown to be
    /// gone does not come back.
    /// </summary>
    public void Learn(GangPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        lock (_lock)
        {
            if (!_pods.ContainsKey(pod.Uid) || IsLate_NeedsLock(pod)) return;
            Enter_NeedsLock(pod);
        }

        Changed?.Invoke();
    }

    /// <summary>A pod is gone, has finished, or is none of ours any more.</summary>
    public void Remove(string uid)
    {
        lock (_lock)
        {
            Leave_NeedsLock(uid);
        }

        Changed?.Invoke();
    }

    /// <summary>These are all pods there are.</summary>
    internal void Replace(IEnumerable<GangPod> pods)
    {
        lock (_lock)
        {
            var there = pods.ToDictionary(p => p.Uid, StringComparer.Ordinal);
            foreach (var gone in _pods.Keys.Where(uid => !there.ContainsKey(uid)).ToList())
            {
                Leave_NeedsLock(gone);
            }

            foreach (var pod in there.Values)
            {
                if (!IsLate_NeedsLock(pod)) Enter_NeedsLock(pod);
            }
        }

        Changed?.Invoke();
    }

    // A gate never comes back, a node is never left, and a pod that is being deleted never lives on.
    private bool IsLate_NeedsLock(GangPod pod) => _pods.TryGetValue(pod.Uid, out var known)
        && (Stage(known) > Stage(pod) || (known.Terminating && !pod.Terminating));

    private static int Stage(GangPod pod) => pod.NodeName is not null ? 2 : pod.Gated ? 0 : 1;

    private void Enter_NeedsLock(GangPod pod)
    {
        if (_pods.TryGetValue(pod.Uid, out var known) && known.Gang != pod.Gang) Leave_NeedsLock(pod.Uid);
        _pods[pod.Uid] = pod;
        if (!_gangs.TryGetValue(pod.Gang, out var members)) _gangs.Add(pod.Gang, members = new(StringComparer.Ordinal));
        members[pod.Uid] = pod;
        _changed.Add(pod.Gang);
    }

    private void Leave_NeedsLock(string uid)
    {
        if (!_pods.Remove(uid, out var pod)) return;
        if (_gangs.TryGetValue(pod.Gang, out var members) && members.Remove(uid) && members.Count == 0) _gangs.Remove(pod.Gang);
        _changed.Add(pod.Gang);
    }
}
