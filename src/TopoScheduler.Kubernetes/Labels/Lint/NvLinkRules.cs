using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>NVLink domains of rack-scale products (GB200, GB300) that cannot be what they seem.</summary>
internal static class NvLinkRules
{
    /// <summary>GPUs in a rack of the largest rack-scale product sold.</summary>
    private const int MostGpus = 72;

    /// <summary>Adds what they find.</summary>
    public static void Add(ClusterSnapshot cluster, FindingList findings)
    {
        var rackScale = Enumerable.Range(0, cluster.Nodes.Length).Where(n => AcceleratorTable.Find(cluster.Nodes[n].Accelerator) is { RackScale: true }).ToList();
        CheckCliques(cluster, rackScale, findings);
        foreach (var product in rackScale.GroupBy(n => cluster.Nodes[n].Accelerator!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            CheckSizes(cluster, product.Key, [.. product], findings);
        }

        foreach (var domain in cluster.Topology.NvLinkDomains.Where(d => d.Nodes.Length > 1))
        {
            var products = domain.Nodes.Select(n => cluster.Nodes[n].Accelerator ?? "no known accelerator").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (products.Count < 2) continue;
            findings.Add(Severity.Warning, "nvlink-mixed", $"nvlink-domain/{domain.Name}",
                $"NVLink domain \"{domain.Name}\" joins nodes with {string.Join(" and ", products)}; expected one product.",
                $"correct the NVLink label of the nodes of the other product, or kubectl label node <node> {LabelProfiles.Prefix}nvlink-domain=<domain>");
        }
    }

    private static void CheckCliques(ClusterSnapshot cluster, List<int> rackScale, FindingList findings)
    {
        var some = rackScale.Exists(n => cluster.Nodes[n].Labels.ContainsKey(LabelProfiles.Clique));
        foreach (var n in rackScale)
        {
            var node = cluster.Nodes[n];
            if (some && !node.Labels.ContainsKey(LabelProfiles.Clique))
            {
                findings.Add(Severity.Warning, "clique-missing", $"node/{node.Name}",
                    $"has {node.Accelerator} but no label {LabelProfiles.Clique}, which other nodes of the product carry; its NVLink may not have come up.",
                    "check Fabric Manager and the GPU feature discovery pod on the node; the label follows within a minute");
            }
            else if (!some && node.Location.NvLinkDomain is null)
            {
                findings.Add(Severity.Warning, "nvlink-missing", $"node/{node.Name}",
                    $"has {node.Accelerator}, whose NVLink spans a rack, but no label of its NVLink domain; it is taken to be a domain of its own.",
                    Commands.Set(LabelProfiles.Prefix + "nvlink-domain", "<domain>"));
            }
        }
    }

    private static void CheckSizes(ClusterSnapshot cluster, string product, HashSet<int> nodes, FindingList findings)
    {
        var topology = cluster.Topology;
        var domains = nodes.Where(n => cluster.Nodes[n].Location.NvLinkDomain is not null).Select(topology.NvLinkDomainOf).Distinct().Order()
            .Select(d => (topology.NvLinkDomains[d].Name, Nodes: topology.NvLinkDomains[d].Nodes.Where(nodes.Contains).ToList())).ToList();
        if (domains.Count == 0) return;
        var usual = domains.GroupBy(d => d.Nodes.Count).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
        foreach (var domain in domains)
        {
            var gpus = domain.Nodes.Sum(n => cluster.Nodes[n].Power.Gpus);
            var odd = domain.Nodes.Count != usual;
            if (!odd && gpus <= MostGpus) continue;
            findings.Add(Severity.Warning, "nvlink-odd-size", $"nvlink-domain/{domain.Name}",
                $"NVLink domain \"{domain.Name}\" of {product} has {Commands.Count(domain.Nodes.Count)} with {gpus} GPUs; expected "
                + (gpus > MostGpus ? $"at most {MostGpus} GPUs." : $"{Commands.Count(usual)}, as most others have."),
                "find the missing or foreign nodes and correct their NVLink label; a node that left the rack stays a Node object until it is deleted");
        }
    }
}
