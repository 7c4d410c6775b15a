using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Server.Controllers;

/// <summary>What is written on a pod that gets its node.</summary>
internal static class PlacementAnnotations
{
    /// <summary>The annotations of one member.</summary>
    public static Dictionary<string, string> Of(ClusterSnapshot cluster, Gang gang, int member, string node, int? gpuCapWatts)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [AnnotationKeys.Placement] = string.Create(CultureInfo.InvariantCulture, $"{member}/{gang.Size}"),
        };
        if (cluster.IndexOf(node) is var n and >= 0 && cluster.Topology.FabricTiers > 0)
        {
            annotations[AnnotationKeys.Coordinates] = string.Join('/', cluster.Topology.PathOf(n).Select(p => p == ClusterTopology.UnknownName ? "-" : p));
        }

        if (FirstRank(gang, member) is { } rank) annotations[AnnotationKeys.Rank] = rank.ToString(CultureInfo.InvariantCulture);
        if (gpuCapWatts is { } cap) annotations[AnnotationKeys.GpuPowerCapWatts] = cap.ToString(CultureInfo.InvariantCulture);
        return annotations;
    }

    // Ranks are GPUs, counted through the members in order; a member without GPUs has none.
    private static int? FirstRank(Gang gang, int member)
    {
        var rank = 0;
        foreach (var role in gang.Roles)
        {
            if (member < role.Count) return role.Template.Gpus > 0 ? rank + member * role.Template.Gpus : null;
            rank += role.Count * role.Template.Gpus;
            member -= role.Count;
        }

        return null;
    }
}
