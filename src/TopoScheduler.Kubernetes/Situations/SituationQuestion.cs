using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>A subject of a situation that was found, as the question that explains it.</summary>
public static class SituationQuestion
{
    /// <summary>The question.</summary>
    /// <param name="subject">What is asked about.</param>
    /// <param name="gang">Its gang; null for a node.</param>
    /// <param name="cluster">The cluster with everything that is promised in it.</param>
    /// <param name="facts">What is known of those that wait.</param>
    public static ExplainQuestion Of(ExplanationSubject subject, SituationGang? gang, ClusterSnapshot cluster, SituationFacts facts)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(facts);
        if (gang is null) return new() { Cluster = cluster, Subject = subject, Facts = facts.ForNode() };
        var its = facts.Of(gang);
        if (subject.Kind == ExplanationSubjectKind.Pod)
        {
            var pod = gang.Pods.First(p => p.Name == subject.Name);
            var member = SituationFacts.MemberOf(gang, pod);
            subject = subject with { Gang = gang.Gang.Key.Id, Member = member, Node = pod.Node ?? (member is { } m ? its.Placed.GetValueOrDefault(m) : null) };
            if (pod.IsFinished) its = its with { IsFinished = true };
        }

        return new() { Cluster = cluster, Subject = subject, Gang = gang.Gang, Facts = its };
    }
}
