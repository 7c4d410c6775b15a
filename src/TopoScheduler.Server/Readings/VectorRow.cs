namespace TopoScheduler.Server.Readings;

/// <summary>One row of a Prometheus vector.</summary>
/// <param name="Name">What the asked label says; empty where the row has none.</param>
/// <param name="Value">Its value: a number, NaN or an infinity.</param>
/// <param name="AskedAt">The time for which the question was answered, in seconds since 1970. Not the time of the sample.</param>
internal readonly record struct VectorRow(string Name, double Value, double AskedAt);
