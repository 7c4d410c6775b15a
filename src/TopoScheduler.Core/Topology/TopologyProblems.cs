using System.Collections.Immutable;
using System.Globalization;

namespace TopoScheduler.Core.Topology;

/// <summary>Collects what is wrong with the network labels, in a fixed order, and says it once per cause however many nodes share it.</summary>
internal sealed class TopologyProblems(string[] names, NodeLocation[] locations)
{
    /// <summary>The object of problems that concern many nodes at once.</summary>
    internal const string Cluster = "cluster/topology";

    private const int Examples = 5;
    private const int MaxPerCause = 50;
    private const string Generic = "generic";

    private readonly ImmutableArray<Problem>.Builder _problems = ImmutableArray.CreateBuilder<Problem>();

    public ImmutableArray<Problem> ToImmutable() => _problems.ToImmutable();

    public void TooDeep(int node, int depth) => _problems.Add(Problem.Warning(
        $"node/{names[node]}", $"has {depth} switch tiers labelled, expected at most {TopologyBuilder.MaxTiers}; the wider ones are ignored."));

    /// <summary>One message per id that must be unique and has several parents.</summary>
    public void ReportTwoParents(
        int tier, Dictionary<string, Dictionary<string, int>> votes, Dictionary<string, string> winners, string?[][] labels)
    {
        var conflicts = votes.Where(v => v.Value.Count > 1).Select(v => v.Key).Order(StringComparer.Ordinal).ToList();
        if (conflicts.Count == 0)
        {
            return;
        }

        var outvoted = conflicts.ToDictionary(id => id, _ => new List<string>(), StringComparer.Ordinal);
        for (var n = 0; n < names.Length; n++)
        {
            if (locations[n].Scope == IdScope.Unique && labels[n][tier] is { } id && labels[n][tier + 1] is { } parent
                && outvoted.TryGetValue(id, out var list) && parent != winners[id])
            {
                list.Add(names[n]);
            }
        }

        foreach (var id in conflicts)
        {
            var parents = votes[id].OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"\"{p.Key}\" ({Nodes(p.Value)})");
            var widerTier = Tier.Fabric(tier + 1).Name;
            _problems.Add(Problem.Warning(
                $"{Tier.Fabric(tier).Name}/{id}",
                $"{Tier.Fabric(tier).Name} \"{id}\" is labelled under more than one {widerTier}: {string.Join(", ", parents)}; "
                + $"its ids are unique, so \"{winners[id]}\" is used, not what {List(outvoted[id])} say{(outvoted[id].Count == 1 ? "s" : "")}."));
        }
    }

    /// <summary>More than one label profile in the cluster: ids of different sources rarely mean the same switches.</summary>
    public void ReportProfiles()
    {
        var profiles = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        for (var n = 0; n < names.Length; n++)
        {
            var profile = locations[n].Profile;
            if (profile != NodeLocation.Unknown.Profile)
            {
                if (!profiles.TryGetValue(profile, out var list))
                {
                    profiles[profile] = list = [];
                }

                list.Add(names[n]);
            }
        }

        if (profiles.Count > 1)
        {
            var severity = profiles.Keys.Count(p => p != Generic) > 1 ? Severity.Warning : Severity.Info;
            var parts = profiles.Select(p => $"{p.Key} on {Nodes(p.Value.Count)} ({List(p.Value)})");
            _problems.Add(new(
                severity, Cluster, $"network labels of {profiles.Count} profiles are mixed: {string.Join(", ", parts)}; expected one profile, "
                + "domains of different profiles are taken for different switches unless their ids agree."));
        }
    }

    /// <summary>Gaps in the middle node by node; missing narrow tiers and unlabelled nodes once.</summary>
    public void ReportGaps(string?[][] labels, int tiers)
    {
        var unlabelled = new List<string>();
        var narrow = new SortedDictionary<int, List<string>>();
        var gaps = new List<Problem>();
        for (var n = 0; n < labels.Length; n++)
        {
            var narrowest = Array.FindIndex(labels[n], id => id is not null);
            var widest = Array.FindLastIndex(labels[n], id => id is not null);
            if (widest < 0)
            {
                unlabelled.Add(names[n]);
            }
            else if (narrowest > 0)
            {
                if (!narrow.TryGetValue(narrowest, out var list))
                {
                    narrow[narrowest] = list = [];
                }

                list.Add(names[n]);
            }

            for (var t = narrowest + 1; t < widest; t++)
            {
                if (labels[n][t] is null)
                {
                    gaps.Add(Gap(n, labels[n], t));
                }
            }
        }

        _problems.AddRange(gaps.Take(MaxPerCause));
        if (gaps.Count > MaxPerCause)
        {
            _problems.Add(Problem.Warning(Cluster, $"{gaps.Count - MaxPerCause} more gaps of this kind in the switch labels."));
        }

        foreach (var (tier, list) in narrow)
        {
            _problems.Add(Problem.Info(
                Cluster, $"{Nodes(list.Count)} ({List(list)}) named no switch narrower than {Tier.Fabric(tier).Name}; each is taken to be alone below it."));
        }

        if (tiers > 0 && unlabelled.Count > 0)
        {
            _problems.Add(Problem.Info(
                Cluster, $"{Nodes(unlabelled.Count)} ({List(unlabelled)}) without any switch label; each is taken to be far from every other node."));
        }
    }

    /// <summary>NVLink domains whose nodes hang on several labelled leaves: allowed, worth knowing.</summary>
    public void ReportSpreadNvLink(ImmutableArray<NvLinkDomain> domains, ImmutableArray<FabricDomain> leaves, int[] leafOf)
    {
        var found = 0;
        foreach (var domain in domains)
        {
            var used = new List<string>();
            var last = -1;
            foreach (var node in domain.Nodes)
            {
                var leaf = leaves[leafOf[node]];
                if (leaf.Index != last && leaf.Name != ClusterTopology.UnknownName)
                {
                    used.Add(leaf.Path);
                }

                last = leaf.Index;
            }

            if (used.Count > 1 && ++found <= MaxPerCause)
            {
                _problems.Add(Problem.Info(
                    $"nvlink-domain/{domain.Name}", $"NVLink domain \"{domain.Name}\" ({Nodes(domain.Nodes.Length)}) spans {used.Count} leaves: {List(used)}."));
            }
        }

        if (found > MaxPerCause)
        {
            _problems.Add(Problem.Info(Cluster, $"{found - MaxPerCause} more NVLink domains span several leaves."));
        }
    }

    private Problem Gap(int node, string?[] labels, int tier)
    {
        var above = Array.FindIndex(labels, tier, id => id is not null);
        var below = Array.FindLastIndex(labels, tier, id => id is not null);
        return Problem.Warning(
            $"node/{names[node]}",
            $"has no {Tier.Fabric(tier).Name} label between {Tier.Fabric(below).Name} \"{labels[below]}\" and {Tier.Fabric(above).Name} \"{labels[above]}\" "
            + $"(label profile {locations[node].Profile}); expected one, the node is taken to be alone there.");
    }

    private static string Nodes(int count) => count == 1 ? "1 node" : string.Create(CultureInfo.InvariantCulture, $"{count} nodes");

    private static string List(List<string> items) =>
        string.Join(", ", items.Take(Examples)) + (items.Count > Examples ? $" and {items.Count - Examples} more" : "");
}
