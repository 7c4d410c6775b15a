using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Tells about annotations that are right each for itself and contradict each other.</summary>
internal static class HintCheck
{
    /// <summary>Warns of pairs of which one decides nothing.</summary>
    public static void TellContradictions(GangHints hints, AnnotationValues values)
    {
        if (hints is { Required: { LabelKey: null } required, Preferred: { LabelKey: null } preferred } && preferred.Tier >= required.Tier
            && values.Text(AnnotationKeys.PreferredTopology) is { } wish)
        {
            values.Problems.Warning(
                $"annotation {AnnotationKeys.PreferredTopology}={Field.Quote(wish)}: decides nothing, {required.Tier} is required; expected a tier narrower than that.");
        }

        if (hints is { GpuWatts: { } watts, GpuWattsMin: { } least } && least > watts)
        {
            values.Problems.Warning(
                $"annotation {AnnotationKeys.GpuWattsMin}=\"{least}\": is above {AnnotationKeys.GpuWatts}=\"{watts}\", which the GPUs are expected to draw; expected at most that.");
        }
    }
}
