using FsCheck;
using FsCheck.Fluent;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Tests.Topology;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>The model against a simulation that goes node by node through every feed state, with floating halves and no sharing of code.</summary>
public sealed class PowerModelPropertyTests
{
    /// <summary>Well-formed trees: every rack hangs on the PDUs of its row, every row in one facility.</summary>
    private static readonly Gen<PowerLocation[]> WellFormed =
        from count in Gen.Choose(1, 30)
        from nodes in Gen.ListOf(
            from rack in Gen.Choose(0, 5)
            from cord in Gen.Choose(0, 5)
            select Node(rack, cord), count)
        select nodes.ToArray();

    /// <summary>Anything: names and rungs drawn independently, so racks and PDUs have many parents.</summary>
    private static readonly Gen<PowerLocation[]> Wild =
        from count in Gen.Choose(1, 25)
        from nodes in Gen.ListOf(
            from names in Gen.ArrayOf(Gen.Choose(-1, 2), 5)
            from feed in Gen.Choose(0, 2)
            from budget in Gen.Choose(-1, 3)
            select new PowerLocation
            {
                Rack = Name("r", names[0]),
                Pdu = Name("p", names[1]),
                PduB = Name("p", names[2]),
                Row = Name("w", names[3]),
                Facility = Name("f", names[4]),
                Feed = (PowerFeed)feed,
                RackBudgetWatts = budget > 0 ? budget * 1000 : null,
                PduBudgetWatts = budget > 1 ? budget * 5000 : null,
                RowBudgetWatts = budget == 2 ? 9000 : null,
                FacilityBudgetWatts = budget == 0 ? 20_000 : null,
            }, count)
        select nodes.ToArray();

    [Fact]
    public void Build_WellFormedTree_LoadsEqualANaiveSimulationOfEveryFeedState() => Prop.ForAll(Arb.From(WellFormed), locations =>
    {
        var model = Build(locations);
        var draws = Draws(locations.Length);
        foreach (var domain in model.Domains)
        {
            var worst = 0.0;
            foreach (var state in Enum.GetValues<FeedState>())
            {
                var expected = Enumerable.Range(0, locations.Length).Sum(n => Share(locations[n], domain, state) * draws[n]);
                var actual = Enumerable.Range(0, locations.Length).Sum(n => model.HalvesOf(n, domain.Index, state) / 2.0 * draws[n]);
                Assert.Equal(expected, actual, 6);
                worst = Math.Max(worst, expected);
            }

            Assert.Equal((long)Math.Ceiling(worst), model.BeforeWatts(domain.Index, draws));
        }

        return model.Problems.IsEmpty;
    }).HoldsFromAFixedSeed();

    [Fact]
    public void Build_AnyTree_ConstraintsHoldExactlyWhenEveryStateOfEveryBudgetHolds() => Prop.ForAll(Arb.From(Wild), Arb.From(Gen.Choose(1, 4000)), (locations, scale) =>
    {
        var model = Build(locations);
        var draws = Draws(locations.Length).Select(d => d * scale / 1000).ToArray();
        var loads = new long[model.Constraints.Length];
        for (var n = 0; n < locations.Length; n++)
        {
            foreach (var share in model.SharesOf(n))
            {
                Assert.InRange(share.Halves, 1, 2);
                loads[share.Constraint] += share.Halves * draws[n];
            }
        }

        var constraintsHold = model.Constraints.All(c => loads[c.Index] <= c.LimitHalfWatts);
        var statesHold = model.Domains.All(d => d.BudgetWatts is not { } budget || model.BeforeWatts(d.Index, draws) <= budget);
        return constraintsHold == statesHold;
    }).HoldsFromAFixedSeed();

    [Fact]
    public void Build_AnyTree_EveryNodeCountsInEveryDomainItNamesAndAboveThat() => Prop.ForAll(Arb.From(Wild), locations =>
    {
        var model = Build(locations);
        return model.Domains.All(domain =>
            domain.Parents.All(parent => domain.Nodes.Where(n => domain.Kind != PowerDomainKind.Rack || model.Domains[parent].Kind != PowerDomainKind.Pdu).All(
                n => model.Domains[parent].Nodes.Contains(n)))
            && Enumerable.Range(0, locations.Length).Where(n => Names(locations[n], domain)).All(n => domain.Nodes.Contains(n)));
    }).HoldsFromAFixedSeed();

    [Fact]
    public void WithBudgets_AnyTree_EqualsBuildingWithThatBudget() => Prop.ForAll(Arb.From(WellFormed), locations =>
    {
        var model = Build(locations);
        var rack = model.Domains[0];
        var rebuilt = Build([.. locations.Select(l => l.Rack == rack.Name ? l with { RackBudgetWatts = 12_345 } : l)]);
        var changed = model.WithBudgets(new Dictionary<string, long?> { [rack.Id] = 12_345 });
        return changed.Domains.Select(d => d.BudgetWatts).SequenceEqual(rebuilt.Domains.Select(d => d.BudgetWatts))
            && changed.Constraints.SequenceEqual(rebuilt.Constraints)
            && Enumerable.Range(0, locations.Length).All(n => changed.SharesOf(n).SequenceEqual(rebuilt.SharesOf(n)));
    }).HoldsFromAFixedSeed();

    private static PowerModel Build(PowerLocation[] locations) => PowerModelBuilder.Build([.. locations.Select((_, i) => $"n{i:00}")], locations);

    private static long[] Draws(int count) => [.. Enumerable.Range(0, count).Select(n => 1_001L + n * 7_919 % 9_001)];

    private static string? Name(string prefix, int number) => number < 0 ? null : $"{prefix}{number}";

    private static PowerLocation Node(int rack, int cord)
    {
        var row = rack / 2;
        var at = new PowerLocation
        {
            Rack = $"r{rack}",
            Row = $"w{row}",
            Facility = "f",
            RackBudgetWatts = rack % 2 == 0 ? 20_000 : null,
            PduBudgetWatts = 50_000,
            FacilityBudgetWatts = 200_000,
        };
        return (rack % 3, cord) switch
        {
            (0, < 4) => at with { Pdu = $"a{row}", PduB = $"b{row}" },
            (0, _) => at with { Pdu = $"a{row}", PduB = $"b{row}", PduBBudgetWatts = 50_000 },
            (1, < 3) => at with { Pdu = $"a{row}", Feed = PowerFeed.A },
            (1, _) => at with { Pdu = $"b{row}", Feed = PowerFeed.B },
            _ => at with { Pdu = $"a{row}" },
        };
    }

    /// <summary>Share of a node's draw a domain carries, written down from the rules and nothing else.</summary>
    private static double Share(PowerLocation at, PowerDomain domain, FeedState state)
    {
        if (!Names(at, domain))
        {
            return 0;
        }

        if (at.PduB is null)
        {
            return (at.Feed == PowerFeed.A && state == FeedState.LostA) || (at.Feed == PowerFeed.B && state == FeedState.LostB) ? 0 : 1;
        }

        if (domain.Kind != PowerDomainKind.Pdu)
        {
            return 1;
        }

        var isB = domain.Name == at.PduB;
        return state switch { FeedState.Normal => 0.5, FeedState.LostA => isB ? 1 : 0, _ => isB ? 0 : 1 };
    }

    private static bool Names(PowerLocation at, PowerDomain domain) => domain.Kind switch
    {
        PowerDomainKind.Rack => at.Rack == domain.Name,
        PowerDomainKind.Pdu => at.Pdu == domain.Name || at.PduB == domain.Name,
        PowerDomainKind.Row => at.Row == domain.Name,
        _ => at.Facility == domain.Name,
    };
}
