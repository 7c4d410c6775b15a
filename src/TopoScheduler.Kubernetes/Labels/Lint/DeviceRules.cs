using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Nodes whose devices or links are not what they should be, and nodes that are out of use.</summary>
internal static class DeviceRules
{
    private const string GpuCount = "nvidia.com/gpu.count";
    private const string Nvidia = "nvidia.com/gpu";
    private const string HealthPrefix = "ib.coreweave.cloud/";

    /// <summary>Adds what they find.</summary>
    public static void Add(ClusterSnapshot cluster, FindingList findings)
    {
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            var node = cluster.Nodes[n];
            CheckCount(node, findings);
            CheckUse(cluster, n, findings);
            CheckHealth(node, findings);
            if (node.Power.Gpus > 0) CheckState(cluster, n, findings);
        }
    }

    private static void CheckCount(NodeInfo node, FindingList findings)
    {
        if (!int.TryParse(node.Labels.GetValueOrDefault(GpuCount), NumberStyles.None, CultureInfo.InvariantCulture, out var labelled)) return;
        var shared = node.Labels.GetValueOrDefault("nvidia.com/gpu.replicas") is { } replicas && replicas is not ("0" or "1");
        var sliced = node.Allocatable.Any(r => r.Key.StartsWith("nvidia.com/mig-", StringComparison.Ordinal) && r.Value > 0)
            || (node.Labels.GetValueOrDefault("nvidia.com/gpu.product")?.Contains("-MIG-", StringComparison.OrdinalIgnoreCase) ?? false);
        var offered = node.Allocatable[Nvidia];
        if (shared || sliced || offered == labelled || node.Allocatable["nvidia.com/gpu.shared"] > 0) return;
        findings.Add(Severity.Warning, "gpu-count", $"node/{node.Name}",
            $"label {GpuCount}=\"{labelled}\" but {offered} {Nvidia} allocatable; expected the same number.",
            offered < labelled
                ? "look for unhealthy GPUs (kubectl describe node, nvidia-smi on the node) and for a device plugin that is not running"
                : $"restart GPU feature discovery, or {Commands.Set(GpuCount, offered.ToString(CultureInfo.InvariantCulture))}");
    }

    private static void CheckUse(ClusterSnapshot cluster, int n, FindingList findings)
    {
        var node = cluster.Nodes[n];
        var used = cluster.UsedOf(n);
        foreach (var (resource, amount) in used.Where(r => DeviceCounts.IsDevice(r.Key) && r.Value > node.Allocatable[r.Key]))
        {
            findings.Add(Severity.Error, "devices-overcommitted", $"node/{node.Name}",
                $"its pods ask for {amount} {resource}, it has {node.Allocatable[resource]} allocatable.",
                $"kubectl get pods -A --field-selector spec.nodeName={Commands.Quote(node.Name)}; stop one, or bring the missing devices back");
        }

        if (!node.Power.Powered && used.Count > 0)
        {
            findings.Add(Severity.Warning, "powered-off-in-use", $"node/{node.Name}",
                $"label {PowerLabels.Powered}=\"false\" but {cluster.PodsOf(n).Length} pods are bound to it; their watts are not counted.",
                Commands.Remove(PowerLabels.Powered));
        }
    }

    private static void CheckHealth(NodeInfo node, FindingList findings)
    {
        foreach (var (key, expected) in node.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (!key.StartsWith(HealthPrefix, StringComparison.Ordinal) || !key.Contains("expected", StringComparison.Ordinal)) continue;
            var other = key.Replace("expected", "current", StringComparison.Ordinal);
            var current = node.Labels.GetValueOrDefault(other);
            if (current == expected) continue;
            findings.Add(Severity.Warning, "link-health", $"node/{node.Name}",
                $"label {other}={(current is null ? "(missing)" : $"\"{NodeLabels.Shorten(current)}\"")} but {key}=\"{NodeLabels.Shorten(expected)}\"; its fabric links are not as cabled.",
                $"kubectl cordon {Commands.Nodes} until its adapters and cables are checked");
        }
    }

    private static void CheckState(ClusterSnapshot cluster, int n, FindingList findings)
    {
        var node = cluster.Nodes[n];
        if (!node.Ready)
        {
            findings.Add(Severity.Info, "not-ready", $"node/{node.Name}", "has GPUs but is not Ready: it takes no pods, and its idle watts count.",
                $"kubectl describe node {Commands.Nodes}; a node switched off is labelled {PowerLabels.Powered}=false");
        }

        if (node.Unschedulable)
        {
            findings.Add(Severity.Info, "cordoned", $"node/{node.Name}", "has GPUs but is cordoned: it takes no pods, and its idle watts count.", $"kubectl uncordon {Commands.Nodes}");
        }

        if (node.Accelerator is null && !node.Problems.Any(p => p.Message.Contains(KnownProblems.WattsUnknown, StringComparison.Ordinal)))
        {
            findings.Add(Severity.Info, "product-unknown", $"node/{node.Name}",
                "has GPUs of a product without figures, so memory and speed are not judged.", $"{Commands.Set("nvidia.com/gpu.product", "<product>")}, as GPU feature discovery does");
        }
    }
}
