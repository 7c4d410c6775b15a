namespace TopoScheduler.EndToEnd.Gangs;

/// <summary>A measurement with scheduling gates: only where it is asked for, and where the control plane has them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GatesBenchFactAttribute : FactAttribute
{
    public GatesBenchFactAttribute() => Skip = new Live.BenchFactAttribute(controlPlane: true).Skip ?? new GatesFactAttribute().Skip;
}
