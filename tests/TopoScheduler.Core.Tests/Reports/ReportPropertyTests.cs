using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Testing.Cases;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Reports;

// Reports of drawn cases: mixed roles, segments, dual feeds, crossing racks. The gang outranks every pod, so that evictions are offered.
public sealed class ReportPropertyTests
{
    private const int CasesPerBatch = 60;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Report_DrawnCase_HoldsTogether(int batch)
    {
        var (placed, offers) = (0, 0);
        for (var seed = batch * CasesPerBatch; seed < (batch + 1) * CasesPerBatch; seed++)
        {
            var drawn = SmallCases.Draw(seed);
            var gang = drawn.Gang with { Priority = 1 };
            var report = PlacementReporter.Report(drawn.Cluster, gang, PlacementPolicy.Default);
            try
            {
                if (report.Placement is not null)
                {
                    placed++;
                    CheckPlaced(drawn, report);
                    continue;
                }

                var check = new OfferCheck(drawn.Nodes, drawn.Pods, gang);
                foreach (var offer in report.CounterOffers)
                {
                    offers++;
                    check.Verify(offer, drawn.Proved);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{drawn}\n{report.Summary}", e);
            }
        }

        Assert.InRange(placed, 5, CasesPerBatch - 5);
        Assert.True(offers > 5);
    }

    private static void CheckPlaced(PlacementCase drawn, PlacementReport report)
    {
        var placement = report.Placement!;
        foreach (var tier in placement.Domains.GroupBy(d => d.Tier))
        {
            Assert.Equal(placement.Pods.Length, tier.Sum(d => d.Pods));
        }

        var ranks = placement.Pods.Where(p => p.FirstRank is not null).Select(p => p.FirstRank!.Value).ToList();
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal(AddedWatts(drawn, report), report.Power!.AddedWatts);
        Assert.All(report.Power.Domains, d => Assert.InRange(d.AfterWatts, d.BeforeWatts, d.BudgetWatts));
        Assert.InRange(report.Estimate!.BestPossibleMs, 0, report.Estimate.CommunicationMs);
        Assert.True(report.Estimate.GapPercent >= 0);
        Assert.InRange(report.Estimate.Uniformity, 0, 1);
        Assert.Empty(report.CounterOffers);
    }

    // From the rules of the draw, by an implementation of its own.
    private static long AddedWatts(PlacementCase drawn, PlacementReport report)
    {
        var added = 0L;
        foreach (var node in drawn.Nodes)
        {
            var before = drawn.Pods.Where(p => p.NodeName == node.Name).Sum(p => NaivePower.PodWatts(node.Power, p.Template.Power));
            var mine = report.Placement!.Pods.Where(p => p.Node == node.Name)
                .Sum(p => NaivePower.PodWatts(node.Power, RoleOf(drawn, p.Index) with { CapWatts = report.Power!.GpuCapWatts }));
            added += NaivePower.NodeWatts(node.Power, before + mine) - NaivePower.NodeWatts(node.Power, before);
        }

        return added;
    }

    private static Core.Power.PodPower RoleOf(PlacementCase drawn, int member)
    {
        foreach (var role in drawn.Gang.Roles)
        {
            if (member < role.Count) return role.Template.Power;
            member -= role.Count;
        }

        throw new InvalidOperationException("no such member");
    }
}
