using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping.JobKinds;

/// <summary>A job object and what its kind's reader needs.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Root">Its fields.</param>
/// <param name="Objects">What its pods may refer to.</param>
internal sealed record JobObject(ObjectName Name, Field Root, ClusterObjects Objects)
{
    /// <summary>What is wrong with it.</summary>
    public ObjectProblems Problems => Root.Problems;

    /// <summary>Its spec.</summary>
    public Field Spec => Root["spec"];

    /// <summary>Its annotations.</summary>
    public ImmutableDictionary<string, string> Annotations => LabelReader.Read(Root["metadata"], "annotations");

    /// <summary>Its identity as a gang.</summary>
    public GangKey Key => new(Name.Namespace, Name.Kind, Name.Name, Name.Uid);

    /// <summary>The gang of a draft, alone in a list; an empty list when there is none (told).</summary>
    public IReadOnlyList<Gang> Gang(GangDraft draft) => GangAssembler.Assemble(draft, Objects, Problems) is { } gang ? [gang] : [];

    /// <summary>Names <c>prefix0, prefix1, ...</c>; none beyond what a gang can have, which is told elsewhere.</summary>
    public static ImmutableArray<string> Numbered(string prefix, int count, int first = 0) => count > HintReader.MostMembers
        ? []
        : [.. Enumerable.Range(first, count).Select(i => prefix + i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Labels as a dictionary.</summary>
    public static ImmutableDictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToImmutableDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);
}
