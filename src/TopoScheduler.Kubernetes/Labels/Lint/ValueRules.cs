using System.Collections.Immutable;
using System.Text.RegularExpressions;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Values and keys that are odd by themselves: empty, too long, hashed, misspelt.</summary>
internal static partial class ValueRules
{
    private const int LongestValue = 63;
    private const int FarthestTypo = 3;

    /// <summary>Every key of ours a node may carry.</summary>
    private static readonly ImmutableArray<string> OwnKeys =
    [
        .. LabelProfiles.All[0].Fabric.SelectMany(k => k), .. LabelProfiles.All[0].NvLink,
        PowerLabels.Rack, PowerLabels.Pdu, PowerLabels.PduB, PowerLabels.Row, PowerLabels.Facility,
        PowerLabels.Rack + PowerLabels.BudgetSuffix, PowerLabels.Pdu + PowerLabels.BudgetSuffix, PowerLabels.PduB + PowerLabels.BudgetSuffix,
        PowerLabels.Row + PowerLabels.BudgetSuffix, PowerLabels.Facility + PowerLabels.BudgetSuffix,
        PowerLabels.Feed, PowerLabels.Cooling, PowerLabels.NodeMaxWatts, PowerLabels.NodeIdleWatts, PowerLabels.Powered, PowerLabels.GpuPowerCap,
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
                else if (key.StartsWith(LabelProfiles.Prefix, StringComparison.Ordinal)) CheckOwnKey($"node/{node.Name}", key, value, findings);
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
        else if (value.Length > LongestValue || !LabelValue().IsMatch(value))
        {
            var shown = NodeLabels.Shorten(value);
            findings.Add(Severity.Warning, "not-a-label-value", node,
                $"label {key}=\"{shown}\" ({value.Length} characters) is no label value Kubernetes accepts; expected at most {LongestValue} letters, digits, '-', '_' and '.', as a live node has.",
                Commands.Set(key, "<short name>"));
        }
        else if (HashedValue().IsMatch(value))
        {
            findings.Add(Severity.Info, "hashed-value", node,
                $"label {key}=\"{value}\" looks like a hash, as Topograph writes for names above {LongestValue} characters; placement works, the name cannot be read.",
                "nothing to do for placement; give the switch a shorter name in the fabric manager to read it here");
        }
    }

    private static void CheckOwnKey(string node, string key, string value, FindingList findings)
    {
        var near = OwnKeys.Select(k => (Key: k, Distance: Distance(k, key))).MinBy(k => k.Distance);
        var meant = near.Distance <= FarthestTypo ? near.Key : null;
        findings.Add(Severity.Warning, "unknown-key", node,
            $"label {key}=\"{NodeLabels.Shorten(value)}\" is not read{(meant is null ? "" : $"; did you mean {meant}?")}{(meant is null ? "." : "")}",
            meant is null ? Commands.Remove(key) : $"kubectl label node {Commands.Nodes} {Commands.Quote(key)}- {meant}={Commands.Quote(value)}");
    }

    /// <summary>How many letters must be changed, added or left out to make one text the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[b.Length];
    }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")]
    private static partial Regex LabelValue();

    [GeneratedRegex("^x[0-9a-f]{16}$")]
    private static partial Regex HashedValue();
}
