using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// The gangs (and lone pods) of lower priority to evict: the shortest run of them, lowest priority first, that makes room, then without those it does
/// not need. At most ⌈log2(n)⌉ + 1 + <see cref="MostSpared"/> plans.
/// </summary>
internal static class EvictionOffer
{
    /// <summary>Victims tried to be spared at most.</summary>
    public const int MostSpared = 16;

    // All of them where people can still act on them by name.
    private const int MostNamed = 24;

    /// <summary>The offer, or null when evicting everything of lower priority does not help.</summary>
    public static CounterOffer? Find(WhatIf question)
    {
        var victims = Victims(question.Cluster, question.Gang.Priority);
        if (WhatIf.Smallest(victims.Count, count => Without(question, victims.Take((int)count))) is not { } found) return null;

        var (count, result) = found;
        var chosen = victims.Take((int)count).ToList();
        // The last of the run is needed: the run without it does not fit.
        for (int i = chosen.Count - 2, tried = 0; i >= 0 && tried < MostSpared; i--, tried++)
        {
            var fewer = chosen.Where((_, at) => at != i).ToList();
            var spared = Without(question, fewer);
            if (!WhatIf.Fits(spared)) continue;
            (chosen, result) = (fewer, spared);
        }

        var pods = chosen.Sum(v => v.Pods.Count);
        var detail = $"{ReportText.Count(pods, "pod")} of lower priority evicted: {ReportText.List([.. chosen.Select(v => $"{v.Id} (priority {v.Priority})")], MostNamed)}";
        return WhatIf.Offer(CounterOfferChange.Evict, detail, result);
    }

    private sealed record Victim(string Id, int Priority, HashSet<PodInfo> Pods);

    // A gang goes as a whole or not at all; one pod of it that may not be evicted protects the others.
    private static List<Victim> Victims(ClusterSnapshot cluster, int priority) =>
    [
        .. Enumerable.Range(0, cluster.Nodes.Length)
            .SelectMany(n => cluster.PodsOf(n))
            .Where(p => !p.Terminating)
            .GroupBy(p => p.Gang is { } gang ? $"{gang.Id}/{gang.Uid}/{gang.Restart}" : p.Id, StringComparer.Ordinal)
            .Where(g => g.All(p => p.Priority < priority && !p.IsDaemon))
            .Select(g => new Victim(g.First().Gang?.Id ?? g.First().Id, g.Max(p => p.Priority), new(g, ReferenceEqualityComparer.Instance)))
            .OrderBy(v => v.Priority)
            .ThenBy(v => v.Pods.Count)
            .ThenBy(v => v.Id, StringComparer.Ordinal),
    ];

    private static PlacementResult Without(WhatIf question, IEnumerable<Victim> victims)
    {
        var gone = new HashSet<PodInfo>(victims.SelectMany(v => v.Pods), ReferenceEqualityComparer.Instance);
        return question.Plan(question.Cluster.WithPods(p => !gone.Contains(p)));
    }
}
