using System.Collections.Immutable;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Kubernetes.Tests.Labels;

/// <summary>The profiles against label keys and nodes that others published.</summary>
public sealed class ThirdPartyLabelsTests
{
    /// <summary>Keys that name no switch and no NVLink domain: reservations, placement groups, availability zone ids, racks.</summary>
    private static readonly string[] NotInTheNetwork =
    [
        "topology.k8s.aws/capacity-block-id", "topology.k8s.aws/zone-id", "kubernetes.azure.com/ppg", "oci.oraclecloud.com/host.rack_id",
    ];

    [ThirdPartyFact]
    public void TierOfKey_PublishedLabelKeys_AreAllKnown()
    {
        var rows = File.ReadAllLines(ThirdPartyData.Require("nodes", "label-keys.csv")).Skip(1).Select(l => l.Split(',')).ToList();

        Assert.True(rows.Count >= 30);
        Assert.All(rows, row =>
        {
            var key = row[1].Replace("tier-N", "tier-2", StringComparison.Ordinal);
            Assert.True(LabelProfiles.TierOfKey(key) is not null || NotInTheNetwork.Contains(key), key);
        });
    }

    [ThirdPartyFact]
    public void TierOfKey_PublishedOuterToInnerOrder_IsWiderToNarrower()
    {
        var rows = File.ReadAllLines(ThirdPartyData.Require("nodes", "label-keys.csv")).Skip(1).Select(l => l.Split(','))
            .Select(l => (Platform: l[0], Tier: LabelProfiles.TierOfKey(l[1]), Position: int.TryParse(l[2], out var p) ? p : -1))
            .Where(r => r.Position >= 0 && r.Tier is { IsFabric: true }).GroupBy(r => r.Platform);

        Assert.All(rows, platform =>
        {
            var ordered = platform.OrderBy(r => r.Position).Select(r => r.Tier!.Value).ToList();
            Assert.Equal(ordered.OrderByDescending(t => t), ordered);
        });
    }

    [ThirdPartyFact]
    public void Map_KnavigatorNodes_FormTheTreeTheirLabelsDescribe()
    {
        var locations = ReadKnavigatorLabels().Select((labels, i) => KeyValuePair.Create($"n{i + 1:00}", LabelledNode.Map(labels, Core.Gangs.ResourceList.Empty).Location)).ToList();

        var topology = TopologyBuilder.Build([.. locations.Where(l => l.Value.Profile == "topograph-0")]);

        Assert.Equal(3, topology.FabricTiers);
        Assert.Equal(["sw31"], topology.Domains(2).Select(d => d.Path));
        Assert.All(topology.Domains(0), leaf => Assert.StartsWith("sw31/sw2", leaf.Path, StringComparison.Ordinal));
        Assert.Equal(topology.Domains(0).Length, topology.Domains(0).Select(d => d.Name).Distinct().Count());
        Assert.Empty(topology.Problems);
    }

    /// <summary>The <c>labels:</c> blocks of the node list: two-level text that needs no YAML reader.</summary>
    private static List<ImmutableDictionary<string, string>> ReadKnavigatorLabels()
    {
        var nodes = new List<ImmutableDictionary<string, string>>();
        foreach (var line in File.ReadLines(ThirdPartyData.Require("knavigator", "nwtopo", "config-nodes.yaml")))
        {
            var text = line.Trim();
            if (text.StartsWith("- type:", StringComparison.Ordinal))
            {
                nodes.Add(ImmutableDictionary<string, string>.Empty);
            }
            else if (nodes.Count > 0 && text.Split(": ", 2) is [var key, var value] && key.Contains('/', StringComparison.Ordinal))
            {
                nodes[^1] = nodes[^1].SetItem(key, value.Trim('"'));
            }
        }

        return nodes;
    }
}
