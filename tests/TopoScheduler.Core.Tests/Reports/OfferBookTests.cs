using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Reports;

public sealed class OfferBookTests
{
    private static readonly ClusterSnapshot Cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(2).Racks(2, 26_000).Build();

    [Fact]
    public void Next_GangsThatAskForTheSame_AreOfferedWhatEachIsAlone()
    {
        var sequence = new ReportSequence(Cluster, PlacementPolicy.Default);
        foreach (var gang in new[] { Gang("a", 9), Gang("b", 9), Gang("c", 2), Gang("d", 9), Gang("e", 7), Gang("f", 9) })
        {
            var alone = PlacementReporter.Report(sequence.Cluster, gang, PlacementPolicy.Default);

            var report = sequence.Next(gang);

            Assert.Equal(gang.Size == 2 ? PlacementOutcome.Placed : PlacementOutcome.NoFit, report.Outcome);
            Assert.Equal(alone.CounterOffers.Select(o => $"{o} {o.Smallest} {o.Cost}"), report.CounterOffers.Select(o => $"{o} {o.Smallest} {o.Cost}"));
            Assert.Equal(alone.Problems.Select(p => p.ToString()), report.Problems.Select(p => p.ToString()));
        }
    }

    [Fact]
    public void Find_SameAgain_CostsNoPlan()
    {
        var book = new OfferBook();
        var first = book.Find(Cluster, Question(Gang("a", 9)), []);
        var again = Question(Gang("b", 9));

        var second = book.Find(Cluster, again, []);

        Assert.NotEmpty(first.Offers);
        Assert.Equal(first.Offers, second.Offers);
        Assert.Equal(0, again.Plans);
    }

    [Fact]
    public void Find_PlansSpent_LeavesOutAndSaysSo()
    {
        var book = new OfferBook(mostPlans: 1);
        book.Find(Cluster, Question(Gang("a", 9)), []);

        var (known, none) = book.Find(Cluster, Question(Gang("b", 9)), []);
        var (offers, leftOut) = book.Find(Cluster, Question(Gang("c", 8)), []);

        Assert.NotEmpty(known);
        Assert.Null(none);
        Assert.Empty(offers);
        Assert.Equal(Severity.Info, leftOut!.Severity);
        Assert.Contains("one call stops after 1", leftOut.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AsksTheSame_WhatPlansDependOn_Counts()
    {
        var gang = Gang("a", 4);

        // The builder labels the pods with the name.
        Assert.True(SameGang.AsksTheSame(gang, Gang("a", 4), labelsCount: true));
        Assert.True(SameGang.AsksTheSame(gang, Gang("b", 4), labelsCount: false));
        Assert.False(SameGang.AsksTheSame(gang, Gang("b", 4), labelsCount: true));
        Assert.False(SameGang.AsksTheSame(gang, Gang("a", 5), labelsCount: false));
        Assert.False(SameGang.AsksTheSame(gang, gang with { Priority = 1 }, labelsCount: false));
        Assert.False(SameGang.AsksTheSame(gang, gang with { MinMembers = 2 }, labelsCount: false));
        Assert.False(SameGang.AsksTheSame(gang, gang with { Hints = gang.Hints with { GpuWattsMin = 300 } }, labelsCount: false));
        Assert.False(SameGang.AsksTheSame(gang, gang with { Hints = gang.Hints with { Parallelism = [new("tp", 8)] } }, labelsCount: false));
    }

    private static WhatIf Question(Gang gang) => new(Cluster, gang, PlacementPolicy.Default);

    private static Gang Gang(string name, int members) => GangBuilder.Members(members).GpusPerPod(8).Named(name).Build();
}
