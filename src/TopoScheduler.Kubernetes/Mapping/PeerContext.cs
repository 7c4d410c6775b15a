using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Where the hints of one job are read into.</summary>
/// <param name="Objects">What they may refer to.</param>
/// <param name="KaiTopology">The Topology that the job object names; null when it names none.</param>
/// <param name="Problems">What is wrong with them.</param>
internal sealed record PeerContext(ClusterObjects Objects, string? KaiTopology, ObjectProblems Problems)
{
    /// <summary>The hints read so far.</summary>
    public List<PeerWish> Wishes { get; } = [];
}
