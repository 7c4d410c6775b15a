namespace TopoScheduler.Testing.Samples;

/// <summary>A running pod of a sample cluster.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="Controller">What it belongs to.</param>
/// <param name="Requests">What it asks for.</param>
internal sealed record SamplePod(
    string Namespace, string Name, string Node, (string ApiVersion, string Kind, string Name) Controller, (string Key, string Value)[] Requests)
{
    /// <summary>Its <c>toposcheduler.io/workload</c> annotation.</summary>
    public string? Workload { get; init; }
}
