using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>Where a gang runs or would go, what that costs, why there, and whether there is something better now.</summary>
internal static class PlaceExplainer
{
    /// <summary>A place that was planned just now: two plans more.</summary>
    public static ExplanationPlace Planned(ClusterSnapshot cluster, Gang gang, PlacementPlan plan, PlacementPolicy policy)
    {
        var question = new WhatIf(cluster, gang, policy);
        return Describe(question, plan, policy) with { Chosen = Clause(RunnerUp.Explain(question, plan, policy)) };
    }

    /// <summary>The place of members that have their nodes: two plans. Null when none of these nodes is in the cluster.</summary>
    public static ExplanationPlace? Standing(ClusterSnapshot cluster, Gang gang, ImmutableSortedDictionary<int, string> placed, PlacementPolicy policy)
    {
        var members = Members(cluster, gang, placed);
        if (members.IsEmpty) return null;
        var without = cluster.WithPods(p => !IsMember(p, gang));
        var question = new WhatIf(without, gang, policy);
        var plan = new PlacementPlan(members, null, 1, new());
        var place = Describe(question, plan, policy);
        return members.Length < gang.Size ? place : place with { Better = Better(question, plan, place, policy) };
    }

    /// <summary>True for a pod of a gang, or the pod that is one by itself.</summary>
    public static bool IsMember(PodInfo pod, Gang gang) =>
        pod.Gang is { } key ? key == gang.Key : gang.Key.Kind == "Pod" && pod.Template.Namespace == gang.Key.Namespace && pod.Name == gang.Key.Name;

    private static ExplanationPlace Describe(WhatIf question, PlacementPlan plan, PlacementPolicy policy) => new(
        PlacementDescription.Of(question.Cluster, question.Gang, plan),
        EstimateDescription.Of(question, plan, EstimateDescription.Estimator(question.Cluster, question.Gang, policy)),
        PowerDescription.Of(question.Cluster, question.Gang, plan));

    private static ImmutableArray<MemberPlacement> Members(ClusterSnapshot cluster, Gang gang, ImmutableSortedDictionary<int, string> placed)
    {
        var members = ImmutableArray.CreateBuilder<MemberPlacement>();
        var (rank, first) = (0, 0);
        for (var r = 0; r < gang.Roles.Length; r++)
        {
            for (var i = 0; i < gang.Roles[r].Count; i++)
            {
                if (!placed.TryGetValue(first + i, out var node) || cluster.IndexOf(node) is not (>= 0 and var n)) continue;
                var gpus = gang.Roles[r].Template.Gpus;
                members.Add(new(first + i, r, n, gpus > 0 ? rank : null));
                rank += gpus;
            }

            first += gang.Roles[r].Count;
        }

        return members.ToImmutable();
    }

    private static BetterPlace? Better(WhatIf question, PlacementPlan plan, ExplanationPlace place, PlacementPolicy policy)
    {
        if (question.Plan(question.Cluster).Plan is not { } other || other.Members.Length < plan.Members.Length) return null;
        var ms = EstimateDescription.Estimator(question.Cluster, question.Gang, policy).Estimate(PlacementDescription.NodeOfRank(question.Gang, other)).CommunicationMs;
        var (tier, path) = PlacementDescription.Narrowest(question.Cluster, other);
        // As fast in a narrower tier is better, too: fewer switches are in its way.
        var narrower = tier < PlacementDescription.Narrowest(question.Cluster, plan).Tier;
        if (ms > place.Estimate.CommunicationMs || (ms.Equals(place.Estimate.CommunicationMs) && !narrower)) return null;
        var nodeOf = plan.Members.ToDictionary(m => m.Member, m => m.Node);
        return new(tier.Name, path, ms, other.Members.Count(m => nodeOf.GetValueOrDefault(m.Member, -1) != m.Node));
    }

    // "chosen: leaf a over leaf b: ..." is said of the place itself.
    private static string? Clause(Problem? chosen) => chosen?.Message["chosen: ".Length..];
}
