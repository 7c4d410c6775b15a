using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>What became of the wish to hold capacity for a gang.</summary>
/// <param name="Reservation">Its holds; null when nothing is held.</param>
/// <param name="Refusal">Why there is no plan; null when it was overtaken by others and should ask again.</param>
public sealed record GangPlanAnswer(Reservation? Reservation, PlacementResult? Refusal);

/// <summary>
/// Plans gangs on the live state and holds what was planned.
/// <para>(1) Holds that stand and are still good are kept: a member hears the same node every time it asks. (2) A gang of which nobody is bound is
/// planned whole. (3) Once a member is bound it pins the rest: those without a node are planned beside it, in the narrowest tier that has room for them,
/// never outside the required one. Planning takes milliseconds and runs outside the lock of the state; a plan that was overtaken is made again.</para>
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="policy">The policy.</param>
public sealed class GangPlanner(ClusterState state, PlacementPolicy policy)
{
    private const int Attempts = 3;

    /// <summary>Holds capacity for a gang, or for what is missing of it.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="member">The member that asks; it gets a node even where not all that are missing do.</param>
    /// <param name="expiresAt">When the holds lapse without progress.</param>
    public GangPlanAnswer Reserve(Gang gang, int member, DateTimeOffset expiresAt) => Reserve(gang, member, static (members, asking) => members.MissingSets(asking), expiresAt);

    /// <summary>Holds capacity for some members of a gang beside the others: for all of them, or where that fails for the first alone.</summary>
    /// <param name="gang">The gang; members of it are bound or held.</param>
    /// <param name="rest">The members, none of them bound or held; at least one.</param>
    /// <param name="expiresAt">When the holds lapse without progress.</param>
    public GangPlanAnswer ReserveRest(Gang gang, IReadOnlyList<int> rest, DateTimeOffset expiresAt)
    {
        int[] all = [.. rest.Order()];
        return Reserve(gang, all[0], (_, first) => all.Length == 1 ? [all] : [all, [first]], expiresAt);
    }

    private GangPlanAnswer Reserve(Gang gang, int member, Func<GangMembers, int, IEnumerable<int[]>> sets, DateTimeOffset expiresAt)
    {
        PlacementResult? refusal = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var standing = Standing(gang);
            // Only now: what was given up must not stand in the way of the plan.
            var cluster = state.Current;
            if (standing?.HoldOf(member) is not null)
            {
                state.Renew(gang.Key, expiresAt);
                return new(standing, null);
            }

            var members = new GangMembers(gang, state.BoundMembers(gang.Key), standing);
            (var holds, var cap, refusal) = members.AnyPlaced ? PlanRest(cluster, members, sets(members, member)) : PlanWhole(cluster, gang);
            if (holds.IsEmpty) return new(null, refusal);
            var reservation = new Reservation(gang, [.. members.Held.AddRange(holds).OrderBy(h => h.Member)], cap ?? standing?.GpuCapWatts, expiresAt);
            if (state.TryReserve(cluster, standing, reservation) == CommitRefusal.None) return new(reservation, null);
        }

        return new(null, null);
    }

    /// <summary>The holds of a whole plan, not reserved yet.</summary>
    /// <param name="cluster">The snapshot it was planned on.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="expiresAt">When the holds lapse without progress.</param>
    public static Reservation ReservationOf(ClusterSnapshot cluster, Gang gang, PlacementPlan plan, DateTimeOffset expiresAt) =>
        new(gang, HoldsOf(cluster, gang, plan, static m => m), plan.GpuCapWatts, expiresAt);

    /// <summary>A planned hold on a node that was chosen before: for promises that outlive the process that made them.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="member">Member index.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="gpuCapWatts">Power cap of the gang's GPUs, or null.</param>
    public static Hold HoldOf(Gang gang, int member, string node, int? gpuCapWatts)
    {
        var roles = new GangRoles(gang);
        return HoldOf(gang, member, roles.NameOf(member), node, UnderCap(roles.Of(member).Template, gpuCapWatts));
    }

    // Holds whose node or budget has changed for the worse are given up, all of them while nobody is under way to being bound.
    private Reservation? Standing(Gang gang)
    {
        if (state.ReservationOf(gang.Key) is not { } reservation) return null;
        var cluster = state.Current.Over(gang.Hints.ExpectedDuration);
        var bad = reservation.Holds.Where(h => h.Phase == HoldPhase.Planned && CommitCheck.JudgeHeld(cluster, h.Pod) != CommitRefusal.None).Select(h => h.Member).ToHashSet();
        if (bad.Count == 0) return reservation;
        var pinned = reservation.Holds.Any(h => h.Phase == HoldPhase.Assumed) || !state.BoundMembers(gang.Key).IsEmpty;
        return state.GiveUp(gang.Key, h => !pinned || bad.Contains(h.Member));
    }

    private (ImmutableArray<Hold> Holds, int? Cap, PlacementResult? Refusal) PlanWhole(ClusterSnapshot cluster, Gang gang)
    {
        var result = PlacementEngine.Plan(cluster, gang, policy);
        return result.Plan is { } plan ? (HoldsOf(cluster, gang, plan, static m => m), plan.GpuCapWatts, null) : ([], null, result);
    }

    private (ImmutableArray<Hold> Holds, int? Cap, PlacementResult? Refusal) PlanRest(ClusterSnapshot cluster, GangMembers members, IEnumerable<int[]> sets)
    {
        PlacementResult? refusal = null;
        foreach (var missing in sets)
        {
            var rest = members.GangOf(missing);
            foreach (var scope in GangScope.Beside(cluster, members.Gang.Hints.Required, members.Anchors(cluster)))
            {
                var result = PlacementEngine.Plan(cluster, rest, policy, scope);
                refusal = result;
                if (result.Plan is { } plan) return (HoldsOf(cluster, members.Gang, plan, m => missing[m]), plan.GpuCapWatts, null);
            }
        }

        return ([], null, refusal);
    }

    /// <summary>What the members of a plan take of its nodes, as holds.</summary>
    internal static ImmutableArray<Hold> HoldsOf(ClusterSnapshot cluster, Gang gang, PlacementPlan plan, Func<int, int> memberOf)
    {
        var roles = new GangRoles(gang);
        // All members of a role share one template, so that kinds of pods can be told apart by reference.
        var templates = gang.Roles.Select(r => UnderCap(r.Template, plan.GpuCapWatts)).ToArray();
        return [.. plan.Members.Select(m =>
        {
            var member = memberOf(m.Member);
            return HoldOf(gang, member, roles.NameOf(member), cluster.Nodes[m.Node].Name, templates[roles.IndexOf(member)]);
        })];
    }

    private static Hold HoldOf(Gang gang, int member, string name, string node, PodTemplate template)
    {
        var pod = new PodInfo(name, "", node, template, gang.Priority, Gang: gang.Key, Member: member) { LowestCapWatts = gang.Hints.GpuWattsMin };
        return new(gang.Key, member, pod, HoldPhase.Planned);
    }

    private static PodTemplate UnderCap(PodTemplate template, int? capWatts) =>
        capWatts is { } cap ? template with { Power = template.Power with { CapWatts = cap } } : template;
}
