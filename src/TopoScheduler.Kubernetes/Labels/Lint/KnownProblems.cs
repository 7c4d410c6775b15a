using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>
/// The problems that reading a cluster reports, told by a fragment of their message, with the rule they fall under and the fix. A message nobody
/// knows falls under <see cref="OtherRule"/>.
/// </summary>
internal static class KnownProblems
{
    /// <summary>Rule of a problem without an entry here.</summary>
    public const string OtherRule = "input";

    /// <summary>Part of the message about a product without figures.</summary>
    public const string WattsUnknown = "watts are not known";

    private static readonly ImmutableArray<Known> Table =
    [
        new("is labelled under more than one", "two-parents", SwitchFixes.TwoParents),
        new(" label between ", "tier-gap", SwitchFixes.Gap),
        new(": unknown key, ignored", "unknown-key", ValueFixes.UnknownKey),
        new("has more wrong labels under", "unknown-key", (_, _) => $"kubectl get node {Commands.Nodes} --show-labels; correct or remove the keys that are told"),
        new("no label value Kubernetes would store", "not-a-label-value", (_, problem) => Commands.Set(ValueFixes.KeyOf(problem), "<short name>")),
        new("more gaps of this kind", "tier-gap", (_, _) => "label the nodes without a middle tier as the warnings above show"),
        new("profiles are mixed", "mixed-profiles", (_, _) =>
            $"let one source label every node, or name the switches by ours: kubectl label node <node> {LabelProfiles.Prefix}leaf=<leaf> {LabelProfiles.Prefix}spine=<spine>"),
        new("carries network labels of two profiles", "two-profiles", (_, _) => "remove the keys of the profile that is not used, or leave it if both agree"),
        new("named no switch narrower than", "leaf-missing", (_, _) => $"kubectl label node <node> {LabelProfiles.Prefix}leaf=<leaf>, or have the labelling tool name the nearest switch"),
        new("without any switch label", "no-switch-labels", (_, _) => SwitchFixes.Label),
        new("switch tiers labelled, expected at most", "too-many-tiers", (_, _) => "remove the labels of the widest tiers"),
        new("leaves: ", "nvlink-over-leaves", (_, _) => "nothing to do if the domain really hangs on several leaves; else correct the leaf labels of its nodes"),
        new("more NVLink domains span several leaves", "nvlink-over-leaves", (_, _) => "nothing to do if they really hang on several leaves"),
        new("NVLink of ", "nvlink-label-ignored", (_, _) => Commands.Remove(LabelProfiles.Prefix + "nvlink-domain")),
        new("nodes have this name", "duplicate-node", (_, _) => "keep the node that exists (compare metadata.uid with kubectl get node <name> -o yaml) and take the stale one out of the file"),
        new("which is not in the input", "pod-on-unknown-node", (_, _) => "export nodes and pods at the same moment: kubectl get nodes,pods -A -o yaml; a pod of a deleted node goes with kubectl delete pod --force"),
        new("is in the input more than once", "duplicate-pod", (_, _) => "take the second copy out of the file"),
        new("is labelled below", "", PowerFixes.TwoParents),
        new("has no budget that can be read", "budget-unreadable", PowerFixes.NoBudget),
        new("has several budgets", "budget-conflict", PowerFixes.SeveralBudgets),
        new("has several cooling classes", "cooling-conflict", PowerFixes.SeveralCoolingClasses),
        new("states no budget; the upper bound", "budget-from-cooling", PowerFixes.NoBudget),
        new("its cooling class ", "budget-above-cooling", PowerFixes.AboveCooling),
        new("name; the budget is ignored", "budget-without-name", PowerFixes.Homeless),
        new("names no rack it applies to", "cooling-without-rack", (_, _) => Commands.Set(PowerLabels.Rack, "<rack>")),
        new("names a B-side PDU", "b-side-alone", (_, _) => Commands.Set(PowerLabels.Pdu, "<A-side PDU>")),
        new("and as its B-side PDU", "b-side-doubled", (_, _) => Commands.Set(PowerLabels.PduB, "<the other PDU>")),
        new("but also states feed", "feed-on-dual-corded", (_, _) => Commands.Remove(PowerLabels.Feed)),
        new(WattsUnknown, "watts-unknown", (_, _) => $"kubectl label node {Commands.Nodes} {PowerLabels.NodeMaxWatts}=<nameplate watts> {PowerLabels.NodeIdleWatts}=<idle watts>"),
        new("states no watts; they are derived", "watts-derived", (_, _) => $"kubectl label node {Commands.Nodes} {PowerLabels.NodeMaxWatts}=<nameplate watts> {PowerLabels.NodeIdleWatts}=<idle watts>"),
        new("holds no pods", "no-pods", (_, _) => "kubectl get nodes,pods -A -o yaml > cluster.yaml"),
    ];

    /// <summary>Adds the finding of one problem.</summary>
    public static void Add(ClusterSnapshot cluster, Problem problem, FindingList findings)
    {
        if (problem.Message.StartsWith("label ", StringComparison.Ordinal) && problem.Message.Contains("\": expected ", StringComparison.Ordinal))
        {
            findings.Add(problem.Severity, "wrong-value", problem.Object, problem.Message, ValueFixes.WrongValue(problem));
            return;
        }

        if (Table.FirstOrDefault(k => problem.Message.Contains(k.Fragment, StringComparison.Ordinal)) is not { } known)
        {
            findings.Add(problem.Severity, OtherRule, problem.Object, problem.Message, "correct the object as the message says and read the cluster again");
            return;
        }

        var rule = known.Rule.Length > 0 ? known.Rule : $"{problem.Object.Split('/')[0]}-two-parents";
        findings.Add(problem.Severity, rule, problem.Object, problem.Message, known.Fix(cluster, problem));
    }

    private sealed record Known(string Fragment, string Rule, Func<ClusterSnapshot, Problem, string> Fix);
}
