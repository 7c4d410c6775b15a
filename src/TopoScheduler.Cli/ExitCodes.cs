namespace TopoScheduler.Cli;

/// <summary>What the process ends with; part of the contract with scripts (<c>docs/reference/exit-codes.md</c>).</summary>
internal static class ExitCodes
{
    /// <summary>Done; every gang is placed, under a cap or not.</summary>
    public const int Placed = 0;

    /// <summary>Anything else: a defect, an output that cannot be written.</summary>
    public const int Failed = 1;

    /// <summary>Invalid input: an unreadable file, a gang that cannot be understood, a bad option.</summary>
    public const int InvalidInput = 2;

    /// <summary>A gang does not fit, or the bounded search could not tell.</summary>
    public const int NotPlaced = 3;

    /// <summary>Placed, but a condition of <c>--fail-if</c> holds.</summary>
    public const int Failing = 4;

    private static ReadOnlySpan<int> BestFirst => [Placed, Failing, NotPlaced, InvalidInput, Failed];

    /// <summary>The worse of two: 1, then 2, then 3, then 4, then 0. Numbers do not follow badness, so this is no <c>Math.Max</c>.</summary>
    public static int Worse(int a, int b) => BestFirst.IndexOf(a) >= BestFirst.IndexOf(b) ? a : b;
}
