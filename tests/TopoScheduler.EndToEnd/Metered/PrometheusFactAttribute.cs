namespace TopoScheduler.EndToEnd.Metered;

/// <summary>A test that needs a Prometheus server: skipped with a reason where there is none, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = PrometheusBinary.Missing;
    }
}
