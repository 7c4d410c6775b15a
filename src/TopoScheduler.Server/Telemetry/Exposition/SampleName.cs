namespace TopoScheduler.Server.Telemetry.Exposition;

/// <summary>Name of a sample: that of its metric, what a histogram adds to it, and the bound of a bucket.</summary>
/// <param name="Name">Of the metric.</param>
/// <param name="Suffix"><c>_bucket</c>, <c>_sum</c>, <c>_count</c> or nothing.</param>
/// <param name="Bound">Upper bound of the bucket; null for none.</param>
internal readonly record struct SampleName(string Name, string Suffix = "", double? Bound = null);
