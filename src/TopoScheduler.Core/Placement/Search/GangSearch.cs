using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>The whole answer for a gang: its plan, or whether it is proved that there is none.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Proved">Whether a missing plan is proved.</param>
internal sealed record GangAnswer(PlacementPlan? Plan, bool Proved);

/// <summary>Parts 1 to 3 of the order: size, preferred tier, GPU cap. Each setting is one <see cref="DomainSearch"/>.</summary>
internal sealed class GangSearch(PlacementProblem problem, StepBudget budget)
{
    private bool _proved;

    /// <summary>The smallest size that was tried.</summary>
    public int SmallestTried { get; private set; } = problem.Gang.Size;

    /// <summary>Searches.</summary>
    public GangAnswer Run()
    {
        var gang = problem.Gang;
        var least = gang.LeastMembers;
        if (AtSize(gang.Size) is { } whole) return new(whole, true);
        if (least == gang.Size) return new(null, _proved);
        if (AtSize(least) is not { } best) return new(null, _proved);

        // Fitting is monotone in the size: the largest that fits lies between one that does and one that does not.
        var (fits, fails) = (least, gang.Size);
        while (fails - fits > 1)
        {
            var middle = fits + (fails - fits) / 2;
            if (AtSize(middle) is { } plan) (fits, best) = (middle, plan);
            else fails = middle;
        }

        return new(best, true);
    }

    private PlacementPlan? AtSize(int size)
    {
        SmallestTried = Math.Min(SmallestTried, size);
        var hard = new List<int>(problem.Partitions.Shared);
        if (problem.Partitions.Required >= 0) hard.Add(problem.Partitions.Required);
        if (problem.Partitions.Preferred >= 0 && !hard.Contains(problem.Partitions.Preferred))
        {
            if (AtCaps(size, [.. hard, problem.Partitions.Preferred], false) is { } preferred) return preferred;
            return AtCaps(size, hard, true);
        }

        return AtCaps(size, hard, false);
    }

    private PlacementPlan? AtCaps(int size, List<int> scopes, bool preferredMissed)
    {
        problem.Configure(size, null);
        var answer = new DomainSearch(problem, budget).Find(scopes);
        if (answer.Best is { } best) return PlanOf(best, preferredMissed, null);

        // The last question asked is the loosest: least size, no preferred tier, lowest cap. Its answer is the gang's.
        _proved = answer.Proved;
        if (GpuCap.Range(problem) is not { } range) return null;

        return AtHighestCap(size, scopes, preferredMissed, range);
    }

    // Feasibility is monotone in the cap: test the lowest, then bisect multiples of 5 W.
    private PlacementPlan? AtHighestCap(int size, List<int> scopes, bool preferredMissed, GpuCap range)
    {
        var (low, high) = (range.LowestWatts / GpuCap.StepWatts, range.HighestWatts / GpuCap.StepWatts);
        var found = AtCap(size, scopes, low);
        if (found is null) return null;
        var cap = low;
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (AtCap(size, scopes, middle) is { } better) (found, cap, low) = (better, middle, middle);
            else high = middle - 1;
        }

        problem.Configure(size, cap * GpuCap.StepWatts);
        return PlanOf(found, preferredMissed, cap * GpuCap.StepWatts);
    }

    private Candidate? AtCap(int size, List<int> scopes, int steps)
    {
        problem.Configure(size, steps * GpuCap.StepWatts);
        var answer = new DomainSearch(problem, budget).Find(scopes);
        _proved = answer.Proved;
        return answer.Best;
    }

    private PlacementPlan PlanOf(Candidate candidate, bool preferredMissed, int? cap)
    {
        var members = ImmutableArray.CreateBuilder<MemberPlacement>(problem.Size);
        var (member, rank) = (0, 0);
        for (var r = 0; r < problem.RoleCounts.Length; r++)
        {
            var gpus = problem.Gang.Roles[r].Template.Gpus;
            var first = problem.Gang.Roles.Take(r).Sum(role => role.Count);
            for (var i = 0; i < problem.RoleCounts[r]; i++, member++)
            {
                members.Add(new(first + i, r, candidate.NodeOf[member], gpus > 0 ? rank : null));
                rank += gpus;
            }
        }

        var slowdown = cap is { } watts ? GpuCap.Slowdown(problem, candidate.NodeOf, watts) : 1;
        var score = candidate.Score with { PreferredMissed = preferredMissed, CapSlowdown = cap is null ? 0 : slowdown };
        return new(members.ToImmutable(), cap, slowdown, score);
    }
}
