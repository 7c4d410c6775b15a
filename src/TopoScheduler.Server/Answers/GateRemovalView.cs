using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Answers;

/// <summary>What <c>gates remove</c> says.</summary>
public sealed record GateRemovalView
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = AnswerJson.ApiVersion;

    /// <summary><c>GateRemoval</c>.</summary>
    public string Kind { get; init; } = "GateRemoval";

    /// <summary>Nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>The webhook was there and was deleted; null when nobody asked for that.</summary>
    public bool? WebhookDeleted { get; init; }

    /// <summary>Gates that came off; of a dry run those that would.</summary>
    public required int Gates { get; init; }

    /// <summary>The same by namespace.</summary>
    public required ImmutableSortedDictionary<string, int> Namespaces { get; init; }

    /// <summary>Pods that keep theirs.</summary>
    public required ImmutableArray<GateRemovalFailure> Left { get; init; }

    /// <summary>Of a count.</summary>
    public static GateRemovalView OfCount(IReadOnlyDictionary<string, int> waiting) => new()
    {
        DryRun = true,
        Gates = waiting.Values.Sum(),
        Namespaces = waiting.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Left = [],
    };

    /// <summary>Of what was done.</summary>
    public static GateRemovalView Of(GateRemovalResult result, bool? webhookDeleted) => new()
    {
        DryRun = false,
        WebhookDeleted = webhookDeleted,
        Gates = result.Removed.Values.Sum(),
        Namespaces = result.Removed.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Left = [.. result.Left],
    };
}
