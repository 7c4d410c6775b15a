namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Vectors of counts (members per kind, or segments per type) numbered in mixed radix, so that a table is an array and adding vectors is adding
/// numbers. <c>Packed</c> holds the digits in bit fields with a guard bit each, to see in one subtraction whether a sum leaves the space.
/// </summary>
internal sealed class CountSpace
{
    private readonly int[] _stride;
    private readonly int[] _shift;
    private readonly ulong _limits;
    private readonly ulong _guards;

    /// <param name="limits">Largest count per dimension.</param>
    /// <param name="kindsPerUnit">By dimension, by kind: members one unit stands for.</param>
    public CountSpace(int[] limits, int[][] kindsPerUnit)
    {
        Limits = limits;
        KindsPerUnit = kindsPerUnit;
        _stride = new int[limits.Length];
        _shift = new int[limits.Length];
        var size = 1;
        var shift = 0;
        for (var d = 0; d < limits.Length; d++)
        {
            _stride[d] = size;
            _shift[d] = shift;
            size = checked(size * (limits[d] + 1));
            var bits = 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)limits[d]) + 1;
            _limits |= (ulong)limits[d] << shift;
            _guards |= 1UL << (shift + bits - 1);
            shift += bits;
        }

        Size = size;
        PackedBits = shift;
        Full = size - 1;
    }

    /// <summary>The space of members per kind.</summary>
    public static CountSpace OfMembers(int[] limits)
    {
        var units = new int[limits.Length][];
        for (var k = 0; k < limits.Length; k++)
        {
            units[k] = new int[limits.Length];
            units[k][k] = 1;
        }

        return new(limits, units);
    }

    /// <summary>Largest count per dimension.</summary>
    public int[] Limits { get; }

    /// <summary>Members of each kind one unit of each dimension stands for.</summary>
    public int[][] KindsPerUnit { get; }

    /// <summary>How many vectors there are.</summary>
    public int Size { get; }

    /// <summary>Bits <c>Packed</c> needs; more than 64 does not work.</summary>
    public int PackedBits { get; }

    /// <summary>The vector with every dimension at its limit: the whole gang.</summary>
    public int Full { get; }

    /// <summary>True when both sums stay within the limits.</summary>
    public bool SumFits(ulong a, ulong b) => (((_limits | _guards) - (a + b)) & _guards) == _guards;

    /// <summary>The count in one dimension.</summary>
    public int Digit(int vector, int dimension) => vector / _stride[dimension] % (Limits[dimension] + 1);

    /// <summary>The number of a vector.</summary>
    public int IndexOf(ReadOnlySpan<int> digits)
    {
        var index = 0;
        for (var d = 0; d < digits.Length; d++)
        {
            index += digits[d] * _stride[d];
        }

        return index;
    }

    /// <summary>The digits of a vector in bit fields.</summary>
    public ulong Pack(int vector)
    {
        ulong packed = 0;
        for (var d = 0; d < Limits.Length; d++)
        {
            packed |= (ulong)Digit(vector, d) << _shift[d];
        }

        return packed;
    }

    /// <summary>Members of a kind that a vector stands for.</summary>
    public int Members(int vector, int kind)
    {
        var sum = 0;
        for (var d = 0; d < Limits.Length; d++)
        {
            sum += Digit(vector, d) * KindsPerUnit[d][kind];
        }

        return sum;
    }

    /// <summary>Whether the space is small enough for tables: <paramref name="limits"/> multiplied, and the bit fields.</summary>
    public static bool IsSmall(int[] limits, long most)
    {
        long size = 1;
        var bits = 0;
        foreach (var limit in limits)
        {
            size *= limit + 1;
            bits += 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)limit) + 1;
            if (size > most || bits > 62) return false;
        }

        return true;
    }
}
