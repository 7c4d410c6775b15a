namespace TopoScheduler.Core.Power;

/// <summary>How the nodes of one power domain count in it: halves of their draw per feed state.</summary>
internal sealed class DomainShares
{
    private const int States = 3;

    public DomainShares(byte[] halves)
    {
        Halves = halves;
        BindingStates = FindBindingStates(halves);
    }

    /// <summary>Halves by (position of the node in the domain) × 3 + feed state.</summary>
    public byte[] Halves { get; }

    /// <summary>Bit s is set when feed state s is not dominated: no other state counts every node at least as much.</summary>
    public int BindingStates { get; }

    private static int FindBindingStates(byte[] halves)
    {
        // exceeds bit (s, t): some node counts more in s than in t.
        var exceeds = 0;
        for (var i = 0; i < halves.Length; i += States)
        {
            for (var s = 0; s < States; s++)
            {
                for (var t = 0; t < States; t++)
                {
                    if (halves[i + s] > halves[i + t])
                    {
                        exceeds |= 1 << (s * States + t);
                    }
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
