using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Scenarios;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Server.Answers;

/// <summary>Where would these jobs land in the live cluster? As it was asked, whatever the door: each field stands for an option of <c>toposched report</c>.</summary>
public sealed record JobsQuestion
{
    /// <summary>The manifests.</summary>
    public required ImmutableArray<Tree> Manifests { get; init; }

    /// <summary>What messages call the place they stand in.</summary>
    public string Source { get; init; } = "request";

    /// <summary>Namespace of jobs that name none.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>What shall be different from the cluster as it is.</summary>
    public ScenarioRequest WhatIf { get; init; } = new();

    /// <summary>The moment whose budgets count; null: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Oversubscription by index of switch tier; null: the defaults.</summary>
    public ImmutableSortedDictionary<int, double>? Oversubscription { get; init; }

    /// <summary>Most steps of a search; null: the default.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Whether what is not judged is taken as met; null: as the server does.</summary>
    public bool? AssumeSchedulable { get; init; }

    /// <summary>Whether hints may lower the draw as they may offline, whatever the namespace. False: as the server believes them.</summary>
    public bool TrustHints { get; init; }

    /// <summary>What <see cref="IsNamespace"/> expects, for messages.</summary>
    public const string ExpectedNamespace = "at most 63 lower case letters, digits or \"-\", the first and last a letter or digit";

    /// <summary>True for the name of a namespace as Kubernetes accepts it.</summary>
    public static bool IsNamespace(string text) =>
        text.Length is > 0 and <= 63 && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
