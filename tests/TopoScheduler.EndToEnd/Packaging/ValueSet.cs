namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>Values somebody may install the chart with.</summary>
/// <param name="Name">What is special about them.</param>
/// <param name="Yaml">The values.</param>
/// <param name="Kubernetes">Version of the cluster.</param>
/// <param name="Apis">APIs the cluster has beside its own.</param>
public sealed record ValueSet(string Name, string Yaml, string Kubernetes = "1.32.0", params string[] Apis)
{
    /// <summary>The mode.</summary>
    public string Mode => Yaml.Contains("mode: extender", StringComparison.Ordinal) ? "extender" : Yaml.Contains("mode: advisory", StringComparison.Ordinal) ? "advisory" : "controller";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
