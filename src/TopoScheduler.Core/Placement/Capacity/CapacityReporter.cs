using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>Asks the engine how much room there is. Pure and deterministic, like the engine.</summary>
/// <remarks>
/// The largest gang of a tier is counted (<see cref="GangRoom"/>), and planned once, which tells its domain. Where budgets cross, the count is a bound only and bisection goes
/// on from there: pods are alike, so what holds a gang holds every smaller one. Slots follow from the largest gang of the whole cluster (<see cref="SlotCounter"/>).
/// </remarks>
public static class CapacityReporter
{
    /// <summary>Reports on pods of one kind.</summary>
    public static CapacityReport Report(ClusterSnapshot cluster, CapacityQuestion question, PlacementPolicy policy)
    {
        var devices = FreeDevices.Of(cluster, question);
        var room = new GangRoom(cluster, question, devices, policy);
        var tiers = Tiers(cluster.Topology);
        var largest = tiers.Select(t => Largest(cluster, room, t, policy)).ToImmutableArray();
        var counter = new SlotCounter(cluster, room, largest[^1], policy);
        var free = Sum(devices, open: true);
        var slots = devices.Slots.Sum(s => (long)s) * question.PerPod;
        return new()
        {
            Resource = question.Resource,
            GpusPerPod = question.PerPod,
            Gpus = devices.Total,
            BusyGpus = devices.Busy,
            ClosedGpus = Sum(devices, open: false),
            FreeGpus = free,
            RemainderGpus = free - slots,
            PowerStrandedGpus = slots - largest[^1].Gpus,
            Largest = largest,
            Slots = [.. question.SlotSizes.Select(size => counter.Count(question, size))],
            Fragmentation = [.. tiers.Where(t => t != Tier.Cluster).Select(t => WholeDomains.Count(cluster, question, devices, t, Domains(cluster.Topology, t)))],
        };
    }

    /// <summary>What is left of every budget, racks first.</summary>
    public static ImmutableArray<PowerHeadroom> Headroom(ClusterSnapshot cluster)
    {
        var draws = PowerDescription.Draws(cluster);
        long[] full = [.. cluster.Nodes.Select(n => PowerDraw.OfNode(n.Power, n.Power.MaxWatts))];
        var rows = ImmutableArray.CreateBuilder<PowerHeadroom>();
        foreach (var domain in cluster.Power.Domains)
        {
            if (domain.BudgetWatts is not { } budget) continue;
            var draw = cluster.Power.BeforeWatts(domain.Index, draws);
            rows.Add(new(
                domain.Kind.ToString().ToLowerInvariant(), domain.Name, budget, draw, budget - draw, cluster.Power.BeforeWatts(domain.Index, full)));
        }

        return rows.ToImmutable();
    }

    /// <summary>The tiers of a network, narrowest first.</summary>
    public static ImmutableArray<Tier> Tiers(ClusterTopology topology) =>
        [Tier.Node, Tier.NvLinkDomain, .. Enumerable.Range(0, topology.FabricTiers).Select(Tier.Fabric), Tier.Cluster];

    /// <summary>Node indices by domain of a tier.</summary>
    internal static IReadOnlyList<ImmutableArray<int>> Domains(ClusterTopology topology, Tier tier)
    {
        if (tier == Tier.NvLinkDomain) return [.. topology.NvLinkDomains.Select(d => d.Nodes)];
        if (tier.IsFabric) return [.. topology.Domains(tier.FabricIndex).Select(d => Enumerable.Range(d.FirstNode, d.NodeCount).ToImmutableArray())];
        var all = Enumerable.Range(0, topology.NodeNames.Length);
        return tier == Tier.Node ? [.. all.Select(n => ImmutableArray.Create(n))] : [[.. all]];
    }

    private static long Sum(FreeDevices devices, bool open) => devices.Free.Where((_, n) => devices.Open[n] == open).Sum();

    /// <summary>The largest gang inside one domain of a tier.</summary>
    internal static LargestGang Largest(ClusterSnapshot cluster, GangRoom room, Tier tier, PlacementPolicy policy)
    {
        var (bound, isExact) = room.MostOf(Domains(cluster.Topology, tier));
        // There is but one whole cluster, which no plan needs to name.
        if (isExact && tier == Tier.Cluster) return new(tier.Name, bound, (long)bound * room.Pod.Gpus, bound == 0 ? null : tier.Name, true);
        (int Pods, PlacementPlan? Plan) best = (0, null);
        var proved = true;
        for (int low = 1, high = bound, tried = bound; low <= high; tried = low + (high - low) / 2)
        {
            var result = Plan(tried);
            if (result.Plan is { } plan) (best, low) = ((tried, plan), tried + 1);
            else (high, proved) = (tried - 1, result.Outcome == PlacementOutcome.NoFit);
        }

        var domain = best.Plan is null ? null : NameOf(cluster.Topology, tier, best.Plan.Members[0].Node);
        return new(tier.Name, best.Pods, (long)best.Pods * room.Pod.Gpus, domain, proved);

        // A network without switch labels has one domain above the node: the cluster, which needs no rule.
        PlacementResult Plan(int members) => PlacementEngine.Plan(
            cluster, CapacityQuestion.Gang(room.Pod, members, "largest", tier == Tier.Cluster ? null : new TierTarget(tier)), policy);
    }

    private static string NameOf(ClusterTopology topology, Tier tier, int node) =>
        tier == Tier.Node ? topology.NodeNames[node]
        : tier == Tier.NvLinkDomain ? topology.NvLinkDomains[topology.NvLinkDomainOf(node)].Name
        : tier.IsFabric ? topology.Domains(tier.FabricIndex)[topology.DomainOf(node, tier.FabricIndex)].Path
        : tier.Name;
}
