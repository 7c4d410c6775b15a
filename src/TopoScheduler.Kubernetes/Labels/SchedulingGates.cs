using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>The gates of <c>spec.schedulingGates</c> that are ours. A pod with any gate is not shown to a scheduler.</summary>
public static class SchedulingGates
{
    /// <summary>The pod waits until its gang is planned.</summary>
    public const string Gang = AnnotationKeys.Prefix + "gang";

    /// <summary>True when the pod has this gate, whoever put it there.</summary>
    public static bool Has(Tree pod, string gate)
    {
        foreach (var item in pod["spec"]["schedulingGates"].Items)
        {
            if (item["name"].Text == gate) return true;
        }

        return false;
    }
}
