using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>
/// What if: a cluster as it would be after some changes. Pure; the changes are made in one order whatever order they came in, so that any combination
/// gives the one cluster:
/// <para>(1) racks are added; (2) what ends, ends; (3) places are drained, as they were before anything was added; (4) budgets change, those of added racks
/// too; (5) a feed is lost. Who is on a node that is drained or goes dark loses its place, unless it has ended.</para>
/// </summary>
public static class Scenario
{
    private const int MostTexts = 1_000;

    /// <summary>Makes the changes. Everything that is not understood is told at once, and then nothing is changed.</summary>
    /// <param name="cluster">The cluster as it is.</param>
    /// <param name="request">What shall be different.</param>
    public static ScenarioResult Apply(ClusterSnapshot cluster, ScenarioRequest request)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (request.IsEmpty) return new() { Cluster = cluster };
        var problems = new ScenarioProblems();
        var (ended, drains, feed) = (new EndedPods(cluster, problems), new Drains(cluster, problems), new FeedLoss(cluster, problems));
        Read("drain", request.Drain, drains.Read, problems);
        var (grown, changes) = Grow(cluster, request, problems);
        var budgets = new BudgetChanges(grown, problems);
        Read("budget", request.Budget, budgets.Read, problems);
        if (request.BudgetAll is { } all) budgets.ReadAll(all);
        Read("loseFeed", request.LoseFeed, feed.Read, problems);
        Read("finish", request.Finish, ended.Read, problems);
        if (request.FinishBelow is { } priority) ended.Below(priority);
        return problems.Count > 0
            ? new() { Cluster = cluster, Problems = problems.All }
            : Change(grown, changes, new(ended, drains, budgets, feed));
    }

    private static ScenarioResult Change(ClusterSnapshot cluster, ImmutableArray<ScenarioChange> changes, Steps steps)
    {
        changes = changes.AddRange(steps.Ended.Apply());
        var dark = steps.Feed.DarkOf(cluster);
        var gone = dark.ToArray();
        steps.Drains.Mark(cluster, gone);
        cluster = cluster.WithPods(p => !steps.Ended.Contains(p));
        var displaced = DisplacedGangs.On(cluster, gone);
        if (displaced.Count > 0)
        {
            var lost = new HashSet<PodInfo>(displaced.Values.SelectMany(p => p), ReferenceEqualityComparer.Instance);
            cluster = cluster.Without(lost);
        }

        (cluster, var more) = steps.Drains.Apply(cluster, displaced);
        changes = changes.AddRange(more);
        (cluster, more) = steps.Budgets.Apply(cluster);
        changes = changes.AddRange(more);
        (cluster, more) = steps.Feed.Apply(cluster, dark);
        var gangs = displaced.Select(d => DisplacedGangs.Of(d.Key, d.Value))
            .OrderByDescending(g => g.Priority).ThenBy(g => g.Key.Id, StringComparer.Ordinal).ThenBy(g => g.Key.Uid, StringComparer.Ordinal).ThenBy(g => g.Key.Restart);
        return new() { Cluster = cluster, Changes = changes.AddRange(more), Displaced = [.. gangs] };
    }

    private static (ClusterSnapshot Cluster, ImmutableArray<ScenarioChange> Changes) Grow(ClusterSnapshot cluster, ScenarioRequest request, ScenarioProblems problems)
    {
        var before = problems.Count;
        var added = new AddedDomains(cluster, problems);
        Read("addRacks", request.AddRacks, added.Read, problems);
        return problems.Count > before ? (cluster, []) : added.Apply();
    }

    private static void Read(string field, ImmutableArray<string> texts, Action<string> read, ScenarioProblems problems)
    {
        if (texts.IsDefaultOrEmpty) return;
        if (texts.Length > MostTexts)
        {
            problems.Wrong(field, $"{texts[0]}, …", $"{texts.Length} are given; expected at most {MostTexts}");
            return;
        }

        foreach (var text in texts) read(text ?? "");
    }

    private sealed record Steps(EndedPods Ended, Drains Drains, BudgetChanges Budgets, FeedLoss Feed);
}
