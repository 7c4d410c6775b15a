namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>A test that needs Helm: skipped with a reason where it is not on the PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmFactAttribute : FactAttribute
{
    public HelmFactAttribute() => Skip = Helm.Missing;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmTheoryAttribute : TheoryAttribute
{
    public HelmTheoryAttribute() => Skip = Helm.Missing;
}
