using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping.Ranks;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>What we write on a placed pod, whoever binds it.</summary>
public static class PlacementAnnotations
{
    /// <summary>Makes the annotations.</summary>
    /// <param name="gang">The pod's gang.</param>
    /// <param name="member">Which member it is.</param>
    /// <param name="node">Its node.</param>
    /// <param name="cluster">Where that node is.</param>
    /// <param name="gpuCapWatts">Power limit of the gang's GPUs; null without one.</param>
    /// <param name="unsaid">Hints of its gang that the pod does not carry itself; null for none.</param>
    public static Dictionary<string, string> Of(
        Gang gang, int member, string node, ClusterSnapshot cluster, int? gpuCapWatts, IReadOnlyDictionary<string, string>? unsaid = null)
    {
        var annotations = new Dictionary<string, string>(unsaid ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal)
        {
            [AnnotationKeys.Placement] = string.Create(CultureInfo.InvariantCulture, $"{member}/{gang.Size}"),
        };
        if (NodeCoordinates.Of(cluster, node) is { Path.IsEmpty: false } place) annotations[AnnotationKeys.Coordinates] = string.Join('/', place.Path);
        if (GangRanks.Of(gang, member).First is { } rank) annotations[AnnotationKeys.Rank] = rank.ToString(CultureInfo.InvariantCulture);
        if (gpuCapWatts is { } cap) annotations[AnnotationKeys.GpuPowerCapWatts] = cap.ToString(CultureInfo.InvariantCulture);
        return annotations;
    }
}
