namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Scheduling gates: a pod with one is not scheduled. They are set when a pod is created and can only be taken off (Kubernetes 1.27 and newer).</summary>
public static class SchedulingGates
{
    /// <summary>Ours: the pod waits for the plan of its gang.</summary>
    public const string Gang = AnnotationKeys.Prefix + "gang";
}
