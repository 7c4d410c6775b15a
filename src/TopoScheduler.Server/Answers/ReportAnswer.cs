using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Answers;

/// <summary>Reports on jobs, one after the other: each is planned with the pods of the placed ones before it on their nodes. Depends on its arguments only.</summary>
public static class ReportAnswer
{
    /// <summary>One report for each gang, in their order. Each is worked out when it is asked for, so whoever has heard enough stops.</summary>
    public static IEnumerable<ReportedPlan> Plan(ClusterSnapshot cluster, ReportQuestion question)
    {
        foreach (var gang in question.Gangs)
        {
            var report = PlacementReporter.Report(cluster, gang, question.Policy);
            yield return new(report with { Problems = [.. question.OfInput.Concat(report.Problems).Distinct()] }, cluster) { OwnProblems = report.Problems };
            cluster = cluster.Plus(PodsOf(gang, report));
        }
    }

    /// <summary>The pods a placed gang puts on its nodes.</summary>
    public static IEnumerable<PodInfo> PodsOf(Gang gang, PlacementReport report)
    {
        if (report.Placement is null) yield break;
        var roleOf = gang.Roles.SelectMany(r => Enumerable.Repeat(r, r.Count)).ToArray();
        foreach (var pod in report.Placement.Pods)
        {
            var template = roleOf[pod.Index].Template;
            var power = report.Power?.GpuCapWatts is { } cap ? template.Power with { CapWatts = cap } : template.Power;
            yield return new(pod.Name, "", pod.Node, template with { Power = power }, gang.Priority, Gang: gang.Key);
        }
    }
}
