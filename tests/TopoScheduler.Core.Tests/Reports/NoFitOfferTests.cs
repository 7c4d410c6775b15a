using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Reports;

/// <summary>Every offer, made, is what it says; and where it says that nothing smaller will do, trying everything finds nothing smaller.</summary>
public sealed class NoFitOfferTests
{
    private const int Cases = 200;
    private const int MostVictims = 10;

    [Fact]
    public void Report_TwoHundredNoFits_EveryOfferYieldsWhatItPromises()
    {
        var kinds = new Dictionary<CounterOfferChange, int>();
        foreach (var drawn in NoFitCases.Draw(Cases))
        {
            var report = PlacementReporter.Report(drawn.Cluster, drawn.Gang, PlacementPolicy.Default, NoFitCases.Now);
            Assert.Equal(PlacementOutcome.NoFit, report.Outcome);
            foreach (var offer in report.CounterOffers)
            {
                var (cluster, gang) = OfferApplication.Apply(drawn.Cluster, drawn.Gang, offer);
                var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
                Assert.True(
                    result.Outcome == offer.ThenOutcome && result.Plan?.Score.OwnTimeMs == offer.EstimateMs && result.Plan is not null,
                    $"{offer} ends in {result.Outcome}, {result.Plan?.Score.OwnTimeMs} ms: {drawn.Drawn}");
                kinds[offer.Change] = kinds.GetValueOrDefault(offer.Change) + 1;
            }

            var costs = report.CounterOffers.Select(o => o.Cost).ToList();
            Assert.True(costs.Zip(costs.Skip(1)).All(pair => pair.First <= pair.Second), $"dearer first: {string.Join('\n', report.CounterOffers)}");
        }

        Assert.All(Enum.GetValues<CounterOfferChange>(), change => Assert.True(kinds.GetValueOrDefault(change) >= 10, $"too few to say much: {kinds.GetValueOrDefault(change)} {change}"));
    }

    [Fact]
    public void Report_TwoHundredNoFits_SmallestOffersAreThoseOfBruteForce()
    {
        var (smallest, checkedOffers) = (0, 0);
        foreach (var drawn in NoFitCases.Draw(Cases))
        {
            foreach (var offer in PlacementReporter.Report(drawn.Cluster, drawn.Gang, PlacementPolicy.Default, NoFitCases.Now).CounterOffers)
            {
                if (!offer.Smallest) continue;
                smallest++;
                foreach (var smaller in Smaller(drawn, offer))
                {
                    checkedOffers++;
                    var (cluster, gang) = OfferApplication.Apply(drawn.Cluster, drawn.Gang, smaller);
                    Assert.True(PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Plan is null, $"{smaller.Apply} is smaller than {offer} and enough: {drawn.Drawn}");
                }
            }
        }

        Assert.True(smallest > 250 && checkedOffers > 2_000, $"too few to say much: {smallest} said to be smallest, {checkedOffers} smaller ones tried");
    }

    // Every smaller offer of the kind that there could be.
    private static IEnumerable<CounterOffer> Smaller(NoFitCase drawn, CounterOffer offer) => offer.Change switch
    {
        CounterOfferChange.FewerPods => Larger(drawn.Gang, offer),
        CounterOfferChange.WiderTier => Narrower(drawn, offer),
        CounterOfferChange.LowerGpuCap => Enumerable.Range(1, (700 - offer.Apply.GpuCapWatts!.Value) / 5).Select(i => offer with { Apply = new() { GpuCapWatts = offer.Apply.GpuCapWatts + 5 * i } }),
        CounterOfferChange.HigherBudget => LowerRaises(drawn.Cluster, offer),
        CounterOfferChange.Evict => CheaperVictims(drawn, offer),
        CounterOfferChange.Wait => Earlier(drawn.Cluster, offer),
        _ => Enumerable.Range(1, offer.Apply.Nodes!.Count - 1).Select(i => offer with { Apply = new() { Nodes = offer.Apply.Nodes with { Count = i } } }),
    };

    // With parallelism or segments not every size is one.
    private static IEnumerable<CounterOffer> Larger(Gang gang, CounterOffer offer)
    {
        if (!gang.Hints.Parallelism.IsEmpty || gang.Hints.SegmentSize > 0) yield break;
        var changed = Enumerable.Range(0, gang.Roles.Length).Single(r => gang.Roles[r].Count != offer.Apply.Roles[r].Pods);
        for (var more = 1; offer.Apply.Pods + more < gang.LeastMembers; more++)
        {
            var role = offer.Apply.Roles[changed];
            yield return offer with { Apply = new() { Pods = offer.Apply.Pods + more, Roles = offer.Apply.Roles.SetItem(changed, role with { Pods = role.Pods + more }) } };
        }
    }

    private static IEnumerable<CounterOffer> Narrower(NoFitCase drawn, CounterOffer offer)
    {
        var required = offer.Apply.RequiredTopology is not null;
        Assert.True(Tier.TryParse(offer.Apply.RequiredTopology ?? offer.Apply.SegmentTopology, out var to));
        var from = required ? drawn.Gang.Hints.Required!.Tier : drawn.Gang.Hints.SegmentTier!.Tier;
        IEnumerable<Tier> tiers = [Tier.NvLinkDomain, .. Enumerable.Range(0, drawn.Cluster.Topology.FabricTiers).Select(Tier.Fabric)];
        return tiers.Where(t => t > from && t < to).Select(t => offer with { Apply = required ? new() { RequiredTopology = t.Name } : new() { SegmentTopology = t.Name } });
    }

    private static IEnumerable<CounterOffer> LowerRaises(ClusterSnapshot cluster, CounterOffer offer) =>
        cluster.Over(null).Power.Domains.Where(d => d.BudgetWatts is not null)
            .Select(d => offer with { Apply = new() { Budgets = [new(d.Id, d.BudgetWatts!.Value + offer.Cost.AddedWatts!.Value - 1)] } });

    private static IEnumerable<CounterOffer> CheaperVictims(NoFitCase drawn, CounterOffer offer)
    {
        var gangs = Enumerable.Range(0, drawn.Cluster.Nodes.Length).SelectMany(n => drawn.Cluster.PodsOf(n)).Where(p => !p.IsDaemon).GroupBy(p => p.Gang!.Value.Id)
            .Where(g => g.All(p => p.Priority < drawn.Gang.Priority) && g.Any(p => !p.Terminating)).ToArray();
        if (gangs.Length > MostVictims) yield break;
        var known = gangs.All(g => g.All(p => p.StartedAt is not null));
        var work = gangs.Select(g => g.Sum(p => known ? p.Template.Gpus * (long)(NoFitCases.Now - p.StartedAt!.Value).TotalSeconds : p.Template.Gpus)).ToArray();
        var most = Sum(i => offer.Apply.Evict.Contains(gangs[i].Key));
        for (var set = 1; set < 1 << gangs.Length; set++)
        {
            if (Sum(i => (set >> i & 1) > 0) >= most) continue;
            yield return offer with { Apply = new() { Evict = [.. gangs.Where((_, i) => (set >> i & 1) > 0).Select(g => g.Key)] } };
        }

        long Sum(Func<int, bool> isOne) => Enumerable.Range(0, gangs.Length).Where(isOne).Sum(i => work[i]);
    }

    private static IEnumerable<CounterOffer> Earlier(ClusterSnapshot cluster, CounterOffer offer)
    {
        if (offer.Apply.Until is not { } text) yield break;
        var until = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        var gangs = Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n)).Where(p => !p.IsDaemon && !p.Terminating).GroupBy(p => p.Gang!.Value.Id)
            .Where(g => g.All(p => p.EndsAt > NoFitCases.Now)).Select(g => (g.Key, Ends: g.Max(p => p.EndsAt!.Value))).ToArray();
        // Minute by minute: windows end on one, and gangs too.
        for (var moment = NoFitCases.Now; moment < until; moment = moment.AddMinutes(moment < until.AddMinutes(-60) ? 7 : 1))
        {
            yield return offer with { Apply = new() { Until = OfferApplication.Text(moment), WaitFor = [.. gangs.Where(g => g.Ends <= moment).Select(g => g.Key)] } };
        }
    }
}
