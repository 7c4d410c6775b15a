using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Cli.Reports;

/// <summary>One domain of the drawn tree, or nodes at its foot.</summary>
internal sealed class TreeBranch
{
    // Up to this many nodes in all are drawn one by one.
    private const int MostSingleNodes = 8;

    private TreeBranch(string label) => Label = label;

    /// <summary>What it is called: <c>leaf su-3</c>.</summary>
    public string Label { get; }

    /// <summary>Members in it.</summary>
    public int Pods { get; private init; }

    /// <summary>Ranks in it.</summary>
    public int Gpus { get; private init; }

    /// <summary>What is below it.</summary>
    public List<TreeBranch> Children { get; private init; } = [];

    /// <summary>Nodes rather than a domain: no bar, but a detail.</summary>
    public bool IsNodes { get; private init; }

    /// <summary>Nodes of one kind of use: how many, and which ranks; null for a single node.</summary>
    public string? Brief { get; private init; }

    /// <summary>Of nodes: pods, ranks, racks.</summary>
    public string Detail { get; private init; } = "";

    /// <summary>The tree from the narrowest domain that holds all members.</summary>
    public static TreeBranch Root(ReportPlacement placement, ReportGang gang)
    {
        var members = Member.Of(placement, gang);
        var single = members.Select(m => m.Pod.Node).Distinct(StringComparer.Ordinal).Count() <= MostSingleNodes;
        var depth = placement.Pods[0].Path.Length;

        // The heading names the path down to the branching; start the drawing there.
        var start = 0;
        while (start < depth && members.Select(m => m.Pod.Path[start]).Distinct(StringComparer.Ordinal).Count() == 1) start++;
        if (start == 0) return Domain("cluster", members, 0, single);
        return Domain(Named.Of(TierName(depth, start - 1), members[0].Pod.Path[start - 1]), members, start, single);
    }

    /// <summary>What was left out of a long list, as one line.</summary>
    public static TreeBranch Rest(List<TreeBranch> branches)
    {
        var nodes = branches.All(b => b.IsNodes);
        return new($"{branches.Count} more")
        {
            Pods = branches.Sum(b => b.Pods),
            Gpus = branches.Sum(b => b.Gpus),
            IsNodes = nodes,
            Detail = nodes ? Figures.Count(branches.Sum(b => b.Pods), "pod") : "",
        };
    }

    private static TreeBranch Domain(string label, List<Member> members, int depth, bool single) => new(label)
    {
        Pods = members.Count,
        Gpus = members.Sum(m => m.Gpus),
        Children = Below(members, depth, single),
    };

    private static List<TreeBranch> Below(List<Member> members, int depth, bool single)
    {
        var tiers = members[0].Pod.Path.Length;
        if (depth < tiers)
        {
            return [.. members.GroupBy(m => m.Pod.Path[depth], StringComparer.Ordinal).Select(g => Domain(Named.Of(TierName(tiers, depth), g.Key), [.. g], depth + 1, single))];
        }

        // An NVLink domain is drawn where it is more than the node itself.
        var domains = members.GroupBy(m => m.Pod.NvlinkDomain, StringComparer.Ordinal).ToList();
        if (domains.All(d => d.All(m => m.Pod.Node == d.Key))) return Nodes(members, single);
        return [.. domains.Select(d => new TreeBranch(Named.Of("nvlink", d.Key))
        {
            Pods = d.Count(),
            Gpus = d.Sum(m => m.Gpus),
            Children = Nodes([.. d], single),
        })];
    }

    private static List<TreeBranch> Nodes(List<Member> members, bool single)
    {
        var byNode = members.GroupBy(m => m.Pod.Node, StringComparer.Ordinal).ToList();
        if (single) return [.. byNode.Select(n => OfNode(n.Key, [.. n]))];

        // Nodes that hold equally many members are one line.
        return [.. byNode.GroupBy(n => n.Count()).Select(g => OfNodes(g.Key, [.. g.SelectMany(n => n)], g.Count()))];
    }

    private static TreeBranch OfNode(string node, List<Member> members)
    {
        var names = NameRanges.Of(members.Select(m => m.Pod.Name));
        var rack = members[0].Pod.Rack is { } r ? $", rack {r}" : "";
        return new(Named.Of(Tier.Node.Name, node)) { Pods = members.Count, Gpus = members.Sum(m => m.Gpus), IsNodes = true, Detail = $"{names}{Ranks(members)}{rack}" };
    }

    private static TreeBranch OfNodes(int each, List<Member> members, int nodes)
    {
        var racks = members.Select(m => m.Pod.Rack).OfType<string>().Distinct(StringComparer.Ordinal).Count();
        var where = racks > 0 ? $", {Figures.Count(racks, "rack")}" : "";
        return new(NameRanges.Of(members.Select(m => m.Pod.Node)))
        {
            Pods = members.Count,
            Gpus = members.Sum(m => m.Gpus),
            IsNodes = true,
            Detail = $"{Figures.Count(nodes, "node")} × {Figures.Count(each, "pod")}{Ranks(members)}{where}",
            Brief = (each == 1 ? "" : $" × {Figures.Count(each, "pod")}") + Ranks(members),
        };
    }

    private static string Ranks(List<Member> members)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var member in members.Where(m => m.Gpus > 0).OrderBy(m => m.FirstRank))
        {
            if (ranges.Count > 0 && ranges[^1].Last + 1 == member.FirstRank) ranges[^1] = (ranges[^1].First, member.FirstRank + member.Gpus - 1);
            else ranges.Add((member.FirstRank, member.FirstRank + member.Gpus - 1));
        }

        if (ranges.Count == 0) return "";
        var (word, text) = ranges is [var only] && only.First == only.Last ? ("rank", $"{only.First}") : ("ranks", string.Join(", ", ranges.Take(4).Select(r => $"{r.First}-{r.Last}")));
        return $", {word} {text}{(ranges.Count > 4 ? ", …" : "")}";
    }

    private static string TierName(int tiers, int depth) => Tier.Fabric(tiers - 1 - depth).Name;

    /// <summary>A member with its ranks.</summary>
    private sealed record Member(ReportPod Pod, int FirstRank, int Gpus)
    {
        /// <summary>The members in rank order; how many ranks each holds follows from where the next one begins.</summary>
        public static List<Member> Of(ReportPlacement placement, ReportGang gang)
        {
            // The domains of one tier hold every placed rank; members of an elastic gang that were left out hold none.
            var tier = placement.Domains.IsEmpty ? null : placement.Domains[0].Tier;
            var end = tier is null ? gang.Gpus : placement.Domains.Where(d => d.Tier == tier).Sum(d => d.Gpus);
            var members = new List<Member>(placement.Pods.Length);
            foreach (var pod in placement.Pods.OrderByDescending(p => p.FirstRank ?? -1).ThenByDescending(p => p.Index))
            {
                if (pod.FirstRank is { } first)
                {
                    members.Add(new(pod, first, Math.Max(0, end - first)));
                    end = first;
                }
                else
                {
                    members.Add(new(pod, -1, 0));
                }
            }

            members.Reverse();
            return members;
        }
    }
}
