using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TopoScheduler.Core.Topology;

/// <summary>Turns what each node says of its place into one checked <see cref="ClusterTopology"/>.</summary>
/// <remarks>
/// Phases: (1) clean the labels and count the tiers; (2) settle ids that must be unique but name two parents; (3) give every node one integer
/// key per tier; (4) sort, so that equal prefixes are neighbours; (5) cut the sorted nodes into domains.
/// <code>
///   labels  n1: l1 s1 c1      keys  core spine leaf      sorted  c1 ┬ s1 ┬ l1: n1
///           n2: l2 s1 c1            0    0     1                    │    └ l2: n2
///           n3: l1 -  c1            0    ?n3   0                    └ ?  ─ l1: n3   (a gap in the middle stands alone)
/// </code>
/// </remarks>
public static class TopologyBuilder
{
    /// <summary>More tiers than any fabric has; labels beyond it are ignored and reported.</summary>
    internal const int MaxTiers = 16;

    /// <summary>
    /// Builds the topology of the given nodes. The result depends only on the set of nodes, not on their order. Never throws on strange
    /// labels: they become <see cref="ClusterTopology.Problems"/>.
    /// </summary>
    /// <param name="nodes">Distinct node names with their locations.</param>
    public static ClusterTopology Build(IReadOnlyList<KeyValuePair<string, NodeLocation>> nodes)
    {
        var names = new string[nodes.Count];
        var locations = new NodeLocation[nodes.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = nodes[i].Key;
            locations[i] = nodes[i].Value;
        }

        Array.Sort(names, locations, StringComparer.Ordinal);
        var problems = new TopologyProblems(names, locations);
        var labels = Clean(locations, out var tiers, problems);
        ParentVotes.Settle(labels, locations, tiers, problems);
        var keys = FabricKeys.Of(labels, tiers);
        var nvLinkNames = NvLinkNames(names, locations);
        var order = Sort(keys, RankNvLink(nvLinkNames, locations));

        problems.ReportProfiles();
        problems.ReportGaps(labels, tiers);
        return Cut(names, labels, keys, order, nvLinkNames, locations, problems);
    }

    /// <summary>Labels by node and tier, empty ones taken for missing, as deep as any node is labelled.</summary>
    private static string?[][] Clean(NodeLocation[] locations, out int tiers, TopologyProblems problems)
    {
        tiers = 0;
        for (var n = 0; n < locations.Length; n++)
        {
            var fabric = locations[n].Fabric;
            var depth = fabric.IsDefault ? 0 : fabric.Length;
            while (depth > tiers && string.IsNullOrWhiteSpace(fabric[depth - 1]))
            {
                depth--;
            }

            if (depth > MaxTiers)
            {
                problems.TooDeep(n, depth);
                depth = MaxTiers;
            }

            tiers = Math.Max(tiers, depth);
        }

        var labels = new string?[locations.Length][];
        for (var n = 0; n < labels.Length; n++)
        {
            var fabric = locations[n].Fabric;
            labels[n] = new string?[tiers];
            for (var t = 0; t < tiers && !fabric.IsDefault && t < fabric.Length; t++)
            {
                labels[n][t] = string.IsNullOrWhiteSpace(fabric[t]) ? null : fabric[t];
            }
        }

        return labels;
    }

    private static string[] NvLinkNames(string[] names, NodeLocation[] locations)
    {
        var result = new string[names.Length];
        for (var n = 0; n < result.Length; n++)
        {
            result[n] = IsShared(locations[n]) ? locations[n].NvLinkDomain! : names[n];
        }

        return result;
    }

    private static bool IsShared(NodeLocation location) => !string.IsNullOrWhiteSpace(location.NvLinkDomain);

    /// <summary>Rank of each node's NVLink domain by ordinal name; a node of its own never equals a named domain.</summary>
    private static int[] RankNvLink(string[] nvLinkNames, NodeLocation[] locations)
    {
        var sorted = (string[])nvLinkNames.Clone();
        Array.Sort(sorted, StringComparer.Ordinal);
        var rank = new Dictionary<string, int>(sorted.Length, StringComparer.Ordinal);
        foreach (var name in sorted)
        {
            rank.TryAdd(name, 2 * rank.Count);
        }

        var ranks = new int[nvLinkNames.Length];
        for (var n = 0; n < ranks.Length; n++)
        {
            ranks[n] = rank[nvLinkNames[n]] + (IsShared(locations[n]) ? 0 : 1);
        }

        return ranks;
    }

    /// <summary>Node numbers (ordinal name order) in fabric order: widest key first, then NVLink domain, then name.</summary>
    private static int[] Sort(int[][] keys, int[] nvLinkRanks)
    {
        var order = new int[nvLinkRanks.Length];
        for (var n = 0; n < order.Length; n++)
        {
            order[n] = n;
        }

        Array.Sort(order, (a, b) =>
        {
            for (var t = keys.Length - 1; t >= 0; t--)
            {
                if (keys[t][a] != keys[t][b])
                {
                    return keys[t][a].CompareTo(keys[t][b]);
                }
            }

            return nvLinkRanks[a] != nvLinkRanks[b] ? nvLinkRanks[a].CompareTo(nvLinkRanks[b]) : a.CompareTo(b);
        });
        return order;
    }

    private static ClusterTopology Cut(
        string[] names, string?[][] labels, int[][] keys, int[] order, string[] nvLinkNames, NodeLocation[] locations, TopologyProblems problems)
    {
        var tiers = keys.Length;
        var domainOf = new int[tiers][];
        var domains = new ImmutableArray<FabricDomain>[tiers];
        for (var t = tiers - 1; t >= 0; t--)
        {
            domainOf[t] = new int[order.Length];
            domains[t] = CutTier(t, labels, keys[t], order, t + 1 < tiers ? domains[t + 1] : [], t + 1 < tiers ? domainOf[t + 1] : null, domainOf[t]);
        }

        var nvLink = CutNvLink(order, nvLinkNames, locations, out var nvLinkOf);
        var topologyNames = ImmutableArray.CreateBuilder<string>(order.Length);
        foreach (var n in order)
        {
            topologyNames.Add(names[n]);
        }

        if (tiers > 0)
        {
            problems.ReportSpreadNvLink(nvLink, domains[0], domainOf[0]);
        }

        return new(
            topologyNames.MoveToImmutable(), ImmutableCollectionsMarshal.AsImmutableArray(domains), domainOf, nvLink, nvLinkOf, problems.ToImmutable());
    }

    private static ImmutableArray<FabricDomain> CutTier(
        int tier, string?[][] labels, int[] keys, int[] order, ImmutableArray<FabricDomain> parents, int[]? parentOf, int[] domainOf)
    {
        var domains = ImmutableArray.CreateBuilder<FabricDomain>();
        var first = 0;
        for (var i = 0; i < order.Length; i++)
        {
            domainOf[i] = domains.Count;
            var last = i + 1 == order.Length || keys[order[i + 1]] != keys[order[i]] || (parentOf is not null && parentOf[i + 1] != parentOf[i]);
            if (last)
            {
                var name = labels[order[i]][tier] ?? ClusterTopology.UnknownName;
                var parent = parentOf is null ? -1 : parentOf[i];
                var path = parent < 0 ? name : $"{parents[parent].Path}/{name}";
                domains.Add(new(tier, domains.Count, name, path, parent, first, i + 1 - first));
                first = i + 1;
            }
        }

        return domains.ToImmutable();
    }

    private static ImmutableArray<NvLinkDomain> CutNvLink(int[] order, string[] nvLinkNames, NodeLocation[] locations, out int[] nvLinkOf)
    {
        var members = new List<ImmutableArray<int>.Builder>();
        var named = new List<string>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        nvLinkOf = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var n = order[i];
            var index = members.Count;
            var known = IsShared(locations[n]) && !indexOf.TryAdd(nvLinkNames[n], index);
            if (known)
            {
                index = indexOf[nvLinkNames[n]];
            }
            else
            {
                members.Add(ImmutableArray.CreateBuilder<int>());
                named.Add(nvLinkNames[n]);
            }

            members[index].Add(i);
            nvLinkOf[i] = index;
        }

        var domains = ImmutableArray.CreateBuilder<NvLinkDomain>(members.Count);
        for (var d = 0; d < members.Count; d++)
        {
            domains.Add(new(d, named[d], members[d].ToImmutable()));
        }

        return domains.MoveToImmutable();
    }
}
