using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>How a power domain stands, as its resource tells people.</summary>
public sealed record PowerDomainStatus
{
    /// <summary>Watts it may draw at the moment: rating, derate, redundancy, cooling, labels and open windows counted. Null where nothing bounds it.</summary>
    public long? EffectiveBudgetWatts { get; init; }

    /// <summary>Base load, nodes and pods in the worst feed state.</summary>
    public long CommittedWatts { get; init; }

    /// <summary>What was measured; null where nobody measures.</summary>
    public long? MeasuredWatts { get; init; }

    /// <summary>Effective budget less committed watts; negative for a domain that is over. Null where nothing bounds it.</summary>
    public long? HeadroomWatts { get; init; }

    /// <summary>Headroom that no new pod can use. Null where nothing bounds it.</summary>
    public long? StrandedWatts { get; init; }

    /// <summary>It draws more than its budget.</summary>
    public bool OverBudget { get; init; }

    /// <summary>The open window that sets the budget; null when none does.</summary>
    public string? Window { get; init; }

    /// <summary>One sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>When this was so.</summary>
    public DateTimeOffset ObservedAt { get; init; }

    /// <summary>Conditions, in the order of their types.</summary>
    public ImmutableArray<ObjectCondition> Conditions { get; init; } = [];

    /// <summary>True when a reader would see no difference: all but the time.</summary>
    public bool SaysTheSame(PowerDomainStatus other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return EffectiveBudgetWatts == other.EffectiveBudgetWatts && CommittedWatts == other.CommittedWatts && MeasuredWatts == other.MeasuredWatts
            && HeadroomWatts == other.HeadroomWatts && StrandedWatts == other.StrandedWatts && OverBudget == other.OverBudget && Window == other.Window
            && Message == other.Message && Conditions.SequenceEqual(other.Conditions);
    }
}
