using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Labels.Lint;

namespace TopoScheduler.Kubernetes.Tests.Labels.Lint;

/// <summary>
/// Rules on few nodes: each is found where it should be, with the fix it should have, and not where it should not. <c>tests/cases/doctor-faults</c> holds the
/// rest.
/// </summary>
public sealed class LabelDoctorTests
{
    private const string Own = "toposcheduler.io/";

    [Theory]
    [InlineData("b-side-alone", "pdu-b: p2", "X/pdu=<A-side PDU>")]
    [InlineData("b-side-doubled", "pdu: p1, X/pdu-b: p1", "X/pdu-b=<the other PDU>")]
    [InlineData("feed-on-dual-corded", "pdu: p1, X/pdu-b: p2, X/feed: A", "X/feed-")]
    [InlineData("cooling-without-rack", "cooling: air", "X/rack=<rack>")]
    [InlineData("budget-from-cooling", "rack: r1, X/cooling: air", "-l X/rack=r1 X/rack-power-budget-watts=<usable watts>")]
    [InlineData("budget-without-name", "row-power-budget-watts: \"9\"", "X/row=<row>")]
    [InlineData("wrong-value", "cooling: ice", "X/cooling=air --overwrite")]
    [InlineData("wrong-value", "powered: \"no\"", "X/powered=true --overwrite")]
    [InlineData("unknown-key", "spline: s1", "X/spline- X/spine=s1")]
    [InlineData("unknown-key", "owner: me", "X/owner-")]
    [InlineData("empty-value", "leaf: \"\"", "X/leaf-")]
    [InlineData("leaf-missing", "spine: s1", "nearest switch")]
    [InlineData("rack-two-parents", "rack: r1, X/pdu: p1", "-l X/rack=r1 X/pdu=p1")]
    [InlineData("row-two-parents", "row: w1, X/facility: f1", "-l X/row=w1 X/facility=f1")]
    public void Examine_OneOddNode_FindsItAndSaysTheFix(string rule, string labels, string fix)
    {
        var second = rule switch
        {
            "rack-two-parents" => Node("n2", "rack: r1, X/pdu: p2"),
            "row-two-parents" => Node("n2", "row: w1, X/facility: f2"),
            _ => "",
        };
        var findings = Examine(Node("n1", labels) + second);
        var finding = Assert.Single(findings, f => f.Rule == rule);
        Assert.Contains(fix.Replace("X/", Own, StringComparison.Ordinal), finding.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(findings, f => f.Rule == "input");
    }

    [Fact]
    public void Examine_NoNvLinkLabelOnRackScale_IsMissing()
    {
        var finding = Assert.Single(Examine(Node("t1", "leaf: l1, nvidia.com/gpu.product: NVIDIA-GB200, nvidia.com/gpu.count: \"4\"", "nvidia.com/gpu: \"4\"")), f => f.Rule == "nvlink-missing");
        Assert.Equal($"kubectl label node t1 {Own}nvlink-domain=<domain> --overwrite", finding.Fix);
    }

    [Fact]
    public void Examine_PodOnANodeSwitchedOff_IsToldWithItsFix() => Assert.Equal(
        $"kubectl label node n1 {Own}powered-", Assert.Single(Examine(Node("n1", "powered: \"false\"") + Pod("p", "n1")), f => f.Rule == "powered-off-in-use").Fix);

    [Fact]
    public void Examine_PodTwice_IsDuplicate() => Assert.Contains(Examine(Node("n1", "leaf: l1") + Pod("p", "n1") + Pod("p", "n1")), f => f.Rule == "duplicate-pod");

    [Fact]
    public void Examine_TwoParents_MinorityFollowsTheMajority()
    {
        var nodes = string.Concat(Enumerable.Range(1, 3).Select(i => Node($"n{i}", $"network: x, topology.nebius.com/tier-1: l1, topology.nebius.com/tier-2: {(i == 2 ? "s2" : "s1")}")));
        Assert.Equal("kubectl label node n2 topology.nebius.com/tier-2=s1 --overwrite", Assert.Single(Examine(nodes), f => f.Rule == "two-parents").Fix);
    }

    [Theory]
    [InlineData("leaf: l1, nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, nvidia.com/gpu.count: \"8\"", "nvidia.com/mig-1g.10gb: \"56\"")]
    [InlineData("leaf: l1, nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3-MIG-1g.10gb, nvidia.com/gpu.count: \"56\"", "nvidia.com/gpu: \"56\"")]
    [InlineData("leaf: l1, nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3-SHARED, nvidia.com/gpu.count: \"8\", nvidia.com/gpu.replicas: \"4\"", "nvidia.com/gpu: \"32\"")]
    public void Examine_SlicedOrSharedGpus_CountIsNotJudged(string labels, string resources) =>
        Assert.DoesNotContain(Examine(Node("n1", labels, resources)), f => f.Rule == "gpu-count");

    [Fact]
    public void Examine_ManyNodesAlike_AreOneFinding()
    {
        var findings = Examine(string.Concat(Enumerable.Range(0, 40).Select(i => Node($"n{i:D2}", "leaf: \"\""))));
        var finding = Assert.Single(findings, f => f.Rule == "empty-value");
        Assert.Equal(40, finding.Objects.Length);
        Assert.Contains("<and 24 more>", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Examine_RacksAlike_AreSelectedTogether()
    {
        var nodes = string.Concat(Enumerable.Range(1, 2).Select(i => Node($"n{i}", $"rack: r{i}, X/cooling: air, X/rack-power-budget-watts: \"30000\"")));
        Assert.Equal(
            $"kubectl label node -l '{Own}rack in (r1,r2)' {Own}rack-power-budget-watts=20000 --overwrite, or correct {Own}cooling",
            Assert.Single(Examine(nodes), f => f.Rule == "budget-above-cooling").Fix);
    }

    [Fact]
    public void Examine_Findings_AreWorstFirstAndDoNotDependOnOrder()
    {
        string[] parts = [Node("a", "rack: r1, X/rack-power-budget-watts: \"5\""), Node("b", "rack: r1, X/rack-power-budget-watts: 4kW"), Node("c", "leaf: \"\"")];
        var findings = Examine(string.Concat(parts));
        Assert.Equal(findings.Select(f => f.Severity).Order(), findings.Select(f => f.Severity));
        Assert.Equal(findings.Select(Text), Examine(string.Concat(parts.Reverse())).Select(Text));
    }

    [Fact]
    public void Examine_PlainCluster_SaysNothing() => Assert.Empty(Examine(Node("n1", "leaf: l1") + Node("n2", "leaf: l1") + Pod("p", "n1")));

    private static string Text(Finding finding) => $"{finding.Severity} {finding.Rule} {string.Join(',', finding.Objects)} {finding.Message} {finding.Fix}";

    private static ImmutableArray<Finding> Examine(string items)
    {
        var content = ClusterReader.ReadText("apiVersion: v1\nkind: List\nitems:\n" + items, "test.yaml");
        return LabelDoctor.Examine(ClusterSnapshot.Create(content.Nodes, content.Pods), content.Problems.Where(p => p.Severity != Severity.Info));
    }

    private static string Node(string name, string labels, string resources = "cpu: \"8\"") =>
        $"- {{apiVersion: v1, kind: Node, metadata: {{name: {name}, uid: {name}, labels: {{{Own}{labels.Replace("X/", Own, StringComparison.Ordinal)}}}}}, status: {{allocatable: {{pods: \"110\", {resources}}}}}}}\n";

    private static string Pod(string name, string node) =>
        $"- {{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: ml}}, spec: {{nodeName: {node}, priority: 0, containers: [{{name: c, resources: {{requests: {{cpu: \"1\"}}}}}}]}}}}\n";
}
