using System.Numerics;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Parts 5 and 6 of the total order as numbers that add up over disjoint sets of nodes: bit fields, the most important highest, so that comparing
/// the number compares the parts left to right. Lexicographic order survives addition, which is what makes tree tables exact.
/// </summary>
internal sealed class CostModel
{
    /// <summary>Slots of one node beyond this are all the same.</summary>
    public const long MostSlots = 1 << 20;

    private const int TightBits = 21;

    // Of 128, with room for the count of NVLink domains in front.
    private const int MostBits = 104;

    private readonly UInt128[] _used;
    private readonly UInt128[] _broken;
    private readonly UInt128 _nvLinkFirst;
    private readonly int[] _tightShift;
    private readonly int _widestShift;
    private readonly PlacementProblem _problem;

    /// <param name="problem">The configured problem.</param>
    /// <param name="nvLinkFirst">Count NVLink domains before everything else: fewer of them is less own time.</param>
    public CostModel(PlacementProblem problem, bool nvLinkFirst)
    {
        _problem = problem;
        var partitions = problem.Partitions;
        _used = new UInt128[partitions.TierCount];
        _broken = new UInt128[partitions.TierCount];
        _tightShift = new int[partitions.TierCount];
        LeadKind = Lead(problem.Kinds);
        var bitsOf = new int[partitions.TierCount];
        for (var p = 0; p < bitsOf.Length; p++)
        {
            bitsOf[p] = BitsFor(Math.Min(problem.Size, partitions.All[p].Count));
        }

        // Thousands of members on many tiers need more bits than there are: the narrowest tiers are then left to the comparison of candidates.
        var narrowest = bitsOf.Length - 1;
        while (2 * bitsOf.Take(narrowest + 1).Sum() > MostBits) narrowest--;
        var shift = 0;
        for (var p = narrowest; p >= 0; p--)
        {
            var bits = bitsOf[p];
            _broken[p] = UInt128.One << shift;
            _used[p] = UInt128.One << (shift + bits);
            _widestShift = shift + bits;
            shift += 2 * bits;
        }

        for (var p = 0; p < bitsOf.Length; p++)
        {
            _tightShift[p] = TightBits * (5 - (partitions.TierCount - 1 - p));
        }

        _nvLinkFirst = nvLinkFirst ? UInt128.One << shift : UInt128.Zero;
    }

    /// <summary>See <see cref="Lead"/>.</summary>
    public int LeadKind { get; }

    /// <summary>Cost of using one domain of each partition in the mask (bits as in <see cref="LaminarTree.PartitionsOf"/>).</summary>
    public UInt128 Use(ulong partitions, int node)
    {
        UInt128 cost = 0;
        for (var p = 0; p < _used.Length; p++)
        {
            if ((partitions >> p & 1) == 0) continue;
            var partition = _problem.Partitions.All[p];
            cost += _used[p];
            if (partition.Free[partition.DomainOf[node]]) cost += _broken[p];
            if (p == _problem.Partitions.NvLink) cost += _nvLinkFirst;
        }

        return cost;
    }

    /// <summary>Domains of the widest tier used by a cost that was made without counting NVLink domains first.</summary>
    public int WidestUsed(UInt128 spread) => (int)(spread >> _widestShift);

    /// <summary>Part 6 for domains left with this many slots, narrowest tier first; six tiers have room.</summary>
    public UInt128 Tight(ulong partitions, long slotsLeft)
    {
        UInt128 cost = 0;
        // A field may hold the sum over all used domains; clipping one domain's share keeps the sum inside the field.
        var share = (UInt128)Math.Clamp(slotsLeft, 0, (1 << TightBits) / (4 * Math.Max(1, _problem.Size)));
        for (var p = 0; p < _used.Length; p++)
        {
            if ((partitions >> p & 1) != 0 && _tightShift[p] >= 0) cost += share << _tightShift[p];
        }

        return cost;
    }

    private static int BitsFor(int largest) => 32 - BitOperations.LeadingZeroCount((uint)largest);

    /// <summary>The kind whose free slots measure how tight a domain is: most GPUs, then first.</summary>
    public static int Lead(MemberKind[] kinds)
    {
        var lead = 0;
        for (var k = 1; k < kinds.Length; k++)
        {
            if (kinds[k].Gpus > kinds[lead].Gpus) lead = k;
        }

        return lead;
    }
}
