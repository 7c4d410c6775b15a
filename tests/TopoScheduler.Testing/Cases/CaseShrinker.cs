using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Testing.Cases;

/// <summary>Makes a case that shows a fault smaller while it still shows it: fewer nodes, fewer pods, fewer members, fewer hints, fewer labels.</summary>
public static class CaseShrinker
{
    /// <summary>A smallest case found that is still wrong.</summary>
    public static PlacementCase Shrink(PlacementCase wrong, Func<PlacementCase, bool> isWrong)
    {
        for (var smaller = true; smaller;)
        {
            smaller = false;
            foreach (var candidate in Candidates(wrong))
            {
                if (!IsWrong(candidate, isWrong)) continue;
                wrong = candidate;
                smaller = true;
                break;
            }
        }

        return wrong;
    }

    private static bool IsWrong(PlacementCase candidate, Func<PlacementCase, bool> isWrong) =>
        candidate.Nodes.Length > 0 && candidate.Gang.Roles.All(r => r.Count > 0) && isWrong(candidate);

    private static IEnumerable<PlacementCase> Candidates(PlacementCase c)
    {
        foreach (var node in c.Nodes)
        {
            var watts = NaivePower.NodeWatts(node.Power, c.Pods.Where(p => p.NodeName == node.Name).Sum(p => NaivePower.PodWatts(node.Power, p.Template.Power)));
            var rest = c.Nodes.Remove(node);
            yield return Make(c, rest, c.Gang, p => p.NodeName != node.Name);
            yield return Make(c, [.. rest.Select(n => Lowered(n, node.PowerLocation, watts))], c.Gang, p => p.NodeName != node.Name);
        }

        foreach (var pod in c.Pods) yield return Make(c, c.Nodes, c.Gang, p => p != pod);
        for (var r = 0; r < c.Gang.Roles.Length; r++)
        {
            var role = c.Gang.Roles[r];
            if (role.Count > 1) yield return WithGang(c, c.Gang with { Roles = c.Gang.Roles.SetItem(r, role with { Count = role.Count - 1, PodNames = [] }) });
            if (c.Gang.Roles.Length > 1) yield return WithGang(c, c.Gang with { Roles = c.Gang.Roles.RemoveAt(r) });
        }

        foreach (var hints in FewerHints(c.Gang.Hints)) yield return WithGang(c, c.Gang with { Hints = hints });
        for (var n = 0; n < c.Nodes.Length; n++)
        {
            var at = c.Nodes[n].PowerLocation;
            if (at != PowerLocation.None)
            {
                yield return Make(c, c.Nodes.SetItem(n, c.Nodes[n] with { PowerLocation = PowerLocation.None }), c.Gang, _ => true);
            }
        }
    }

    private static IEnumerable<GangHints> FewerHints(GangHints hints)
    {
        if (hints.Required is not null) yield return hints with { Required = null };
        if (hints.Preferred is not null) yield return hints with { Preferred = null };
        if (hints.SegmentSize > 0) yield return hints with { SegmentSize = 0, SegmentTier = null };
        if (!hints.Parallelism.IsEmpty) yield return hints with { Parallelism = [] };
    }

    /// <summary>A node whose budgets, where shared with one that was taken out, are lower by what that one drew.</summary>
    private static NodeInfo Lowered(NodeInfo node, PowerLocation gone, long watts)
    {
        var at = node.PowerLocation;
        return node with
        {
            PowerLocation = at with
            {
                RackBudgetWatts = at.Rack is not null && at.Rack == gone.Rack ? at.RackBudgetWatts - watts : at.RackBudgetWatts,
                PduBudgetWatts = at.Pdu is not null && (at.Pdu == gone.Pdu || at.Pdu == gone.PduB) ? at.PduBudgetWatts - watts : at.PduBudgetWatts,
                PduBBudgetWatts = at.PduB is not null && (at.PduB == gone.Pdu || at.PduB == gone.PduB) ? at.PduBBudgetWatts - watts : at.PduBBudgetWatts,
                RowBudgetWatts = at.Row is not null && at.Row == gone.Row ? at.RowBudgetWatts - watts : at.RowBudgetWatts,
            },
        };
    }

    private static PlacementCase WithGang(PlacementCase c, Gang gang)
    {
        var allMustGo = c.Gang.MinMembers == c.Gang.Size;
        return Make(c, c.Nodes, gang with { MinMembers = allMustGo ? gang.Size : Math.Min(gang.MinMembers, gang.Size) }, _ => true);
    }

    private static PlacementCase Make(PlacementCase c, ImmutableArray<NodeInfo> nodes, Gang gang, Func<PodInfo, bool> keep) =>
        new(c.Seed, nodes, [.. c.Pods.Where(keep)], gang, c.Proved && gang.Hints.SegmentSize == 0 && gang.Roles.Length == 1);
}
