using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>Asks the engine how much room there is. Pure and deterministic, like the engine.</summary>
/// <remarks>
/// The largest gang of a tier is found by bisection: pods are alike, so what holds a gang holds every smaller one. The first size tried is the bound by
/// devices alone, which is the answer wherever watts are no matter. Slots are counted as they would fill: plan one gang, put its pods on their nodes,
/// plan the next.
/// </remarks>
public static class CapacityReporter
{
    /// <summary>Reports on pods of one kind.</summary>
    public static CapacityReport Report(ClusterSnapshot cluster, CapacityQuestion question, PlacementPolicy policy)
    {
        var pod = question.Pod(cluster);
        var devices = FreeDevices.Of(cluster, question);
        var tiers = Tiers(cluster.Topology);
        var largest = tiers.Select(t => Largest(cluster, new(pod, devices), t, policy)).ToImmutableArray();
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
            Slots = [.. question.SlotSizes.Select(size => Slots(cluster, question, size, policy))],
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

    private static LargestGang Largest(ClusterSnapshot cluster, Room room, Tier tier, PlacementPolicy policy)
    {
        var bound = (int)Math.Min(
            Domains(cluster.Topology, tier).Select(nodes => nodes.Sum(n => (long)room.Devices.Slots[n])).DefaultIfEmpty(0).Max(), int.MaxValue / 2);
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

    private static GangSlots Slots(ClusterSnapshot cluster, CapacityQuestion question, int size, PlacementPolicy policy)
    {
        var members = (size + question.PerPod - 1) / question.PerPod;
        var pod = question.Pod(cluster);
        var byTier = new SortedDictionary<Tier, int>();
        var count = 0;
        while (count < question.MostPlans)
        {
            var gang = CapacityQuestion.Gang(pod, members, string.Create(CultureInfo.InvariantCulture, $"slot-{size}-{count}"), null);
            var result = PlacementEngine.Plan(cluster, gang, policy);
            if (result.Plan is not { } plan) return Finish(result.Outcome == PlacementOutcome.NoFit);
            var (tier, _) = PlacementDescription.Narrowest(cluster, plan);
            byTier[tier] = byTier.GetValueOrDefault(tier) + 1;
            count++;
            cluster = cluster.Plus(plan.Members.Select(m => new PodInfo(
                $"{gang.Key.Name}-{m.Member}", "", cluster.Nodes[m.Node].Name, pod, Gang: gang.Key)));
        }

        return Finish(false);

        GangSlots Finish(bool proved) => new(size, members, count, proved, [.. byTier.Select(t => new SlotsOfTier(t.Key.Name, t.Value))]);
    }

    /// <summary>What the bisection of every tier shares.</summary>
    private sealed record Room(PodTemplate Pod, FreeDevices Devices);
}
