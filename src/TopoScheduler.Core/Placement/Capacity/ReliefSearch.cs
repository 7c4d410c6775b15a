using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>
/// Who is to be capped or moved so that a power domain is within its budget: what costs users least comes first.
/// </summary>
/// <remarks>
/// Phases: (1) caps, each as low as it may be: gangs of the lowest priority first, of one priority those to whom it is worth most, until it is enough.
/// (2) Where all caps together are not enough, moves: the lowest priority first; of one priority, the gang that is worth the least of those that are enough
/// alone, where there is none the one that is worth most, and so on: few gangs, and little moved. (3) Moves, then caps, that are not needed are taken back,
/// the highest priority first. The fewer gangs do something the more is left over, so what one pass leaves cannot spare anybody. (4) The caps are raised
/// together as far as they are still enough: the highest cap, and the least slowdown.
/// <para>Where even moving everybody is not enough, the same is done for the least that can be reached.</para>
/// </remarks>
/// <param name="load">The load of the domain.</param>
/// <param name="candidates">The gangs below it, in a fixed order.</param>
internal sealed class ReliefSearch(DomainLoad load, List<ReliefCandidate> candidates)
{
    private readonly List<ReliefCandidate> _chosen = [];
    private long _goal;

    private bool IsEnough => load.OverHalfWatts <= _goal;

    /// <summary>The list.</summary>
    /// <param name="gangs">Tells slowdowns.</param>
    /// <param name="feed">The feed state in which freed watts are told.</param>
    public ImmutableArray<PowerRelief> Run(OvershootGangs gangs, FeedState feed)
    {
        foreach (var candidate in candidates) candidate.Move();
        _goal = load.OverHalfWatts;
        foreach (var candidate in candidates) candidate.Leave();

        CapUntilEnough();
        MoveUntilEnough();
        TakeBack();
        RaiseCaps();
        return Tell(gangs, feed);
    }

    private void CapUntilEnough()
    {
        var willing = candidates.Where(c => c.Caps is not null).Select(c => (Gang: c, Worth: c.Worth(() => c.Cap(0)))).OrderBy(c => c.Gang.Priority).ThenByDescending(c => c.Worth);
        foreach (var (gang, _) in willing.ToList())
        {
            if (IsEnough) return;
            gang.Cap(0);
            _chosen.Add(gang);
        }
    }

    private void MoveUntilEnough()
    {
        foreach (var equals in candidates.GroupBy(c => c.Priority).OrderBy(g => g.Key))
        {
            if (IsEnough) return;
            var byWorth = equals.Select(c => (Gang: c, Worth: c.Worth(c.Move))).OrderByDescending(c => c.Worth).ToList();
            while (byWorth.Count > 0 && !IsEnough)
            {
                // Worth only grows as others leave a node that is at its maximum, so who was enough is.
                var missing = load.OverHalfWatts - _goal;
                var at = Math.Max(0, byWorth.FindLastIndex(c => c.Worth >= missing));
                byWorth[at].Gang.Move();
                _chosen.Remove(byWorth[at].Gang);
                _chosen.Add(byWorth[at].Gang);
                byWorth.RemoveAt(at);
            }
        }
    }

    private void TakeBack()
    {
        foreach (var gang in _chosen.Where(c => c.IsMoved).OrderByDescending(c => c.Priority).ToList())
        {
            if (gang.Caps is null) gang.Leave();
            else gang.Cap(0);
            if (!IsEnough) gang.Move();
        }

        foreach (var gang in _chosen.Where(c => !c.IsMoved).OrderByDescending(c => c.Priority).ToList())
        {
            if (gang.CapWatts is not { } cap) continue;
            gang.Leave();
            if (!IsEnough) gang.Cap(cap);
        }

        _chosen.RemoveAll(c => !c.IsMoved && c.CapWatts is null);
    }

    private void RaiseCaps()
    {
        var capped = _chosen.Where(c => c.CapWatts is not null).ToList();
        if (capped.Count == 0) return;
        var (low, high) = (capped.Min(c => c.Caps!.LowestWatts), capped.Max(c => c.Caps!.HighestWatts));
        while (low < high)
        {
            var middle = low + ((high - low) / GpuCap.StepWatts + 1) / 2 * GpuCap.StepWatts;
            foreach (var gang in capped) gang.Cap(middle);
            if (IsEnough) low = middle;
            else high = middle - GpuCap.StepWatts;
        }

        foreach (var gang in capped) gang.Cap(low);
    }

    // Done once more in the order of the list, to tell what each is worth there.
    private ImmutableArray<PowerRelief> Tell(OvershootGangs gangs, FeedState feed)
    {
        var list = _chosen.OrderBy(c => c.IsMoved).ThenBy(c => c.Priority).Select(c => (Gang: c, Cap: c.CapWatts)).ToList();
        foreach (var (gang, _) in list) gang.Leave();
        var reliefs = ImmutableArray.CreateBuilder<PowerRelief>(list.Count);
        foreach (var (gang, cap) in list)
        {
            var before = load.HalfWattsIn(feed);
            if (cap is { } watts) gang.Cap(watts);
            else gang.Move();
            reliefs.Add(new()
            {
                Kind = cap is null ? PowerReliefKind.Move : PowerReliefKind.Cap,
                Gang = gang.Gang,
                Priority = gang.Priority,
                Pods = [.. gang.Pods],
                CapWatts = cap,
                Slowdown = cap is { } limit ? gangs.Slowdown(gang.Gang, limit) : null,
                FreesWatts = (before - load.HalfWattsIn(feed)) / 2,
                LeftWatts = load.OverWatts,
            });
        }

        return reliefs.MoveToImmutable();
    }
}
