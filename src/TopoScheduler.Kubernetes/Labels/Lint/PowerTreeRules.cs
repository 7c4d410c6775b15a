using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Power trees with holes: nodes, racks and cords that are labelled unlike their neighbours.</summary>
internal static class PowerTreeRules
{
    /// <summary>Adds what they find.</summary>
    public static void Add(ClusterSnapshot cluster, FindingList findings)
    {
        if (cluster.Power.Domains.IsEmpty) return;
        CheckUnlabelled(cluster, findings);
        var racks = cluster.Power.Domains.Where(d => d.Kind == PowerDomainKind.Rack).ToList();
        CheckBudgets(cluster, racks, findings);
        foreach (var rack in racks)
        {
            CheckCords(cluster, rack, findings);
            CheckLeaves(cluster, rack, findings);
        }
    }

    private static void CheckUnlabelled(ClusterSnapshot cluster, FindingList findings)
    {
        var below = cluster.Power.Domains.SelectMany(d => d.Nodes).ToHashSet();
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            var node = cluster.Nodes[n];
            if (node.Power.Gpus == 0 || below.Contains(n)) continue;
            var pods = cluster.PodsOf(n).Count(p => p.Template.Gpus > 0);
            var running = pods == 0 ? "" : pods == 1 ? ", and the watts of its GPU pod" : $", and the watts of its {pods} GPU pods";
            findings.Add(Severity.Warning, "no-power-labels", $"node/{node.Name}",
                $"has GPUs but no label {PowerLabels.Rack}, {PowerLabels.Pdu} or {PowerLabels.Row}, as other nodes have; its watts{running} count in no budget.",
                Commands.Set(PowerLabels.Rack, "<rack>"));
        }
    }

    private static void CheckBudgets(ClusterSnapshot cluster, List<PowerDomain> racks, FindingList findings)
    {
        if (!racks.Exists(r => r.BudgetWatts is not null)) return;
        foreach (var rack in racks.Where(r => r.BudgetWatts is null && r.Cooling != CoolingClass.Immersion2P))
        {
            findings.Add(Severity.Warning, "rack-without-budget", rack.Id,
                $"has no label {PowerLabels.Rack}{PowerLabels.BudgetSuffix} and no cooling class, as other racks have; nothing bounds it.",
                Commands.SetBudget(cluster, rack, "<usable watts>"));
        }
    }

    private static void CheckCords(ClusterSnapshot cluster, PowerDomain rack, FindingList findings)
    {
        var nodes = rack.Nodes.Select(n => cluster.Nodes[n]).ToList();
        var dual = nodes.Where(n => IsDual(n.PowerLocation)).ToList();
        if (dual.Count == 0) return;
        foreach (var node in nodes.Where(n => !IsDual(n.PowerLocation) && (n.PowerLocation.Pdu ?? n.PowerLocation.PduB) is not null))
        {
            var pair = dual[0].PowerLocation;
            var own = node.PowerLocation.Pdu ?? node.PowerLocation.PduB;
            findings.Add(Severity.Warning, "single-corded", $"node/{node.Name}",
                $"hangs on PDU \"{own}\" alone, but other nodes of {rack.Id} are dual-corded to \"{pair.Pdu}\" and \"{pair.PduB}\"; is {PowerLabels.PduB} missing?",
                own == pair.PduB ? Commands.Set(PowerLabels.Feed, "B") : $"{Commands.Set(PowerLabels.PduB, pair.PduB!)}, or state its cord: {Commands.Set(PowerLabels.Feed, "A")}");
        }
    }

    private static void CheckLeaves(ClusterSnapshot cluster, PowerDomain rack, FindingList findings)
    {
        var topology = cluster.Topology;
        if (topology.FabricTiers == 0) return;
        var leaves = rack.Nodes.Select(n => topology.Domains(0)[topology.DomainOf(n, 0)]).Where(l => !l.Path.Contains(ClusterTopology.UnknownName, StringComparison.Ordinal)).Distinct().ToList();
        if (leaves.Count < 2) return;
        findings.Add(Severity.Info, "rack-over-leaves", rack.Id,
            $"its {Commands.Count(rack.Nodes.Length)} hang on {leaves.Count} leaves: {string.Join(", ", leaves.Take(5).Select(l => l.Path))}{(leaves.Count > 5 ? ", ..." : "")}.",
            "nothing to do if it is cabled so; a gang inside one leaf cannot use the whole rack");
    }

    private static bool IsDual(PowerLocation at) => at.Pdu is not null && at.PduB is not null && at.Pdu != at.PduB;
}
