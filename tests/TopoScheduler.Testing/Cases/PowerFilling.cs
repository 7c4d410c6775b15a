using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Testing.Cases;

/// <summary>
/// A cluster in use: gangs drawn from a seed come, and those placed leave again after a while; then more come until none of any kind fits any more, and what is
/// left of the budgets is stranded. A kind that is refused in the end is not drawn again, because a fuller cluster refuses it as well.
/// </summary>
/// <param name="Seed">Draws the gangs and how long they stay.</param>
/// <param name="Gpus">GPUs a pod may ask for.</param>
/// <param name="Policy">The policy.</param>
/// <param name="LeastGpuWatts">The lowest cap the gangs accept; null for none.</param>
public sealed record PowerFilling(int Seed, ImmutableArray<int> Gpus, PlacementPolicy Policy, int? LeastGpuWatts)
{
    private const int Arrivals = 120;
    private const int LongestStay = 40;
    private static readonly string[] Workloads = ["pretrain", "finetune", "inference", "decode"];
    private static readonly int[] Members = [1, 2, 4];

    /// <summary>Runs it on a cluster that no gang is on yet.</summary>
    public PowerFillingEnd Run(ClusterSnapshot cluster)
    {
        var random = new Random(Seed);
        var kinds = Gpus.SelectMany(g => Members.SelectMany(m => Workloads.Select(w => new Kind(g, m, w)))).ToList();
        var leaves = new Dictionary<GangKey, int>();
        for (var at = 0; at < Arrivals; at++)
        {
            var (kind, stay) = (kinds[random.Next(kinds.Count)], 1 + random.Next(LongestStay));
            cluster = cluster.WithPods(p => p.Gang is not { } gang || leaves[gang] > at);
            if (!TryPlace(ref cluster, kind, at)) continue;
            leaves[GangOf(kind, at).Key] = at + stay;
        }

        for (var at = Arrivals; kinds.Count > 0; at++)
        {
            var kind = kinds[random.Next(kinds.Count)];
            if (!TryPlace(ref cluster, kind, at)) kinds.Remove(kind);
        }

        var gpus = cluster.Nodes.Select((_, n) => cluster.PodsOf(n).Sum(p => p.Template.Gpus)).Sum();
        var capped = cluster.Nodes.Select((_, n) => cluster.PodsOf(n).Where(p => p.Template.Power.CapWatts is not null).Sum(p => p.Template.Gpus)).Sum();
        return new(UsedShare(cluster, PowerDomainKind.Rack), gpus, capped);
    }

    private Gang GangOf(Kind kind, int number) => GangBuilder.Members(kind.Members).GpusPerPod(kind.Gpus)
        .Workload(kind.Workload).GpuWatts(null, LeastGpuWatts).Named($"gang-{number:D3}").Build();

    private bool TryPlace(ref ClusterSnapshot cluster, Kind kind, int number)
    {
        var gang = GangOf(kind, number);
        if (PlacementEngine.Plan(cluster, gang, Policy).Plan is not { } plan) return false;
        cluster = cluster.Plus(Pods(cluster, gang, plan));
        return true;
    }

    private static List<PodInfo> Pods(ClusterSnapshot cluster, Gang gang, PlacementPlan plan) => plan.Members.Select(m =>
    {
        var template = gang.Roles[m.Role].Template;
        template = template with { Power = template.Power with { CapWatts = plan.GpuCapWatts } };
        return new PodInfo($"{gang.Key.Name}-{m.Member}", $"uid-{gang.Key.Name}-{m.Member}", cluster.Nodes[m.Node].Name, template, Gang: gang.Key);
    }).ToList();

    private static double UsedShare(ClusterSnapshot cluster, PowerDomainKind kind)
    {
        var draws = Enumerable.Range(0, cluster.Nodes.Length).Select(cluster.DrawOf).ToArray();
        var domains = cluster.Power.Domains.Where(d => d.Kind == kind && d.BudgetWatts is not null).ToImmutableArray();
        return (double)domains.Sum(d => cluster.Power.BeforeWatts(d.Index, draws)) / domains.Sum(d => d.BudgetWatts!.Value);
    }

    private sealed record Kind(int Gpus, int Members, string Workload);
}
