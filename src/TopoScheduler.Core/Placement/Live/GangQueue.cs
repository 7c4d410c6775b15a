using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// The gangs that wait, and which of them may start now. Order: priority, then age.
/// <para>(1) Gangs are tried in order; the first that fits starts. (2) The first that does not fit, but would once others have ended, is the head: the nodes it
/// is going to have are kept for it until it starts. (3) A gang behind the head starts only if it does not delay it: on other nodes, and leaving the power
/// domains above the head's nodes enough watts; or anywhere, if it says that it ends before the head is to start. (4) A gang that would not fit on a cluster
/// without others holds nobody up. (5) A gang that was refused is not planned again until something was freed.</para>
/// <code>
///   GPUs of a leaf
///     ▲   ┌─────────────┐┄┄┄┄┄┄┄┄┄┄┄┄┄┄
///     │   │ running     │ head
///     │   ├────────┬────┘
///     │   │ running│ a │   a fits before the head is to start, b beside its nodes
///     │   ├────────┴───┴┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
///     │   │ b ...
///     └───┴─────────────┬────────────► time
///                       when the head is to start
/// </code>
/// <para>Pure: no clock, and equal calls get equal answers. Not safe for several threads at once: the owner asks one call after the other.</para>
/// </summary>
/// <param name="policy">The policy plans are made with.</param>
/// <param name="limits">How much one look may cost.</param>
public sealed partial class GangQueue(PlacementPolicy policy, QueueLimits limits)
{
    private readonly List<QueueEntry> _waiting = [];
    private readonly Dictionary<GangKey, QueueEntry> _entryOf = [];
    private readonly RefusalBook _refusals = new();
    private readonly CountedEngine _engine = new(policy);
    private HeadPlan? _head;
    private QueueEntry? _resumeAt;
    private DateTimeOffset _now = DateTimeOffset.MinValue;

    /// <summary>The gangs in order.</summary>
    public IReadOnlyList<WaitingGang> Waiting => [.. _waiting.Select(e => e.Waiting)];

    /// <summary>The head and what is kept for it; null when no gang waits for others to end.</summary>
    public HeadTarget? Head => _head?.Target;

    /// <summary>True when the last <see cref="Next"/> stopped at its limit before all gangs were looked at: ask again soon.</summary>
    public bool HasMore { get; private set; }

    /// <summary>
    /// The next moment at which time alone may change an answer of <see cref="Next"/>: a gang stops holding out, or the head is to start. Null when there is
    /// none.
    /// </summary>
    public DateTimeOffset? WakeAt
    {
        get
        {
            var wake = _head?.Target.ExpectedStart is { } start && start > _now ? start : (DateTimeOffset?)null;
            foreach (var entry in _waiting)
            {
                if (entry.HoldOutAt(_now) is { } end && !(wake <= end)) wake = end;
            }

            return wake;
        }
    }

    /// <summary>Plans made since the queue was made.</summary>
    internal long Plans => _engine.Plans;

    /// <summary>Puts a gang in. One of the same key that says something else is replaced.</summary>
    public void Put(WaitingGang gang)
    {
        if (_entryOf.TryGetValue(gang.Gang.Key, out var known) && known.Waiting == gang) return;
        Remove(gang.Gang.Key);
        var entry = new QueueEntry(gang);
        _entryOf.Add(entry.Key, entry);
        _waiting.Insert(~_waiting.BinarySearch(entry), entry);
    }

    /// <summary>Takes a gang out: it starts, or is gone. False when it was not there.</summary>
    public bool Remove(GangKey key)
    {
        if (!_entryOf.Remove(key, out var entry)) return false;
        var at = _waiting.BinarySearch(entry);
        _waiting.RemoveAt(at);
        if (ReferenceEquals(_resumeAt, entry)) _resumeAt = at < _waiting.Count ? _waiting[at] : null;
        if (ReferenceEquals(_head?.Entry, entry)) _head = null;
        return true;
    }

    /// <summary>
    /// The first gang that may start now, or null. Ask again after each answer, until there is none.
    /// <para>Read <paramref name="freed"/> before <paramref name="cluster"/>: what is freed between the two readings then only makes a gang be planned once
    /// more, and none misses it.</para>
    /// </summary>
    /// <param name="cluster">The snapshot, with everything that is promised in it.</param>
    /// <param name="freed">A number that changes whenever capacity may have become free or nodes or budgets have changed: <see cref="ClusterState.Freed"/>.</param>
    /// <param name="running">When those that occupy nodes are going to end. Who is not named does so at an unknown time.</param>
    /// <param name="now">The time.</param>
    public QueueAnswer? Next(ClusterSnapshot cluster, long freed, IReadOnlyCollection<RunningGang> running, DateTimeOffset now)
    {
        _now = now;
        HasMore = false;
        return Walk(new(_engine, cluster, freed, running, now));
    }

    /// <summary>Why a gang waits; null when it is not in the queue.</summary>
    public WaitReason? ReasonOf(GangKey key)
    {
        if (!_entryOf.TryGetValue(key, out var entry)) return null;
        var isHead = ReferenceEquals(_head?.Entry, entry);
        // Whoever was the head is looked at anew in the next look.
        var cause = isHead ? WaitCause.RunningGangs : entry.Cause == WaitCause.RunningGangs ? WaitCause.Turn : entry.Cause;
        return new(cause, entry.Refusal?.Result, isHead ? _head!.Target : null, cause == WaitCause.Head ? entry.Behind : null, entry.HoldOutAt(_now));
    }
}
