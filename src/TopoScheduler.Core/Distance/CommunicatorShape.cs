namespace TopoScheduler.Core.Distance;

/// <summary>Where the ranks of one communicator lie, as far as its time depends on it.</summary>
/// <param name="Ranks">n: ranks in all.</param>
/// <param name="Domains">m: NVLink domains that hold one.</param>
/// <param name="MinPerDomain">Fewest ranks in one of them.</param>
/// <param name="MaxPerDomain">Most ranks in one of them.</param>
/// <param name="NvLinkSteps">Σ s(g): ring steps inside the NVLink domains.</param>
/// <param name="Stretch">Exposure to oversubscribed uplinks, at least 1.</param>
public readonly record struct CommunicatorShape(int Ranks, int Domains, int MinPerDomain, int MaxPerDomain, long NvLinkSteps, double Stretch)
{
    /// <summary>The shape of <paramref name="ranks"/> ranks split over <paramref name="domains"/> NVLink domains as equally as possible.</summary>
    public static CommunicatorShape EqualSplit(LinkTable links, int ranks, int domains)
    {
        var floor = ranks / domains;
        var larger = ranks % domains;
        var steps = (long)(domains - larger) * CollectiveEstimator.NvLinkSteps(links, floor) + (long)larger * CollectiveEstimator.NvLinkSteps(links, floor + 1);
        return new(ranks, domains, floor, larger == 0 ? floor : floor + 1, steps, 1);
    }

    /// <summary>The shape of a communicator with the given numbers of ranks in its NVLink domains, all of them positive.</summary>
    public static CommunicatorShape Of(LinkTable links, ReadOnlySpan<int> ranksPerDomain, double stretch = 1)
    {
        int ranks = 0, min = int.MaxValue, max = 0;
        var steps = 0L;
        foreach (var g in ranksPerDomain)
        {
            ranks += g;
            min = Math.Min(min, g);
            max = Math.Max(max, g);
            steps += CollectiveEstimator.NvLinkSteps(links, g);
        }

        return new(ranks, ranksPerDomain.Length, min, max, steps, stretch);
    }
}
