using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>Who is on a node, what is left of it and of the watts above it, and which waiting gangs could not use it.</summary>
internal static class NodeExplainer
{
    private const int MostWaiting = 20;

    /// <summary>The explanation; the node must be in the cluster.</summary>
    public static Explanation Explain(ExplainQuestion question)
    {
        var cluster = question.Cluster;
        var n = cluster.IndexOf(question.Subject.Name);
        var info = cluster.Nodes[n];
        var node = new ExplanationNode
        {
            Path = cluster.Topology.PathOf(n),
            NvlinkDomain = cluster.Topology.NvLinkDomains[cluster.Topology.NvLinkDomainOf(n)].Name,
            ClosedBy = ClosedBy(info),
            Devices = Devices(cluster, n),
            DrawWatts = cluster.DrawOf(n),
            MaxWatts = info.Power.MaxWatts,
            Power = PowerOf(cluster, n),
            Pods = Pods(cluster, n),
            Waiting = [.. InOrder(question).Take(MostWaiting).Select(w => Candidate(question, w, n))],
        };
        var open = CapacityQuestion.IsOpen(info);
        return new()
        {
            Subject = question.Subject,
            State = open ? ExplanationState.Open : ExplanationState.Closed,
            Cause = CauseOf(cluster, n, open),
            Summary = ExplainText.OfNode(info.Name, node, open),
            Node = node,
            Problems = info.Problems,
        };
    }

    private static ExplanationCause CauseOf(ClusterSnapshot cluster, int n, bool open)
    {
        if (!open) return new(ExplanationCauseKind.Constraint, cluster.Nodes[n] is { Ready: true, Unschedulable: false, Power.Powered: true } ? FitConstraint.Taints : FitConstraint.Readiness);
        foreach (var share in cluster.Power.SharesOf(n))
        {
            if (cluster.HeadroomOf(share.Constraint) >= 0) continue;
            return new(ExplanationCauseKind.Constraint, FitConstraint.Power, cluster.Power.Domains[cluster.Power.Constraints[share.Constraint].Domain].Id);
        }

        return new(ExplanationCauseKind.None);
    }

    private static ImmutableArray<string> ClosedBy(NodeInfo node)
    {
        var by = ImmutableArray.CreateBuilder<string>();
        if (!node.Ready) by.Add("not Ready");
        if (node.Unschedulable) by.Add("cordoned");
        if (!node.Power.Powered) by.Add("switched off");
        by.AddRange(node.Taints.Where(t => t.Effect is "NoSchedule" or "NoExecute").Select(t => $"taint {t.Key}{(string.IsNullOrEmpty(t.Value) ? "" : "=" + t.Value)}:{t.Effect}"));
        return by.ToImmutable();
    }

    private static ImmutableArray<ExplanationDevices> Devices(ClusterSnapshot cluster, int n)
    {
        var used = cluster.UsedOf(n);
        return [.. cluster.Nodes[n].Allocatable.Where(a => a.Key.Contains('/', StringComparison.Ordinal) && a.Value > 0).Select(a => new ExplanationDevices(a.Key, (int)Math.Min(a.Value, int.MaxValue), (int)Math.Clamp(a.Value - used[a.Key], 0, int.MaxValue)))];
    }

    private static ImmutableArray<PowerHeadroom> PowerOf(ClusterSnapshot cluster, int n)
    {
        var above = cluster.Power.Domains.Where(d => d.Nodes.BinarySearch(n) >= 0).Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        return [.. CapacityReporter.Headroom(cluster).Where(h => above.Contains($"{h.Kind}/{h.Name}"))];
    }

    private static ImmutableArray<ExplanationPod> Pods(ClusterSnapshot cluster, int n) =>
    [
        .. cluster.PodsOf(n).OrderByDescending(p => p.Template.Gpus).ThenBy(p => p.Id, StringComparer.Ordinal)
            .Select(p => new ExplanationPod(p.Id, p.Gang?.Id, p.Template.Gpus, p.Priority, p.Terminating)),
    ];

    private static IEnumerable<WaitingGang> InOrder(ExplainQuestion question) => question.Facts.Waiting
        .Where(w => w.Gang is { Roles.IsEmpty: false, Size: > 0 })
        .OrderByDescending(w => w.Gang.Priority).ThenBy(w => w.Since).ThenBy(w => w.Gang.Key.Id, StringComparer.Ordinal);

    private static ExplanationCandidate Candidate(ExplainQuestion question, WaitingGang waiting, int n)
    {
        var gang = waiting.Gang;
        var problem = PlacementProblem.Compile(question.Cluster.Over(gang.Hints.ExpectedDuration), gang, question.Policy);
        problem.Configure(gang.LeastMembers, null);
        var verdicts = new NodeVerdicts(problem);
        if (verdicts.Of(n) is { } constraint) return new(gang.Key.Id, 0, constraint, verdicts.DetailOf(n, constraint));
        var members = problem.Kinds.Max(k => k.Slots[n]);
        return new(gang.Key.Id, members, null, $"could take {members} of {ReportText.Count(gang.LeastMembers, "member")}");
    }
}
