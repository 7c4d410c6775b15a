using System.Collections.Immutable;

namespace TopoScheduler.Server.Configuration;

/// <summary>What is believed of the watts pods state.</summary>
public sealed class PowerOptions
{
    /// <summary>Namespaces, separated by commas, whose hints may lower the draw on nodes that do not enforce power caps.</summary>
    /// <value>Default none: there a pod counts at its GPUs' maximum whatever it says.</value>
    public string TrustedNamespaces { get; set; } = "";

    /// <summary>The same as a set.</summary>
    internal ImmutableHashSet<string> TrustedSet() =>
        [.. TrustedNamespaces.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
