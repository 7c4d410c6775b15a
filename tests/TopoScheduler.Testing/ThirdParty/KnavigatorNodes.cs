using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>The nodes of knavigator's network topology benchmark: labelled, some cordoned, the expected ones marked <c>net-optimal</c>.</summary>
public static class KnavigatorNodes
{
    /// <summary>The cluster, named by the label <c>node-id</c>, with the names of the expected nodes.</summary>
    public static (ClusterSnapshot Cluster, ImmutableArray<string> Expected) Load()
    {
        var tasks = YamlTree.Load(ThirdPartyData.Require("knavigator", "nwtopo", "config-nodes.yaml")).Find("tasks").Items().ToList();
        var nodes = tasks.SelectMany(t => t.Find("params").Find("nodes").Items())
            .Select(n => n.Find("labels").Entries().ToImmutableDictionary(l => l.Key, l => l.Value.Text()!))
            .ToList();
        var cordoned = tasks.Where(t => t.Find("params").Find("state").Find("spec").Find("unschedulable").Text() == "true")
            .SelectMany(t => t.Find("params").Find("selectors").Items())
            .Select(s => s.Find("node-id").Text()!)
            .ToHashSet();
        var resources = ClusterBuilder.Allocatable(8, 110);
        return (
            ClusterSnapshot.Create(nodes.Select(l => Node(l["node-id"], l)), []),
            [.. nodes.Where(l => l.GetValueOrDefault("net-optimal") == "true").Select(l => l["node-id"])]);

        NodeInfo Node(string name, ImmutableDictionary<string, string> labels) =>
            NodeMapper.Map(new(name, $"uid-{name}", labels, resources, resources, [], cordoned.Contains(name), true));
    }
}
