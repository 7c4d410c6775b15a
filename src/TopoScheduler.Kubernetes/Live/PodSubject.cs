using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>Whom a request about a pod is really about.</summary>
/// <param name="Gang">The gang it is a member of; a gang of one for a pod alone. Its problems say what cannot be planned.</param>
/// <param name="Member">Which member the pod says it is; null when it does not say.</param>
/// <param name="Role">Index of the role the pod has; 0 in a gang of one.</param>
/// <param name="Incomplete">Why the gang cannot be planned yet: its size or some of its members are not known. Null when it can.</param>
/// <param name="IsUnanswered">The API server has not answered what made the pod: asking again may tell.</param>
/// <param name="Owner">The job it is part of, the outermost of its controllers that is one; null for none.</param>
public sealed record PodSubject(Gang Gang, int? Member, int Role, string? Incomplete = null, bool IsUnanswered = false, OwnerReference? Owner = null)
{
    /// <summary>What the pod takes by what it says itself; null for a pod that stands alone, whose role was read from it.</summary>
    public PodDemand? Demand { get; init; }

    /// <summary>What the pod takes with its GPUs under a limit of so many watts.</summary>
    public PodTemplate TemplateUnder(int? gpuCapWatts) => (Demand ?? new(Gang.Roles[Role].Template, [])).Under(gpuCapWatts);
}
