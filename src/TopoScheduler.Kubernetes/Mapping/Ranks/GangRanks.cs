using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.Ranks;

/// <summary>
/// Which ranks a member holds. They are counted through all members of the gang, also those that are left out for now: so a rank stays what it is when a
/// further member joins.
/// </summary>
internal readonly record struct GangRanks(int? First, int Gpus)
{
    /// <summary>The ranks of a member; none for one without GPUs, or beyond the gang.</summary>
    public static GangRanks Of(Gang gang, int member)
    {
        var rank = 0;
        foreach (var role in gang.Roles)
        {
            var gpus = role.Template.Gpus;
            if (member < role.Count) return member >= 0 && gpus > 0 ? new(rank + member * gpus, gpus) : default;
            rank += role.Count * gpus;
            member -= role.Count;
        }

        return default;
    }
}
