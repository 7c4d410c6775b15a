using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// What a member of a gang takes where it goes: what it says itself, which may be more than its job says, because webhooks change pods; and of the work it does
/// what its gang says, where it says nothing.
/// </summary>
/// <param name="Template">What the watch will show once <paramref name="Unsaid"/> is written on the pod.</param>
/// <param name="Unsaid">Hints of its gang that change its draw and that it does not carry: without them it would count otherwise than it was planned.</param>
public sealed record PodDemand(PodTemplate Template, ImmutableDictionary<string, string> Unsaid)
{
    /// <summary>Joins what a pod and what its gang says.</summary>
    /// <param name="own">What the pod says.</param>
    /// <param name="annotations">Its annotations.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="planned">The power it is planned with.</param>
    internal static PodDemand Of(PodTemplate own, ImmutableDictionary<string, string> annotations, Gang gang, PodPower planned)
    {
        var (power, unsaid) = (own.Power, ImmutableDictionary<string, string>.Empty);
        if (gang.Hints.Workload is { } workload && !annotations.ContainsKey(AnnotationKeys.Workload))
        {
            unsaid = unsaid.Add(AnnotationKeys.Workload, workload);
            power = power with { Utilisation = PowerDraw.Utilisation(workload), Independent = PowerDraw.IsIndependent(workload) };
        }

        if (planned.GpuWatts is { } watts && !annotations.ContainsKey(AnnotationKeys.GpuWatts))
        {
            unsaid = unsaid.Add(AnnotationKeys.GpuWatts, watts.ToString(CultureInfo.InvariantCulture));
            power = power with { GpuWatts = watts };
        }

        return new(own with { Power = power }, unsaid);
    }

    /// <summary>What it takes with its GPUs under a limit; null leaves what it says itself.</summary>
    /// <param name="gpuCapWatts">Watts of each GPU.</param>
    public PodTemplate Under(int? gpuCapWatts) => gpuCapWatts is { } cap ? Template with { Power = Template.Power with { CapWatts = cap } } : Template;
}
