namespace TopoScheduler.Server.Readings;

/// <summary>What one question to Prometheus may take.</summary>
/// <param name="Time">Until it is answered.</param>
/// <param name="AnswerMiB">MiB of the answer.</param>
internal readonly record struct PrometheusLimits(TimeSpan Time, int AnswerMiB);
