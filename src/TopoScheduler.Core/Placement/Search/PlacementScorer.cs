using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>Checks and prices whole placements: the last word on what fits and what is better, whatever search proposed it.</summary>
internal sealed class PlacementScorer
{
    private readonly PlacementProblem _problem;
    private readonly RankLayout _layout;
    private readonly int _leadKind;
    private readonly int[] _ranks;
    private readonly long[][] _tierSlots;

    public PlacementScorer(PlacementProblem problem, SegmentTypes? segments)
    {
        _problem = problem;
        _layout = new RankLayout(problem, segments);
        _leadKind = CostModel.Lead(problem.Kinds);
        _ranks = new int[RankCount(problem)];
        _tierSlots = TierSlots();
    }

    // Draw a placement adds per power constraint in half watts; also says whether all hold.
    private bool PowerHolds(int[][] counts, out long[] added)
    {
        added = new long[_problem.Headroom.Length];
        foreach (var node in _problem.Active)
        {
            long podWatts = 0;
            for (var k = 0; k < counts.Length; k++)
            {
                podWatts += counts[k][node] * _problem.Kinds[k].Watts[node];
            }

            if (podWatts == 0) continue;
            var draw = _problem.AddedDraw(node, podWatts);
            foreach (var share in _problem.Cluster.Power.SharesOf(node))
            {
                added[share.Constraint] += share.Halves * draw;
            }
        }

        for (var c = 0; c < added.Length; c++)
        {
            // A domain that others pushed over takes nothing more, but is no reason against a placement elsewhere.
            if (added[c] > Math.Max(0, _problem.Headroom[c])) return false;
        }

        return true;
    }

    /// <summary>Checks a proposed placement against everything that must hold and prices it; null when it breaks anything.</summary>
    /// <param name="counts">By kind, by node index.</param>
    /// <param name="scope">Partition one domain of which must hold all members; -1 for none.</param>
    public Candidate? Judge(int[][] counts, int scope = -1)
    {
        if (!PowerHolds(counts, out var added) || !BoundsHold(counts)) return null;
        if (scope >= 0 && DomainsUsed(counts, _problem.Partitions.All[scope].DomainOf) > 1) return null;
        if (BestLayout(counts) is not { } layout) return null;
        return new(counts, layout.NodeOf, new ScoreCard
        {
            LeftOut = _problem.Gang.Size - _problem.Size,
            OwnTimeMs = layout.Ms,
            Tiers = Uses(counts),
            PowerFillPpm = PowerFill(added),
            Nodes = [.. layout.NodeOf.Distinct().Order()],
        });
    }

    private (int[] NodeOf, double Ms)? BestLayout(int[][] counts)
    {
        (int[] NodeOf, double Ms)? best = null;
        for (var way = 0; way < _layout.Ways; way++)
        {
            if (_layout.Assign(counts, way) is not { } nodeOf) return best;
            var ms = OwnTime(nodeOf);
            if (best is not { } known || ms < known.Ms) best = (nodeOf, ms);
        }

        return best;
    }

    private double OwnTime(int[] nodeOf)
    {
        var rank = 0;
        var member = 0;
        for (var r = 0; r < _problem.RoleCounts.Length; r++)
        {
            var gpus = _problem.Gang.Roles[r].Template.Gpus;
            for (var i = 0; i < _problem.RoleCounts[r]; i++, member++)
            {
                for (var g = 0; g < gpus; g++)
                {
                    _ranks[rank++] = nodeOf[member];
                }
            }
        }

        return _problem.OwnTime.OwnTimeMs(_ranks.AsSpan(0, rank));
    }

    // Spread and anti-affinity of the gang to itself.
    private bool BoundsHold(int[][] counts)
    {
        var partitions = _problem.Partitions;
        for (var i = 0; i < partitions.Limits.Length; i++)
        {
            var limit = _problem.Table.DomainLimits[i];
            var sums = DomainSums(counts, limit.DomainOf, limit.High.Length, k => limit.Weights[_problem.Kinds[k].Roles[0]]);
            for (var d = 0; d < sums.Length; d++)
            {
                if (sums[d] > limit.High[d]) return false;
            }
        }

        foreach (var spread in _problem.Table.Spreads)
        {
            var sums = DomainSums(counts, spread.DomainOf, spread.Existing.Length, k => spread.Counts[_problem.Kinds[k].Roles[0]] ? 1 : 0);
            var holders = DomainSums(counts, spread.DomainOf, spread.Existing.Length, k => spread.Holders[_problem.Kinds[k].Roles[0]] ? 1 : 0);
            long least = spread.ForceMinZero ? 0 : long.MaxValue;
            long most = 0;
            for (var d = 0; d < sums.Length; d++)
            {
                var total = spread.Existing[d] + sums[d];
                if (spread.Countable[d] && !spread.ForceMinZero) least = Math.Min(least, total);
                if (holders[d] > 0) most = Math.Max(most, total);
            }

            if (most > 0 && most - (least == long.MaxValue ? 0 : least) > spread.MaxSkew) return false;
        }

        return true;
    }

    private int DomainsUsed(int[][] counts, int[] domainOf)
    {
        var used = new HashSet<int>();
        foreach (var node in _problem.Active)
        {
            for (var k = 0; k < counts.Length; k++)
            {
                if (counts[k][node] > 0) used.Add(domainOf[node]);
            }
        }

        return used.Count;
    }

    private static int RankCount(PlacementProblem problem)
    {
        var ranks = 0;
        for (var r = 0; r < problem.RoleCounts.Length; r++)
        {
            ranks += problem.RoleCounts[r] * problem.Gang.Roles[r].Template.Gpus;
        }

        return ranks;
    }

    private long[] DomainSums(int[][] counts, int[] domainOf, int domains, Func<int, long> weight)
    {
        var sums = new long[domains];
        foreach (var node in _problem.Active)
        {
            if (domainOf[node] < 0) continue;
            for (var k = 0; k < counts.Length; k++)
            {
                sums[domainOf[node]] += counts[k][node] * weight(k);
            }
        }

        return sums;
    }

    private long[][] TierSlots()
    {
        var partitions = _problem.Partitions;
        var slots = new long[partitions.TierCount][];
        for (var p = 0; p < slots.Length; p++)
        {
            slots[p] = new long[partitions.All[p].Count];
            foreach (var node in _problem.Active)
            {
                slots[p][partitions.All[p].DomainOf[node]] += Math.Min(_problem.Kinds[_leadKind].FreeSlots[node], CostModel.MostSlots);
            }
        }

        return slots;
    }

    private ImmutableArray<TierUse> Uses(int[][] counts)
    {
        var partitions = _problem.Partitions;
        var uses = ImmutableArray.CreateBuilder<TierUse>(partitions.TierCount);
        for (var p = 0; p < partitions.TierCount; p++)
        {
            var partition = partitions.All[p];
            var seen = new HashSet<int>();
            var (broken, slots) = (0, 0L);
            foreach (var node in _problem.Active)
            {
                var any = false;
                for (var k = 0; k < counts.Length; k++)
                {
                    any |= counts[k][node] > 0;
                }

                if (!any) continue;
                slots -= counts[_leadKind][node];
                var domain = partition.DomainOf[node];
                if (!seen.Add(domain)) continue;
                if (partition.Free[domain]) broken++;
                slots += _tierSlots[p][domain];
            }

            uses.Add(new(partition.Tier, seen.Count, broken, slots));
        }

        return uses.MoveToImmutable();
    }

    // Fill of the fullest power constraint the placement draws from, in millionths of its limit.
    private long PowerFill(long[] added)
    {
        long fill = 0;
        foreach (var constraint in _problem.Cluster.Power.Constraints)
        {
            fill = Math.Max(fill, Fill(constraint.Index, added[constraint.Index]));
        }

        return fill;
    }

    /// <summary>Fill of a power constraint with so many half watts more, in millionths of its limit; 0 when nothing is drawn from it.</summary>
    public long Fill(int constraint, long added)
    {
        var limit = _problem.Cluster.Power.Constraints[constraint].LimitHalfWatts;
        return added == 0 || limit <= 0 || _problem.Policy.WithoutPowerFill ? 0 : (long)(1e6 * (limit - _problem.Headroom[constraint] + added) / limit);
    }

    /// <summary>Slots that a tier's domains have left before anything is placed, by domain.</summary>
    public long[] SlotsOf(int tier) => _tierSlots[tier];

    /// <summary>Parts 5 and 6 of a placement, held or not: what others may be measured by.</summary>
    public ScoreCard Bound(int[][] counts) => new() { Tiers = Uses(counts) };
}
