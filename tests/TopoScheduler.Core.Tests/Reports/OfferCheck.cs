using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Reports;

/// <summary>
/// Does what a counter-offer's text says, to the input rather than to the snapshot, and plans: independent of how the offer was found. With a step
/// beyond the offer (a pod more, a watt less) nothing may fit, or the offer was not the smallest.
/// </summary>
internal sealed partial class OfferCheck(ImmutableArray<NodeInfo> nodes, ImmutableArray<PodInfo> pods, Gang gang)
{
    /// <summary>Fails unless the offer holds and, where that can be told, is the smallest.</summary>
    public void Verify(CounterOffer offer, bool smallest = true)
    {
        var (result, smaller) = Apply(offer);
        Assert.True(result.Plan is not null, $"{offer} does not make it fit");
        Assert.Equal(offer.ThenOutcome, result.Outcome);
        Assert.Equal(offer.EstimateMs, result.Plan.Score.OwnTimeMs);
        if (smallest && (offer.Smallest || offer.Change == CounterOfferChange.HigherBudget) && smaller is not null) Assert.True(smaller.Plan is null, $"less than {offer} is enough");
    }

    private (PlacementResult Result, PlacementResult? Smaller) Apply(CounterOffer offer)
    {
        switch (offer.Change)
        {
            case CounterOfferChange.FewerPods:
                var size = Number(Fewer().Match(offer.Detail));
                var degree = Degree().Match(offer.Detail) is { Success: true } dp ? Number(dp) : 0;
                return (Plan(Shrunk(size, offer.Detail, degree)), size + 1 < gang.Size && degree == 0 ? Plan(Shrunk(size + 1, offer.Detail, 0)) : null);
            case CounterOfferChange.WiderTier:
                return (Plan(Widened(Wider().Match(offer.Detail))), null);
            case CounterOfferChange.LowerGpuCap:
                var cap = Number(Cap().Match(offer.Detail));
                return (Plan(Willing(cap), enforced: true), Plan(Willing(cap + 5), enforced: true));
            case CounterOfferChange.HigherBudget:
                var budgets = Budget().Matches(offer.Detail).ToArray();
                // Of several each is as small as the others allow.
                var lower = budgets.Select(one => Plan(gang, budgets.Aggregate(nodes, (raised, b) => Raised(raised, b, Number(b) - (b == one ? 1 : 0)))));
                return (Plan(gang, budgets.Aggregate(nodes, (raised, b) => Raised(raised, b, Number(b)))), lower.FirstOrDefault(r => r.Plan is not null));
            case CounterOfferChange.Evict:
                var gone = Victim().Matches(offer.Detail).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
                var kept = pods.Where(p => !gone.Contains(p.Gang?.Id ?? p.Id)).ToImmutableArray();
                Assert.All(pods.Except(kept), p => Assert.True(p.Priority < gang.Priority && !p.IsDaemon));
                return (Plan(gang, nodes, kept), null);
            case CounterOfferChange.AddNodes:
                var more = More().Match(offer.Detail);
                return (Plan(gang, With(more, Number(more))), Plan(gang, With(more, Number(more) - 1)));
            default:
                throw new InvalidOperationException($"no way to check {offer}");
        }
    }

    private static int Number(Match match)
    {
        Assert.True(match.Success);
        return int.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private PlacementResult Plan(Gang changed, bool enforced = false) =>
        Plan(changed, enforced ? [.. nodes.Select(n => n with { Power = n.Power with { CapsEnforced = true } })] : nodes);

    private PlacementResult Plan(Gang changed, ImmutableArray<NodeInfo> changedNodes) => Plan(changed, changedNodes, pods);

    private static PlacementResult Plan(Gang changed, ImmutableArray<NodeInfo> changedNodes, ImmutableArray<PodInfo> changedPods) =>
        PlacementEngine.Plan(ClusterSnapshot.Create(changedNodes, changedPods), changed, PlacementPolicy.Default);

    private Gang Shrunk(int size, string detail, int degree)
    {
        var role = Role().Match(detail) is { Success: true } named ? gang.Roles.IndexOf(gang.Roles.Single(r => r.Name == named.Groups[1].Value)) : gang.Roles.Length - 1;
        var count = gang.Roles[role].Count - (gang.Size - size);
        var dimensions = gang.Hints.Parallelism.Select(d => d.Name == "dp" ? d with { Degree = degree } : d).ToImmutableArray();
        return gang with
        {
            Roles = gang.Roles.SetItem(role, gang.Roles[role] with { Count = count }),
            MinMembers = size,
            Hints = gang.Hints with { Parallelism = dimensions },
        };
    }

    private Gang Widened(Match match)
    {
        Assert.True(match.Success);
        var tier = match.Groups[1].Value == "no" || !Tier.TryParse(match.Groups[3].Value, out var parsed) ? default(TierTarget) : new(parsed);
        return gang with
        {
            Hints = match.Groups[2].Value == "required-topology"
                ? gang.Hints with { Required = tier }
                : gang.Hints with { SegmentTier = tier, SegmentSize = tier is null ? 0 : gang.Hints.SegmentSize },
        };
    }

    private Gang Willing(int cap) => gang with { Hints = gang.Hints with { GpuWattsMin = cap } };

    private static ImmutableArray<NodeInfo> Raised(ImmutableArray<NodeInfo> nodes, Match match, long watts)
    {
        var name = match.Groups[3].Value;
        return match.Groups[2].Value switch
        {
            "rack" => Change(nodes, l => l.Rack == name ? l with { RackBudgetWatts = l.RackBudgetWatts + watts } : l),
            "row" => Change(nodes, l => l.Row == name ? l with { RowBudgetWatts = l.RowBudgetWatts + watts } : l),
            "pdu" => Change(nodes, l => l with
            {
                PduBudgetWatts = l.Pdu == name ? l.PduBudgetWatts + watts : l.PduBudgetWatts,
                PduBBudgetWatts = l.PduB == name ? (l.PduBBudgetWatts ?? l.PduBudgetWatts) + watts : l.PduBBudgetWatts ?? l.PduBudgetWatts,
            }),
            var other => throw new InvalidOperationException(other),
        };
    }

    private static ImmutableArray<NodeInfo> Change(ImmutableArray<NodeInfo> nodes, Func<PowerLocation, PowerLocation> change) =>
        [.. nodes.Select(n => n with { PowerLocation = change(n.PowerLocation) })];

    private ImmutableArray<NodeInfo> With(Match match, int count)
    {
        var model = nodes.Single(n => n.Name == match.Groups[2].Value);
        return
        [
            .. nodes,
            .. Enumerable.Range(0, count).Select(i => model with
            {
                Name = $"zz{i}", Uid = $"zz{i}", Labels = model.Labels.SetItem("kubernetes.io/hostname", $"zz{i}"),
            }),
        ];
    }

    [GeneratedRegex(@"^([\d,]+) pods?\b")]
    private static partial Regex Fewer();

    [GeneratedRegex(@", dp=(\d+)$")]
    private static partial Regex Degree();

    [GeneratedRegex(@", role (\S+) with \d+")]
    private static partial Regex Role();

    [GeneratedRegex(@"^(no )?(required-topology|segment-topology)(?: (\S+))? instead of")]
    private static partial Regex Wider();

    [GeneratedRegex(@"^a GPU power cap of ([\d,]+) W")]
    private static partial Regex Cap();

    [GeneratedRegex(@"([\d,]+) W more for (\w+)/(\S+):")]
    private static partial Regex Budget();

    [GeneratedRegex(@"(\w+/\S+/\S+) \(priority")]
    private static partial Regex Victim();

    [GeneratedRegex(@"^([\d,]+) more nodes? like (\S+?)(?:,|$)")]
    private static partial Regex More();
}
