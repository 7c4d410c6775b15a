using System.Collections.Immutable;

namespace TopoScheduler.Core.Topology;

/// <summary>Builds a <see cref="TopologyGraph"/> from a <see cref="ClusterTopology"/>.</summary>
/// <remarks>
/// <code>
///   core ─ spine ─ leaf ─┬─ n1 ─┬─ NVLink domain
///                        └─ n2 ─┘
/// </code>
/// Unknown switches (<c>?</c>) are vertices like others, so a node hangs under its own; above the widest tier there is nothing, so two cores without a
/// common parent are not connected.
/// </remarks>
public static class TopologyGraphBuilder
{
    /// <summary>Builds the graph.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="nvLink">The link from a node to its NVLink domain.</param>
    /// <param name="fabric">By switch tier, 0 being the leaf: the link up to it. Missing entries repeat the last.</param>
    /// <param name="groups">Racks and power domains to draw beside the network; may be left out.</param>
    public static TopologyGraph Build(ClusterTopology topology, TierLink nvLink, IReadOnlyList<TierLink> fabric, IReadOnlyList<GraphGroup>? groups = null)
    {
        var vertices = ImmutableArray.CreateBuilder<Vertex>();
        var edges = new List<Edge>();
        foreach (var name in topology.NodeNames)
        {
            vertices.Add(new(vertices.Count, VertexKind.Node, Tier.Node, name, name));
        }

        AddNvLink(topology, nvLink, vertices, edges);
        AddSwitches(topology, fabric, vertices, edges);
        AddGroups(groups ?? [], vertices, edges);
        edges.Sort(static (x, y) => x.A != y.A ? x.A.CompareTo(y.A) : x.B.CompareTo(y.B));
        return new(vertices.ToImmutable(), [.. edges]);
    }

    /// <summary>Name of a switch vertex. Unknown domains share their path, so their number tells them apart.</summary>
    public static string SwitchName(FabricDomain domain)
    {
        var name = $"{Tier.Fabric(domain.Tier).Name} {domain.Path}";
        return domain.Path.Contains(ClusterTopology.UnknownName, StringComparison.Ordinal) ? $"{name} #{domain.Index}" : name;
    }

    private static void AddNvLink(ClusterTopology topology, TierLink link, ImmutableArray<Vertex>.Builder vertices, List<Edge> edges)
    {
        foreach (var domain in topology.NvLinkDomains)
        {
            if (domain.Nodes.Length < 2)
            {
                continue;
            }

            var index = vertices.Count;
            vertices.Add(new(index, VertexKind.NvLinkDomain, Tier.NvLinkDomain, domain.Name, domain.Name));
            foreach (var node in domain.Nodes)
            {
                edges.Add(Join(node, index, link));
            }
        }
    }

    private static void AddSwitches(ClusterTopology topology, IReadOnlyList<TierLink> fabric, ImmutableArray<Vertex>.Builder vertices, List<Edge> edges)
    {
        var below = 0;
        for (var t = 0; t < topology.FabricTiers; t++)
        {
            var first = vertices.Count;
            var link = fabric.Count == 0 ? default : fabric[Math.Min(t, fabric.Count - 1)];
            foreach (var domain in topology.Domains(t))
            {
                vertices.Add(new(vertices.Count, VertexKind.Switch, Tier.Fabric(t), SwitchName(domain), domain.Name));
            }

            if (t == 0)
            {
                for (var n = 0; n < topology.NodeNames.Length; n++)
                {
                    edges.Add(Join(n, first + topology.DomainOf(n, 0), link));
                }
            }
            else
            {
                foreach (var domain in topology.Domains(t - 1))
                {
                    edges.Add(Join(below + domain.Index, first + domain.Parent, link));
                }
            }

            below = first;
        }
    }

    private static void AddGroups(IReadOnlyList<GraphGroup> groups, ImmutableArray<Vertex>.Builder vertices, List<Edge> edges)
    {
        var indexOf = new Dictionary<(VertexKind, string), int>();
        var sorted = groups.OrderBy(g => g.Kind).ThenBy(g => g.Name, StringComparer.Ordinal).ToList();
        foreach (var group in sorted)
        {
            if (indexOf.TryAdd((group.Kind, group.Name), vertices.Count))
            {
                vertices.Add(new(vertices.Count, group.Kind, null, group.Name, group.Name));
            }
        }

        foreach (var group in sorted)
        {
            var index = indexOf[(group.Kind, group.Name)];
            edges.AddRange(group.Nodes.Order().Select(node => Join(node, index, default)));
            edges.AddRange(group.Parents.Where(indexOf.ContainsKey).Select(p => indexOf[p]).Order().Select(parent => Join(index, parent, default)));
        }
    }

    private static Edge Join(int a, int b, TierLink link) => new(Math.Min(a, b), Math.Max(a, b), link.BandwidthGBps, link.LatencyUs);
}
