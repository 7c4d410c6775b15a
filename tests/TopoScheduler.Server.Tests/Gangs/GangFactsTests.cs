using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Server.Controllers.Gangs;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>What the controller tells of a gang to somebody who asks, and what an explanation makes of it.</summary>
public sealed class GangFactsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task FactsOf_GangThatWaits_SaysWhyAndWhatHasChangedSinceTheLastAttempt()
    {
        var scene = new GangScene(nodes: 4);
        scene.CreateForeign("stranger", "n-0000");
        scene.CreateGang("llama", 4);
        await scene.WaitAsync(Long);
        scene.ChangeNode("n-0001", n => n["spec"]!["unschedulable"] = true);
        await scene.WaitAsync(Long);

        var facts = await AskAsync(scene, "llama");
        Assert.NotNull(facts?.Facts.Reason);
        Assert.NotNull(facts.Facts.LastAttempt);
        var answer = Explainer.Explain(new() { Cluster = facts.Cluster, Subject = new(ExplanationSubjectKind.Gang, GangObjects.Space, "llama"), Gang = facts.Gang, Facts = facts.Facts });

        Assert.Equal(ExplanationCauseKind.Constraint, answer.Cause.Kind);
        Assert.Equal((4, 2), (answer.Cause.Wanted, answer.Cause.Room));
        var closed = Assert.Single(answer.Changed!.Items, i => i.What == "closedNodes");
        Assert.Equal((0, 1), (closed.Before, closed.Now));
    }

    [Fact]
    public async Task FactsOf_GangThatIsPlanned_SaysItsPlaces()
    {
        var scene = new GangScene(nodes: 4);
        scene.CreateGang("llama", 2);
        await scene.SettleAsync();

        var facts = await AskAsync(scene, "llama");

        Assert.Equal(2, facts!.Facts.Placed.Count);
        Assert.Equal(2, facts.Facts.OnTheWay);
        Assert.Null(facts.Facts.Reason);
    }

    [Fact]
    public async Task FactsOf_Nobody_IsNull()
    {
        var scene = new GangScene(nodes: 2);
        await scene.SettleAsync();
        Assert.Null(await AskAsync(scene, "llama"));
        Assert.NotNull(await AskAsync(scene, null));
    }

    [Fact]
    public async Task FactsOf_MembersMissing_SaysHowMany()
    {
        var scene = new GangScene(nodes: 4);
        for (var m = 0; m < 3; m++) scene.Create(GangObjects.Pod("llama", m, 4));
        await scene.WaitAsync(TimeSpan.FromSeconds(10));

        var facts = (await AskAsync(scene, "llama"))!.Facts;

        Assert.Equal(("3 of 4 pods are there", 3), (facts.Incomplete, facts.MembersThere));
    }

    private static async Task<LiveGangFacts?> AskAsync(GangScene scene, string? name)
    {
        var asked = scene.Life.Controller.FactsOfAsync(name is null ? null : k => k.Name == name, CancellationToken.None);
        await scene.SettleAsync();
        return await asked;
    }
}
