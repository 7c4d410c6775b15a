using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Fixes of switch labels that do not make a tree.</summary>
internal static class SwitchFixes
{
    /// <summary>No label at all.</summary>
    public static string Label { get; } = $"kubectl label node <node> {LabelProfiles.Prefix}leaf=<leaf> {LabelProfiles.Prefix}spine=<spine>, or run a labelling tool such as Topograph";

    /// <summary>An id under two parents: the nodes in the minority follow the majority.</summary>
    public static string TwoParents(ClusterSnapshot cluster, Problem problem)
    {
        var slash = problem.Object.IndexOf('/', StringComparison.Ordinal);
        if (!Tier.TryParse(problem.Object[..slash], out var tier) || !tier.IsFabric) return "give the switch one parent";
        var (t, id) = (tier.FabricIndex, problem.Object[(slash + 1)..]);
        var named = cluster.Nodes.Where(n => IdOf(n, t) == id && IdOf(n, t + 1) is not null && n.Location.Scope == IdScope.Unique).ToList();
        if (named.Count == 0) return "give the switch one parent";
        var winner = named.GroupBy(n => IdOf(n, t + 1)!, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        var outvoted = named.Where(n => IdOf(n, t + 1) != winner).ToList();
        return outvoted.Count == 0 ? "give the switch one parent" : Commands.SetOn([.. outvoted.Select(n => n.Name)], KeyOf(outvoted[0], t + 1), winner);
    }

    /// <summary>A missing middle tier: what the neighbours on the same switch say.</summary>
    public static string Gap(ClusterSnapshot cluster, Problem problem)
    {
        var index = cluster.IndexOf(problem.Object["node/".Length..]);
        var word = problem.Message["has no ".Length..].Split(' ')[0];
        if (index < 0 || !Tier.TryParse(word, out var tier) || !tier.IsFabric) return "label the missing tier";
        var (node, t) = (cluster.Nodes[index], tier.FabricIndex);
        var neighbour = cluster.Nodes.FirstOrDefault(n => t > 0 && IdOf(n, t) is not null && IdOf(n, t - 1) is { } below && below == IdOf(node, t - 1));
        return Commands.Set(KeyOf(node, t), neighbour is null ? $"<{word}>" : IdOf(neighbour, t)!);
    }

    /// <summary>Id of a node's switch at a tier; null when it is not labelled.</summary>
    public static string? IdOf(NodeInfo node, int tier)
    {
        var fabric = node.Location.Fabric;
        return fabric.IsDefault || tier >= fabric.Length || string.IsNullOrWhiteSpace(fabric[tier]) ? null : fabric[tier];
    }

    /// <summary>The label key a node's profile has for a tier: the one the node carries, else the first.</summary>
    public static string KeyOf(NodeInfo node, int tier)
    {
        if (LabelProfiles.All.FirstOrDefault(p => p.Name == node.Location.Profile) is not { } profile) return $"{LabelProfiles.Prefix}{Tier.Fabric(tier).Name}";
        var index = tier + (profile.NearestIsOptional && !profile.Fabric[0].Any(node.Labels.ContainsKey) ? 1 : 0);
        if (index >= profile.Fabric.Length) return $"{LabelProfiles.Prefix}{Tier.Fabric(tier).Name}";
        return profile.Fabric[index].FirstOrDefault(node.Labels.ContainsKey) ?? profile.Fabric[index][0];
    }
}
