using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>What is believed of the watts pods state and meters show, and how far ahead budgets must hold.</summary>
public sealed class PowerOptions
{
    /// <summary>Namespaces, separated by commas, whose hints may lower the draw on nodes that do not enforce power caps.</summary>
    /// <value>Default none: there a pod counts at its GPUs' maximum whatever it says.</value>
    public string TrustedNamespaces { get; set; } = "";

    /// <summary>
    /// Let fresh readings that are below what is reserved count in its place, so that watts nobody draws are given out. Else readings only ever make it safer.
    /// </summary>
    /// <value>Default false.</value>
    public bool Recover { get; set; }

    /// <summary>What is then kept above a reading, in percent of the domain's budget: draw rises faster than it is measured.</summary>
    /// <value>Default 10; more is safer, less recovers more.</value>
    [Range(0, 100, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int RecoverGuardPercent { get; set; } = 10;

    /// <summary>
    /// Seconds a pod has been bound before a reading may speak for it. Until then it counts with all that is reserved for it: it loads its data, and draws later. Of
    /// pods that were there before toposched nobody knows how long they have been.
    /// </summary>
    /// <value>Default 600; more bears slower starts, less recovers sooner.</value>
    [Range(0, 86_400, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int RecoverSettleSeconds { get; set; } = 600;

    /// <summary>
    /// How much of their peak inference pods that each serve by themselves draw on average, in percent: many of them then count for less than all their peaks.
    /// Gangs and pods that may not lower their draw count in full.
    /// </summary>
    /// <value>Default 100: everybody counts at the peak.</value>
    [Range(10, 100, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int InferenceCoincidencePercent { get; set; } = 100;

    /// <summary>Hours ahead in which a gang that does not say how long it runs must fit the scheduled budgets of power domains.</summary>
    /// <value>Default 24; more leaves room for windows that are further away, less uses the watts until then.</value>
    [Range(1, 8760, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int HorizonHours { get; set; } = 24;

    /// <summary>The same as a set.</summary>
    internal ImmutableHashSet<string> TrustedSet() =>
        [.. TrustedNamespaces.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
