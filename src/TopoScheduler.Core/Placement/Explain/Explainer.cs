namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// Says why a pod, a gang or a node is as it is, with the figures of the engine and of the report. Pure: equal questions get equal answers. Costs the plans of a
/// report, of one walk along the queue and of <see cref="ExplainQuestion.MostDomainPlans"/> domains at most; for people, not for the request path.
/// </summary>
public static class Explainer
{
    /// <summary>The explanation.</summary>
    /// <exception cref="ArgumentException">A node that is not in the cluster, or a pod or gang without <see cref="ExplainQuestion.Gang"/>.</exception>
    public static Explanation Explain(ExplainQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Subject.Kind == ExplanationSubjectKind.Node)
        {
            if (question.Cluster.IndexOf(question.Subject.Name) < 0) throw new ArgumentException($"node {question.Subject.Name} is not in the cluster.", nameof(question));
            return NodeExplainer.Explain(question);
        }

        return question.Gang is { } gang
            ? new GangExplainer(question, gang).Explain()
            : throw new ArgumentException($"{question.Subject.Name}: a pod or gang is explained with its gang.", nameof(question));
    }
}
