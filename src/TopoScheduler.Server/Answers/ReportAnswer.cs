using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Server.Answers;

/// <summary>Reports on jobs, one after the other: each is planned with the pods of the placed ones before it on their nodes. Depends on its arguments only.</summary>
public static class ReportAnswer
{
    /// <summary>One report for each gang, in their order. Each is worked out when it is asked for, so whoever has heard enough stops.</summary>
    public static IEnumerable<ReportedPlan> Plan(ClusterSnapshot cluster, ReportQuestion question) => Plan(new ReportSequence(cluster, question.Policy, question.Now), question);

    /// <summary>The same, for who wants to know of the cluster afterwards.</summary>
    /// <param name="sequence">The cluster, and the policy and the moment asked about.</param>
    /// <param name="question">The jobs.</param>
    public static IEnumerable<ReportedPlan> Plan(ReportSequence sequence, ReportQuestion question)
    {
        foreach (var gang in question.Gangs)
        {
            var cluster = sequence.Cluster;
            var report = sequence.Next(gang);
            yield return new(report with { Problems = [.. question.OfInput.Concat(report.Problems).Distinct()] }, cluster) { OwnProblems = report.Problems };
        }
    }
}
