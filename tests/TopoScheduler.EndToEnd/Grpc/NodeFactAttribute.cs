namespace TopoScheduler.EndToEnd.Grpc;

/// <summary>A test that needs Node.js: skipped with a reason where there is none, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (!NodeProgram.IsThere && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = NodeProgram.Missing;
    }
}
