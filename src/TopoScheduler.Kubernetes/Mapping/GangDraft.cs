using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>A role as a job object describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Its members.</param>
/// <param name="Pod">The pod or pod template: an object with <c>metadata</c> and <c>spec</c>.</param>
/// <param name="PodNames">Names of the pods where they are known or foreseeable; else empty.</param>
internal sealed record RoleDraft(string Name, int Count, Field Pod, ImmutableArray<string> PodNames)
{
    /// <summary>Labels the controller adds to these pods.</summary>
    public ImmutableDictionary<string, string> AddedLabels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Pods of one child job, where the role is made of child jobs (JobSet); else 0.</summary>
    public int ChildSize { get; init; }
}

/// <summary>A gang as a job object describes it.</summary>
/// <param name="Key">Its identity.</param>
/// <param name="Roles">Its roles, in order.</param>
/// <param name="Annotations">Annotations of the job object; those of the templates win.</param>
internal sealed record GangDraft(GangKey Key, IReadOnlyList<RoleDraft> Roles, ImmutableDictionary<string, string> Annotations)
{
    /// <summary>Fewest members as the job object says, null when it does not.</summary>
    public int? MinAvailable { get; init; }

    /// <summary>Priority as the job object says, null when it leaves it to the pods.</summary>
    public int? Priority { get; init; }

    /// <summary>What its kind's own fields ask of the network, in the words of another scheduler.</summary>
    public IReadOnlyList<PeerWish> Wishes { get; init; } = [];

    /// <summary>The size follows from <c>gang-size</c>, as with plain pods; else the job object tells it.</summary>
    public bool SizedByAnnotation { get; init; }
}
