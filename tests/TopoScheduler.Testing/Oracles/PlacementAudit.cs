using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Testing.Oracles;

/// <summary>
/// Checks an answer of the engine against what was asked, from the objects alone: every member once, nothing over, every constraint kept, the
/// score as claimed, and every refusal explained. Knows nothing of how the answer was found.
/// </summary>
public static class PlacementAudit
{
    /// <summary>Everything wrong with an answer; empty when nothing is.</summary>
    public static IReadOnlyList<string> Faults(ClusterSnapshot cluster, Gang gang, PlacementResult result) => result.Outcome switch
    {
        PlacementOutcome.Placed or PlacementOutcome.PlacedCapped when result.Plan is null => ["placed without a plan"],
        PlacementOutcome.Placed or PlacementOutcome.PlacedCapped => PlanFaults(cluster, gang, result),
        _ when result.Plan is not null => [$"{result.Outcome} with a plan"],
        PlacementOutcome.NoFit => [.. NoFitFaults(cluster, result)],
        PlacementOutcome.Undecided => result.Search.Complete ? ["undecided, yet the search claims to be complete"] : [],
        PlacementOutcome.Invalid => result.Problems.Any(p => p.Severity == Core.Severity.Error) ? [] : ["invalid without an error problem"],
        _ => [$"unknown outcome {result.Outcome}"],
    };

    private static List<string> PlanFaults(ClusterSnapshot cluster, Gang gang, PlacementResult result)
    {
        var plan = result.Plan!;
        var faults = MemberFaults(cluster, gang, plan).ToList();
        if (faults.Count > 0) return faults;
        var byNode = plan.Members.GroupBy(m => m.Node).ToDictionary(g => g.Key, g => g.ToList());
        faults.AddRange(byNode.SelectMany(pair => NodeFaults(cluster, gang, pair.Key, pair.Value)));
        faults.AddRange(PowerFaults(cluster, gang, plan, byNode));
        faults.AddRange(NetworkFaults(cluster, gang, plan));
        faults.AddRange(ScoreFaults(cluster, gang, plan));
        if ((result.Outcome == PlacementOutcome.PlacedCapped) != plan.GpuCapWatts.HasValue) faults.Add("capped and outcome disagree");
        return faults;
    }

    private static IEnumerable<string> MemberFaults(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var roleOf = gang.Roles.SelectMany((role, r) => Enumerable.Repeat(r, role.Count)).ToArray();
        var firstRank = new int[gang.Size + 1];
        for (var m = 0; m < gang.Size; m++) firstRank[m + 1] = firstRank[m] + gang.Roles[roleOf[m]].Template.Gpus;
        if (plan.Members.Length < Math.Max(1, gang.MinMembers)) yield return $"{plan.Members.Length} members placed of at least {gang.MinMembers}";
        if (plan.Members.Select(m => m.Member).Distinct().Count() != plan.Members.Length) yield return "a member is placed twice";
        if (!plan.Members.Select(m => m.Member).SequenceEqual(plan.Members.Select(m => m.Member).Order())) yield return "members are not in member order";
        foreach (var m in plan.Members)
        {
            if (m.Member < 0 || m.Member >= gang.Size || m.Node < 0 || m.Node >= cluster.Nodes.Length)
            {
                yield return $"member {m.Member} on node {m.Node} does not exist";
                continue;
            }

            if (m.Role != roleOf[m.Member]) yield return $"member {m.Member} has role {m.Role}, expected {roleOf[m.Member]}";
            int? expected = gang.Roles[roleOf[m.Member]].Template.Gpus > 0 ? firstRank[m.Member] : null;
            var renumbered = plan.Members.Length < gang.Size;
            if (!renumbered && m.FirstRank != expected) yield return $"member {m.Member} has first rank {m.FirstRank}, expected {expected}";
        }
    }

    private static IEnumerable<string> NodeFaults(ClusterSnapshot cluster, Gang gang, int node, List<MemberPlacement> members)
    {
        var info = cluster.Nodes[node];
        if (info.Unschedulable || !info.Ready || !info.Power.Powered) yield return $"{info.Name} takes no member";
        var taken = members.Aggregate(cluster.UsedOf(node), (sum, m) => sum.Plus(gang.Roles[m.Role].Template.Requests));
        foreach (var (name, amount) in taken)
        {
            if (amount > info.Allocatable[name]) yield return $"{info.Name}: {name} {amount} of {info.Allocatable[name]}";
        }

        var pods = cluster.PodsOf(node).Length + members.Count;
        if (pods > info.Allocatable[ResourceList.Pods]) yield return $"{info.Name}: {pods} pods of {info.Allocatable[ResourceList.Pods]}";
        if (members.Count > 1 && members.Any(m => gang.Roles[m.Role].Template.AntiAffinity.Length > 0)) yield return $"{info.Name}: members that exclude each other";
    }

    private static IEnumerable<string> PowerFaults(
        ClusterSnapshot cluster, Gang gang, PlacementPlan plan, Dictionary<int, List<MemberPlacement>> byNode)
    {
        var draw = new long[cluster.Nodes.Length];
        for (var n = 0; n < draw.Length; n++)
        {
            var power = cluster.Nodes[n].Power;
            var watts = cluster.PodsOf(n).Sum(p => NaivePower.PodWatts(power, p.Template.Power));
            foreach (var m in byNode.GetValueOrDefault(n, []))
            {
                watts += NaivePower.PodWatts(power, gang.Roles[m.Role].Template.Power with { CapWatts = plan.GpuCapWatts });
            }

            draw[n] = NaivePower.NodeWatts(power, watts);
        }

        return new NaivePower(cluster.Nodes).Overdrawn(draw, byNode.Keys.ToHashSet());
    }

    private static IEnumerable<string> NetworkFaults(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        if (gang.Hints.Required is { } required && DomainsOf(cluster, required.Tier, plan.Members) > 1) yield return $"more than one {required} used";
        if (gang.Hints.SegmentSize <= 0) yield break;
        foreach (var segment in plan.Members.GroupBy(m => m.Member / gang.Hints.SegmentSize))
        {
            if (DomainsOf(cluster, gang.Hints.SegmentTier!.Tier, segment) > 1) yield return $"segment {segment.Key} is in more than one {gang.Hints.SegmentTier}";
        }
    }

    private static IEnumerable<string> ScoreFaults(ClusterSnapshot cluster, Gang gang, PlacementPlan plan)
    {
        var score = plan.Score;
        if (score.LeftOut != gang.Size - plan.Members.Length) yield return $"left out {score.LeftOut}, expected {gang.Size - plan.Members.Length}";
        var missed = gang.Hints.Preferred is { } preferred && DomainsOf(cluster, preferred.Tier, plan.Members) > 1;
        if (score.PreferredMissed != missed) yield return $"preferred tier missed: {score.PreferredMissed}, expected {missed}";
        var used = plan.Members.Select(m => m.Node).Distinct().Order().ToArray();
        if (!score.Nodes.SequenceEqual(used)) yield return $"nodes [{string.Join(' ', score.Nodes)}], expected [{string.Join(' ', used)}]";
        var expected = Partitions.Spread(cluster, used);
        var claimed = score.Tiers.Select(t => (t.Tier, t.Used, t.FreeBroken)).ToArray();
        if (!claimed.SequenceEqual(expected)) yield return $"part 5 [{string.Join(' ', claimed)}], expected [{string.Join(' ', expected)}]";
    }

    private static int DomainsOf(ClusterSnapshot cluster, Tier tier, IEnumerable<MemberPlacement> members)
    {
        var domainOf = Partitions.Of(cluster.Topology, tier);
        return members.Select(m => domainOf[m.Node]).Distinct().Count();
    }

    private static IEnumerable<string> NoFitFaults(ClusterSnapshot cluster, PlacementResult result)
    {
        if (!result.Search.Complete) yield return "no fit, yet the search is not complete";
        if (result.Reasons.IsEmpty) yield return "no fit without a reason";
        var removed = result.Reasons.Sum(r => r.RemovedNodes);
        if (removed > cluster.Nodes.Length) yield return $"reasons remove {removed} of {cluster.Nodes.Length} nodes";
        foreach (var reason in result.Reasons)
        {
            if (reason.RemovedNodes < 0) yield return $"{reason.Constraint} removes {reason.RemovedNodes} nodes";
            if (string.IsNullOrWhiteSpace(reason.Message)) yield return $"{reason.Constraint} has no message";
        }
    }
}
