using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Tests.Reports;

/// <summary>What the bound rules out does not fit, whatever is asked; the engine is the oracle.</summary>
public sealed class RoomBoundTests
{
    private const int Cases = 150;
    private const long MostWatts = 1_000_000;

    [Fact]
    public void LeastRaise_DrawnCases_NothingBelowItFits()
    {
        var (known, exact) = (0, 0);
        foreach (var (question, room) in Questions())
        {
            var power = question.Cluster.Power;
            foreach (var domain in power.Domains.Where(d => d.BudgetWatts is not null && !d.Nodes.IsEmpty))
            {
                var least = room.LeastRaise(domain, MostWatts);
                if (least == 1) continue;
                known++;
                Assert.False(Fits((least ?? MostWatts + 1) - 1), $"{domain.Id} raised by less than {least} W: {question.Gang}");
                if (least is { } watts && Fits(watts)) exact++;

                bool Fits(long raise) => WhatIf.Fits(question.Plan(question.Cluster.WithPower(power.WithBudgets(new Dictionary<string, long?> { [domain.Id] = domain.BudgetWatts + raise }))));
            }
        }

        Assert.True(known > 100 && exact > 10, $"too few to say much: {known} known, {exact} of them the answer");
    }

    [Fact]
    public void Most_DrawnCases_NoGangWithMoreMembersFits()
    {
        var (ruledOut, exact) = (0, 0);
        foreach (var (question, room) in Questions())
        {
            var most = (int)room.Most();
            if (most >= question.Gang.Size) continue;
            ruledOut++;
            Assert.False(Fits(most + 1), $"{most} members are the most: {question.Gang}");
            if (most > 0 && Fits(most)) exact++;

            bool Fits(int members) => WhatIf.Fits(question.Plan(WhatIf.WithCounts(question.Gang, [members])));
        }

        Assert.True(ruledOut > 10 && exact > 3, $"too few to say much: {ruledOut} ruled out, {exact} of them the answer");
    }

    [Fact]
    public void HasNoRoom_WithoutSomePods_NothingFits()
    {
        var ruledOut = 0;
        var random = new Random(7);
        foreach (var (question, room) in Questions())
        {
            for (var i = 0; i < 8; i++)
            {
                var cluster = question.Cluster;
                HashSet<PodInfo> gone = [.. Enumerable.Range(0, cluster.Nodes.Length).SelectMany(n => cluster.PodsOf(n)).Where(p => !p.IsDaemon && random.Next(2) == 0)];
                var fewer = cluster.Without(gone);
                if (!room.HasNoRoom(fewer, gone)) continue;
                ruledOut++;
                Assert.False(WhatIf.Fits(question.Plan(fewer)), $"{gone.Count} pods less: {question.Gang}");
            }
        }

        Assert.True(ruledOut > 100, $"too few to say much: {ruledOut} ruled out");
    }

    [Fact]
    public void HasNoRoom_WithCopies_NothingFits()
    {
        var ruledOut = 0;
        foreach (var (question, room) in Questions())
        {
            for (var copies = 0; copies < 4; copies++)
            {
                for (var model = 0; model < question.Cluster.Nodes.Length; model += 3)
                {
                    if (!room.HasNoRoom(model, copies)) continue;
                    ruledOut++;
                    Assert.False(WhatIf.Fits(question.Plan(MoreNodesOffer.WithCopies(question.Cluster, model, copies))), $"{copies} like {model}: {question.Gang}");
                }
            }
        }

        Assert.True(ruledOut > 100, $"too few to say much: {ruledOut} ruled out");
    }

    private static IEnumerable<(WhatIf Question, RoomBound Room)> Questions()
    {
        foreach (var drawn in NoFitCases.Draw(Cases))
        {
            var question = new WhatIf(drawn.Cluster, drawn.Gang, PlacementPolicy.Default, NoFitCases.Now);
            if (question.Room is { } room) yield return (question, room);
        }
    }
}
