namespace TopoScheduler.Core.Power;

/// <summary>How the nodes of one power domain count in it: halves of their draw per feed state, and the base load.</summary>
internal sealed class DomainShares
{
    private const int States = 3;

    /// <summary>The shares of one domain.</summary>
    /// <param name="halves">Halves by (position of the node in the domain) × 3 + feed state.</param>
    /// <param name="baseHalfWatts">Base load by feed state.</param>
    public DomainShares(byte[] halves, long[] baseHalfWatts)
    {
        (Halves, BaseHalfWatts) = (halves, baseHalfWatts);
        BindingStates = FindBindingStates();
    }

    /// <summary>Halves by (position of the node in the domain) × 3 + feed state.</summary>
    public byte[] Halves { get; }

    /// <summary>Load of what is no node, here and below, by feed state, in half watts.</summary>
    public long[] BaseHalfWatts { get; }

    /// <summary>Bit s is set when feed state s is not dominated: no other state counts every node, and the base load, at least as much.</summary>
    public int BindingStates { get; }

    /// <summary>The most the base load is in any feed state, in whole watts.</summary>
    public long BaseWatts => (BaseHalfWatts.Max() + 1) / 2;

    /// <summary>The same once a feed is lost for good: every state is the one without it.</summary>
    public DomainShares In(FeedState lost)
    {
        var halves = new byte[Halves.Length];
        for (var i = 0; i < halves.Length; i++) halves[i] = Halves[i - i % States + (int)lost];
        return new(halves, [BaseHalfWatts[(int)lost], BaseHalfWatts[(int)lost], BaseHalfWatts[(int)lost]]);
    }

    private int FindBindingStates()
    {
        // exceeds bit (s, t): something counts more in s than in t.
        var exceeds = 0;
        for (var i = 0; i < Halves.Length; i += States)
        {
            for (var s = 0; s < States; s++)
            {
                for (var t = 0; t < States; t++)
                {
                    if (Halves[i + s] > Halves[i + t] || BaseHalfWatts[s] > BaseHalfWatts[t]) exceeds |= 1 << (s * States + t);
                }
            }
        }

        bool Exceeds(int s, int t) => (exceeds & (1 << (s * States + t))) != 0;
        var binding = 0;
        for (var s = 0; s < States; s++)
        {
            var dominated = false;
            for (var t = 0; t < States; t++)
            {
                // Equal states: the first is kept.
                dominated |= t != s && !Exceeds(s, t) && (Exceeds(t, s) || t < s);
            }

            binding |= dominated ? 0 : 1 << s;
        }

        return binding;
    }
}
