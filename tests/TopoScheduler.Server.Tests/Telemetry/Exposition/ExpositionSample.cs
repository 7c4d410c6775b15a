namespace TopoScheduler.Server.Tests.Telemetry.Exposition;

/// <summary>One line of a page.</summary>
internal sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The name with the values of its labels.</summary>
    public string Key => string.Join(' ', [Name, .. Labels.Values]);
}
