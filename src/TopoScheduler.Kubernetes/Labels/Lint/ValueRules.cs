using System.Collections.Immutable;
using System.Text.RegularExpressions;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Values and keys that are odd by themselves: empty, too long, hashed.</summary>
internal static partial class ValueRules
{
    // Ours; other values under our prefix and unknown keys are told when the node is read.
    private static readonly ImmutableHashSet<string> OwnKeys =
    [
        .. LabelProfiles.All[0].Fabric.SelectMany(k => k), .. LabelProfiles.All[0].NvLink, PowerLabels.Rack, PowerLabels.Pdu, PowerLabels.PduB, PowerLabels.Row,
        PowerLabels.Facility, PowerLabels.Feed, PowerLabels.Cooling, PowerLabels.NodeMaxWatts, PowerLabels.NodeIdleWatts, PowerLabels.Powered, PowerLabels.GpuPowerCap,
        PowerLabels.Rack + PowerLabels.BudgetSuffix, PowerLabels.Pdu + PowerLabels.BudgetSuffix, PowerLabels.PduB + PowerLabels.BudgetSuffix,
        PowerLabels.Row + PowerLabels.BudgetSuffix, PowerLabels.Facility + PowerLabels.BudgetSuffix,
    ];

    private static readonly ImmutableHashSet<string> ReadKeys =
        [.. OwnKeys, .. LabelProfiles.All.SelectMany(p => p.Fabric.SelectMany(k => k).Concat(p.NvLink)), .. PowerLabels.RackKeys];

    /// <summary>Adds what they find.</summary>
    public static void Add(ClusterSnapshot cluster, FindingList findings)
    {
        foreach (var node in cluster.Nodes)
        {
            foreach (var (key, value) in node.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                if (ReadKeys.Contains(key)) CheckValue($"node/{node.Name}", key, value, findings);
            }
        }
    }

    private static void CheckValue(string node, string key, string value, FindingList findings)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            findings.Add(Severity.Warning, "empty-value", node, $"label {key}=\"\" is empty and counts as missing; expected a name or no label.",
                $"{Commands.Set(key, "<value>")}, or {Commands.Remove(key)}");
        }
        else if (!OwnKeys.Contains(key) && !LabelValue.IsOne(value))
        {
            var shown = NodeLabels.Shorten(value);
            findings.Add(Severity.Warning, "not-a-label-value", node,
                $"label {key}=\"{shown}\" ({value.Length} characters) is no label value Kubernetes accepts; expected at most {LabelValue.Longest} letters, digits, '-', '_' and '.', as a live node has.",
                Commands.Set(key, "<short name>"));
        }
        else if (HashedValue().IsMatch(value))
        {
            findings.Add(Severity.Info, "hashed-value", node,
                $"label {key}=\"{value}\" looks like a hash, as Topograph writes for names above {LabelValue.Longest} characters; placement works, the name cannot be read.",
                "nothing to do for placement; give the switch a shorter name in the fabric manager to read it here");
        }
    }

    [GeneratedRegex("^x[0-9a-f]{16}$")]
    private static partial Regex HashedValue();
}
