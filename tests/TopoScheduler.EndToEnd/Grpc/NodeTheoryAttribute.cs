namespace TopoScheduler.EndToEnd.Grpc;

/// <summary>Tests that need Node.js: skipped with a reason where there is none, failed where CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute()
    {
        if (!NodeProgram.IsThere && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))) Skip = NodeProgram.Missing;
    }
}
