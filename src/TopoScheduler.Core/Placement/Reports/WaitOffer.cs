using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The earliest moment at which the gang fits without anybody doing anything: pods that are being deleted are gone, gangs whose end is known have ended, and
/// power budgets that are lower for a while have risen. Gangs whose end is not known, and those that should have ended already, stay.
/// <para>Where budgets do not change with time, room only grows: a bisection over the moments, ⌈log2(moments)⌉ + 1 plans. Else each moment is asked in
/// turn, <see cref="MostMoments"/> at most, no later than <see cref="Ahead"/> from now.</para>
/// </summary>
internal static class WaitOffer
{
    /// <summary>Moments asked about one by one at most.</summary>
    public const int MostMoments = 48;

    // All of them where people can still look at them by name.
    private const int MostNamed = 8;

    /// <summary>How far ahead budgets are looked at.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(8);

    /// <summary>The offer, or null when waiting does not help or nobody knows how long.</summary>
    public static CounterOffer? Find(WhatIf question)
    {
        var groups = Groups(question.Asked, question.Now);
        if (groups.Leaving > 0 && question.Plan(Then(question, groups, null)) is { Plan: not null } soon)
        {
            return WhatIf.Offer(CounterOfferChange.Wait, $"waiting until {ReportText.Count(groups.Leaving, "pod")} being deleted {(groups.Leaving == 1 ? "is" : "are")} gone", soon) with { Cost = new() { WaitSeconds = 0 } };
        }

        if (question.Now is not { } now) return null;
        SortedSet<DateTimeOffset> moments = [.. groups.EndOf.Values];
        var steady = !question.Asked.Power.ChangesWithTime;
        if (!steady) moments.UnionWith(question.Asked.Power.Rises(now, now + Ahead).Select(WholeSecond));
        DateTimeOffset[] ascending = [.. moments];
        var found = steady ? Bisect(question, groups, ascending) : Walk(question, groups, ascending);
        return found is { } earliest ? Offer(groups, now, earliest.Moment, earliest.Result) with { Smallest = earliest.Proved } : null;
    }

    private static (DateTimeOffset Moment, PlacementResult Result, bool Proved)? Bisect(WhatIf question, Occupation groups, DateTimeOffset[] moments) =>
        WhatIf.Smallest(moments.Length, i => question.Plan(Then(question, groups, moments[i - 1]))) is { } found ? (moments[found.Value - 1], found.Result, found.Proved) : null;

    private static (DateTimeOffset Moment, PlacementResult Result, bool Proved)? Walk(WhatIf question, Occupation groups, DateTimeOffset[] moments)
    {
        var proved = true;
        foreach (var moment in moments.Take(MostMoments))
        {
            var result = question.Plan(Then(question, groups, moment));
            if (WhatIf.Fits(result)) return (moment, result, proved);
            proved &= result.Outcome == PlacementOutcome.NoFit;
        }

        return null;
    }

    private static ClusterSnapshot Then(WhatIf question, Occupation groups, DateTimeOffset? moment) =>
        OfferApplication.At(question.Asked.WithPods(p => p.IsDaemon || !groups.HasEnded(p, moment)), moment);

    private static CounterOffer Offer(Occupation groups, DateTimeOffset now, DateTimeOffset moment, PlacementResult result)
    {
        string[] ended = [.. groups.EndedBy(moment).Order(StringComparer.Ordinal)];
        var when = OfferApplication.Text(moment);
        var detail = $"waiting until {when}" + (ended.Length == 0 ? ", when budgets are higher" : $", when {ReportText.List(ended, MostNamed)} should have ended");
        return WhatIf.Offer(CounterOfferChange.Wait, detail, result) with
        {
            Apply = new() { Until = when, WaitFor = [.. ended] },
            Cost = new() { WaitSeconds = (int)Math.Min(int.MaxValue, Math.Ceiling((moment - now).TotalSeconds)) },
        };
    }

    // When the last pod of each gang ends; those of which one pod's end is not known, or past, are left out.
    private static Occupation Groups(ClusterSnapshot cluster, DateTimeOffset? now)
    {
        var (ends, pods, leaving) = (new Dictionary<GangKey, DateTimeOffset?>(), new List<PodInfo>(), 0);
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            foreach (var pod in cluster.PodsOf(n))
            {
                if (pod.IsDaemon) continue;
                leaving += pod.Terminating ? 1 : 0;
                if (pod.Terminating) continue;
                var key = DisplacedGangs.KeyOf(pod);
                var end = pod.EndsAt is { } ending && ending > now ? WholeSecond(ending) : default(DateTimeOffset?);
                if (!ends.TryGetValue(key, out var known)) ends.Add(key, end);
                else if (known is not null && (end is null || end > known)) ends[key] = end;
                if (end is not null) pods.Add(pod);
            }
        }

        var endOf = new Dictionary<PodInfo, DateTimeOffset>(ReferenceEqualityComparer.Instance);
        foreach (var pod in pods)
        {
            if (ends[DisplacedGangs.KeyOf(pod)] is { } end) endOf[pod] = end;
        }

        return new(endOf, leaving);
    }

    // Offers speak of whole seconds.
    private static DateTimeOffset WholeSecond(DateTimeOffset moment) =>
        moment.AddTicks((TimeSpan.TicksPerSecond - moment.UtcTicks % TimeSpan.TicksPerSecond) % TimeSpan.TicksPerSecond);

    private sealed record Occupation(Dictionary<PodInfo, DateTimeOffset> EndOf, int Leaving)
    {
        public bool HasEnded(PodInfo pod, DateTimeOffset? moment) => pod.Terminating || (EndOf.TryGetValue(pod, out var end) && end <= moment);

        public IEnumerable<string> EndedBy(DateTimeOffset moment) =>
            EndOf.Where(e => e.Value <= moment).Select(e => DisplacedGangs.KeyOf(e.Key)).Distinct().Select(key => key.Id).Distinct(StringComparer.Ordinal);
    }
}
