using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>What is believed of the watts pods state.</summary>
public sealed class PowerOptions
{
    /// <summary>Namespaces, separated by commas, whose hints may lower the draw on nodes that do not enforce power caps.</summary>
    /// <value>Default none: there a pod counts at its GPUs' maximum whatever it says.</value>
    public string TrustedNamespaces { get; set; } = "";

    /// <summary>
    /// How much of their peak inference pods that each serve by themselves draw on average, in percent: many of them then count for less than all their peaks.
    /// Gangs and pods that may not lower their draw count in full.
    /// </summary>
    /// <value>Default 100: everybody counts at the peak.</value>
    [Range(10, 100, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int InferenceCoincidencePercent { get; set; } = 100;

    /// <summary>The same as a set.</summary>
    internal ImmutableHashSet<string> TrustedSet() =>
        [.. TrustedNamespaces.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
