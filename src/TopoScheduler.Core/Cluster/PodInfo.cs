using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

/// <summary>A pod that occupies a node: bound, nominated or terminating. Finished pods are not listed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="NodeName">The node it occupies.</param>
/// <param name="Template">What it takes there.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="IsDaemon">DaemonSet or mirror pod: inside the node's idle watts, and not counted as breaking a free domain.</param>
/// <param name="Terminating">Being deleted: counts until gone.</param>
/// <param name="Gang">The gang it is a member of, when it can be told.</param>
/// <param name="Member">Its member index in that gang; null when it cannot be told.</param>
public sealed record PodInfo(
    string Name, string Uid, string NodeName, PodTemplate Template, int Priority = 0, bool IsDaemon = false, bool Terminating = false, GangKey? Gang = null,
    int? Member = null)
{
    /// <summary>Lowest GPU power cap its job accepts (<c>gpu-watts-min</c>), in watts; null when it accepts none.</summary>
    public int? LowestCapWatts { get; init; }

    /// <summary>What its annotations ask of the network and say of its job; null where they say nothing.</summary>
    public GangHints? Hints { get; init; }

    /// <summary>When it is expected to end: its start and what it says of how long it runs. Null when not known.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When it started; null when not known.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>As written in messages: <c>pod/ml/trainer-0</c>.</summary>
    public string Id => $"pod/{Template.Namespace}/{Name}";

    /// <summary>What tells it from all others: its uid; where the input gives none, its name.</summary>
    internal string Key => Uid.Length > 0 ? Uid : Id;

    /// <summary>True when it takes and forbids on the same node at least what it, or the promise it comes in for, did before: then nothing has become free.</summary>
    internal bool TakesNoLessThan(PodInfo before) =>
        NodeName == before.NodeName && IsDaemon == before.IsDaemon && SameTemplate.TakesNoLess(before.Template, Template);
}
