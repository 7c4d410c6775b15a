using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>Who of a gang has a node already, and who is missing.</summary>
internal sealed class GangMembers
{
    private readonly ImmutableArray<PodInfo> _bound;
    private readonly SortedSet<int> _missing;
    private readonly GangRoles _roles;

    /// <param name="gang">The gang.</param>
    /// <param name="bound">Its bound pods.</param>
    /// <param name="standing">Its holds; null for none.</param>
    public GangMembers(Gang gang, ImmutableArray<PodInfo> bound, Reservation? standing)
    {
        Gang = gang;
        Held = standing?.Holds ?? [];
        _bound = bound;
        _roles = new(gang);
        _missing = [.. Enumerable.Range(0, gang.Size)];
        foreach (var hold in Held) _missing.Remove(hold.Member);
        foreach (var pod in bound.Where(p => p.Member is not null)) _missing.Remove(pod.Member!.Value);
        // A pod that does not say which member it is stands for the first that is missing and asks for as many GPUs.
        foreach (var pod in bound.Where(p => p.Member is null))
        {
            var member = _missing.FirstOrDefault(m => _roles.Of(m).Template.Gpus == pod.Template.Gpus, -1);
            if (member >= 0) _missing.Remove(member);
        }
    }

    /// <summary>The gang.</summary>
    public Gang Gang { get; }

    /// <summary>Its holds that stand.</summary>
    public ImmutableArray<Hold> Held { get; }

    /// <summary>True when a member is bound or held: the others go beside it.</summary>
    public bool AnyPlaced => !_bound.IsEmpty || !Held.IsEmpty;

    /// <summary>Node indices of the members that have one.</summary>
    public int[] Anchors(ClusterSnapshot cluster) =>
        [.. _bound.Concat(Held.Select(h => h.Pod)).Select(p => cluster.IndexOf(p.NodeName)).Where(n => n >= 0).Distinct().Order()];

    /// <summary>
    /// What to plan, in the order to try: all that are missing, then the asking member alone, so that one without room does not hold up its siblings
    /// of a gang that is running already.
    /// </summary>
    public IEnumerable<int[]> MissingSets(int member)
    {
        var all = _missing.Append(member).Distinct().Order().ToArray();
        yield return all;
        if (all.Length > 1) yield return [member];
    }

    /// <summary>The given members as a gang of their own. Segments and parallelism speak of the whole gang and are left out.</summary>
    public Gang GangOf(int[] members) => Gang with
    {
        Roles = [.. members.GroupBy(_roles.IndexOf).Select(g => Gang.Roles[g.Key] with { Count = g.Count(), PodNames = [] })],
        MinMembers = 0,
        Hints = Gang.Hints with { Required = null, SegmentSize = 0, SegmentTier = null, Parallelism = [] },
    };
}
