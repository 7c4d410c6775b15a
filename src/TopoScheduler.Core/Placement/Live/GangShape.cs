using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// Compares gangs by what the engine has to find room for, not by who they are: what does not fit for one does not fit for the other. Key, priority, names
/// and durations do not count. Labels and namespace do not either, so gangs that labels matter to have no shape.
/// </summary>
internal sealed class GangShape : IEqualityComparer<Gang>
{
    /// <summary>The one instance.</summary>
    public static readonly GangShape Instance = new();

    private GangShape()
    {
    }

    /// <summary>False for a gang that asks for pods beside or away from it, or that is not understood.</summary>
    public static bool Has(Gang gang)
    {
        foreach (var role in gang.Roles)
        {
            if (!role.Template.Affinity.IsEmpty || !role.Template.AntiAffinity.IsEmpty || !role.Template.Spread.IsEmpty) return false;
        }

        foreach (var problem in gang.Problems)
        {
            if (problem.Severity == Severity.Error) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Gang? x, Gang? y)
    {
        if (x is null || y is null || ReferenceEquals(x, y)) return ReferenceEquals(x, y);
        if (x.Roles.Length != y.Roles.Length || x.LeastMembers != y.LeastMembers) return false;
        if (Bare(x.Hints) != Bare(y.Hints) || !x.Hints.Parallelism.AsSpan().SequenceEqual(y.Hints.Parallelism.AsSpan())) return false;
        for (var r = 0; r < x.Roles.Length; r++)
        {
            if (x.Roles[r].Count != y.Roles[r].Count || !SameTemplate.AsksTheSame(x.Roles[r].Template, y.Roles[r].Template)) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(Gang gang)
    {
        var hash = default(HashCode);
        hash.Add(gang.LeastMembers);
        foreach (var role in gang.Roles)
        {
            hash.Add(role.Count);
            hash.Add(role.Template.Requests);
        }

        return hash.ToHashCode();
    }

    private static GangHints Bare(GangHints hints) => hints with { Parallelism = [], ExpectedDuration = null, PreferredFor = null };
}
