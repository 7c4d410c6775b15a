using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Labels;

/// <summary>Maps a node given by its labels, written <c>key=value; key=value</c>.</summary>
internal static class LabelledNode
{
    public static NodeInfo Map(string labels, params (string Name, long Amount)[] capacity)
    {
        var parsed = labels.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(l => l.Split('=', 2)).ToImmutableDictionary(l => l[0], l => l[1]);
        return Map(parsed, ResourceList.Of(capacity));
    }

    public static NodeInfo Map(ImmutableDictionary<string, string> labels, ResourceList capacity) =>
        NodeMapper.Map(new("n5", "uid-5", labels, capacity, capacity, [], false, true));

    /// <summary>Where the node is, as <c>profile scope leaf/spine/core nvlink</c> with <c>-</c> for what is missing.</summary>
    public static string Place(NodeInfo node)
    {
        var fabric = string.Join('/', node.Location.Fabric.Select(id => id ?? "-"));
        return $"{node.Location.Profile} {node.Location.Scope} {(fabric.Length == 0 ? "-" : fabric)} {node.Location.NvLinkDomain ?? "-"}";
    }
}
