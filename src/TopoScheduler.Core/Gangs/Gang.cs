using System.Collections.Immutable;

namespace TopoScheduler.Core.Gangs;

/// <summary>Identity of a gang: never by name only.</summary>
/// <param name="Namespace">Namespace of the controller object.</param>
/// <param name="Kind">Kind of the controller object, <c>Job</c>, <c>JobSet</c>, ...; <c>Pod</c> for pods grouped by annotation.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid; empty for an unsubmitted manifest.</param>
/// <param name="Restart">Restart or retry count.</param>
public readonly record struct GangKey(string Namespace, string Kind, string Name, string Uid = "", int Restart = 0)
{
    /// <summary>As written in messages: <c>job/ml/llama</c>.</summary>
    public string Id => $"{Kind.ToLowerInvariant()}/{Namespace}/{Name}";
}

/// <summary>Members that are all alike, at consecutive member indices.</summary>
/// <param name="Name">Name of the role: <c>launcher</c>, <c>worker</c>, a replicated job, ...</param>
/// <param name="Count">How many members it has, at least 1.</param>
/// <param name="Template">What each of them asks for.</param>
/// <param name="PodNames">Names of the pods, in member order, where they are known or foreseeable; else empty.</param>
public sealed record GangRole(string Name, int Count, PodTemplate Template, ImmutableArray<string> PodNames);

/// <summary>
/// A set of pods placed all or nothing. Members are numbered through the roles in manifest order: role 0 holds members 0 … n₀−1, role 1 the next
/// n₁, and so on. Ranks are GPUs, numbered through the members in that order; a member without GPUs holds none.
/// </summary>
public sealed record Gang
{
    /// <summary>Its identity.</summary>
    public required GangKey Key { get; init; }

    /// <summary>Its roles in manifest order; at least one.</summary>
    public required ImmutableArray<GangRole> Roles { get; init; }

    /// <summary>What <c>gang-min</c> says; 0 when it says nothing. See <see cref="LeastMembers"/>.</summary>
    public int MinMembers { get; init; }

    /// <summary>Fewest members it may start with, whatever <see cref="MinMembers"/> was given: at most <see cref="Size"/>, and that when not positive.</summary>
    public int LeastMembers => MinMembers > 0 ? Math.Min(MinMembers, Size) : Size;

    /// <summary>What its annotations ask for.</summary>
    public GangHints Hints { get; init; } = GangHints.None;

    /// <summary>Pod priority; higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>What is wrong with it. Any error makes the gang Invalid.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Members in all.</summary>
    public int Size => Roles.Sum(r => r.Count);

    /// <summary>GPUs (ranks) in all.</summary>
    public int Gpus => Roles.Sum(r => r.Count * r.Template.Gpus);
}
