namespace TopoScheduler.EndToEnd;

/// <summary>A test that needs Chromium: skipped with a reason where there is none, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Path is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = Browser.Missing;
    }
}
