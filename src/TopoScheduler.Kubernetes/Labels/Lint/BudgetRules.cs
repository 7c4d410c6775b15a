using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Budgets against the watts below them.</summary>
internal static class BudgetRules
{
    /// <summary>Adds what they find.</summary>
    public static void Add(ClusterSnapshot cluster, FindingList findings)
    {
        long[] idle = [.. cluster.Nodes.Select(n => PowerDraw.OfNode(n.Power, 0))];
        long[] full = [.. cluster.Nodes.Select(n => PowerDraw.OfNode(n.Power, n.Power.MaxWatts))];
        long[] draws = [.. Enumerable.Range(0, cluster.Nodes.Length).Select(cluster.DrawOf)];
        foreach (var domain in cluster.Power.Domains.Where(d => d.BudgetWatts is > 0))
        {
            // 0 stands for a budget that cannot be read, which is reported as such.
            Check(cluster, domain, new(idle, draws, full), findings);
        }

        foreach (var node in cluster.Nodes)
        {
            var gpus = (long)node.Power.Gpus * node.Power.GpuMaxWatts;
            if (!node.Labels.ContainsKey(PowerLabels.NodeMaxWatts) || node.Power.MaxWatts >= gpus) continue;
            findings.Add(Severity.Warning, "node-max-too-low", $"node/{node.Name}",
                $"label {PowerLabels.NodeMaxWatts}=\"{PowerFixes.Text(node.Power.MaxWatts)}\" is below the {Watts(gpus)} of its {node.Power.Gpus} {node.Accelerator} alone; expected the maximum of the whole server.",
                Commands.Set(PowerLabels.NodeMaxWatts, "<nameplate watts>"));
        }
    }

    private static void Check(ClusterSnapshot cluster, PowerDomain domain, Loads loads, FindingList findings)
    {
        var budget = domain.BudgetWatts!.Value;
        var idle = cluster.Power.BeforeWatts(domain.Index, loads.Idle);
        var draw = cluster.Power.BeforeWatts(domain.Index, loads.Draw);
        var full = cluster.Power.BeforeWatts(domain.Index, loads.Full);
        var largest = domain.Nodes.Where(n => cluster.Nodes[n].Power.Gpus > 0).Select(n => loads.Full[n]).DefaultIfEmpty(0).Max();
        var stated = $"has a budget of {Watts(budget)}";
        var rise = Commands.SetBudget(cluster, domain, PowerFixes.Text(full));
        if (idle > budget)
        {
            findings.Add(Severity.Error, "budget-below-idle", domain.Id,
                $"{stated}, but its {Commands.Count(domain.Nodes.Length)} would draw {Watts(idle)} idle; nothing can be placed there.",
                $"{Commands.SetBudget(cluster, domain, "<usable watts>")} (is it kilowatts, or one feed of two?), or switch nodes off: kubectl label node <node> {PowerLabels.Powered}=false");
        }
        else if (draw > budget)
        {
            findings.Add(Severity.Error, "over-budget", domain.Id,
                $"{stated}, but its nodes with the pods bound there may draw {Watts(draw)}, {Watts(draw - budget)} too much; nothing more is placed there.",
                $"move or stop pods on its nodes, cap their GPUs, or raise the budget if the feed carries it: {Commands.SetBudget(cluster, domain, PowerFixes.Text(draw))}");
        }
        else if (largest > budget)
        {
            findings.Add(Severity.Warning, "budget-below-one-node", domain.Id, $"{stated}, less than the {Watts(largest)} one of its nodes draws at most; such a node can never run at full draw.", rise);
        }
        else if (full > budget)
        {
            findings.Add(Severity.Info, "budget-below-full-draw", domain.Id,
                $"{stated}, its nodes draw {Watts(full)} at full draw; placement keeps within the budget, so some of its GPUs may stay idle.",
                $"nothing to do if that is meant; else {rise}");
        }
    }

    private static string Watts(long watts) => string.Create(CultureInfo.InvariantCulture, $"{watts:N0} W");

    /// <summary>Watts by node index: idle, committed, at most.</summary>
    private sealed record Loads(long[] Idle, long[] Draw, long[] Full);
}
