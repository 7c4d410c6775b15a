using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// Remembers refusals, so that a gang is planned again only when something was freed, and one of many gangs that are alike speaks for all of them. Adding a
/// pod takes room from every gang, except from those that want to be beside it.
/// </summary>
internal sealed class RefusalBook
{
    private readonly Dictionary<Gang, Refusal> _byShape = new(GangShape.Instance);
    private long? _freed;

    /// <summary>The refusal that makes asking needless; null when it must be asked.</summary>
    public Refusal? Find(QueueEntry entry, GangWish wish, HeadPlan? beside, QueuePass pass)
    {
        if (_freed != pass.Freed) _byShape.Clear();
        _freed = pass.Freed;
        if (entry.Refusal is { } own && own.StandsFor(wish, beside, pass)) return own;
        if (!wish.HasShape || !_byShape.TryGetValue(wish.Gang, out var shared) || !shared.StandsFor(shared.Wish, beside, pass)) return null;
        // Budgets that change with time ask how long a gang runs; its shape does not say.
        if (pass.Cluster.Power.ChangesWithTime && shared.Wish.Gang.Hints.ExpectedDuration != wish.Gang.Hints.ExpectedDuration) return null;
        return entry.Refusal = shared with { Wish = wish };
    }

    /// <summary>Writes a refusal down.</summary>
    public Refusal Keep(QueueEntry entry, Refusal refusal, QueuePass pass)
    {
        // A gang that other pods keep away may be refused where its likes are not.
        if (refusal.Wish.HasShape && !IsKeptAway(refusal.Wish.Gang, pass.Cluster)) _byShape[refusal.Wish.Gang] = refusal;
        return entry.Refusal = refusal;
    }

    private static bool IsKeptAway(Gang gang, ClusterSnapshot cluster)
    {
        foreach (var (_, pod) in cluster.PodColumns.AntiAffine)
        {
            foreach (var term in pod.Template.AntiAffinity)
            {
                foreach (var role in gang.Roles)
                {
                    if (LabelMatch.Means(term, role.Template)) return true;
                }
            }
        }

        return false;
    }
}
