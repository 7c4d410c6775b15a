using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>PowerDomain objects in cluster files.</summary>
public sealed class PowerDomainFileTests
{
    private const string Node = "{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {toposcheduler.io/rack: r7}}, status: {allocatable: {cpu: 4, pods: 9}}}\n";

    [Fact]
    public void Read_PowerDomain_GivesTheRackItsBudget()
    {
        var content = Read(Node, Domain("r7", "{kind: rack, budgetWatts: 40000, derate: 0.8, baseWatts: 500}"));

        Assert.DoesNotContain(content.Problems, p => p.Severity != Severity.Info);
        var rack = Assert.Single(ClusterSnapshot.Create(content.Nodes, content.Pods, content.PowerDomains).Power.Domains);
        Assert.Equal(("rack/r7", 32_000L, 500L), (rack.Id, rack.BudgetWatts!.Value, rack.BaseWatts));
    }

    [Fact]
    public void Read_WrongValue_IsToldOnceWithItsLineByTheSnapshot()
    {
        var content = Read(Node, "apiVersion: toposcheduler.io/v1alpha1\nkind: PowerDomain\nmetadata: {name: r7}\nspec:\n  kind: rack\n  budgetWatts: 90kW\n");

        Assert.DoesNotContain(content.Problems, p => p.Severity == Severity.Error);
        var errors = ClusterSnapshot.Create(content.Nodes, content.Pods, content.PowerDomains).Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Object}: {p.Message}");
        Assert.Contains("powerdomain/r7: spec.budgetWatts: \"90kW\", expected whole watts between 1 and 1000000000, for example 40000; nothing more is admitted to the domain until it can be read (line 8).", errors);
    }

    [Fact]
    public void Read_NoKind_IsAnErrorOfTheFile()
    {
        var content = Read(Node, Domain("r7", "{budgetWatts: 5}"));

        Assert.Empty(content.PowerDomains);
        Assert.StartsWith("spec.kind: nothing", Assert.Single(content.Problems, p => p.Object == "powerdomain/r7").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameObjectTwice_CountsOnceAndTwoVersionsBothCount()
    {
        var same = Domain("r7", "{kind: rack, budgetWatts: 40000}");
        Assert.Single(Read(Node, same, same).PowerDomains);

        var content = Read(Node, same, Domain("r7", "{kind: rack, budgetWatts: 30000}"));
        Assert.Equal(["powerdomain/r7", "powerdomain/r7#2"], content.PowerDomains.Select(d => d.Source));
        Assert.Equal(30_000, Assert.Single(ClusterSnapshot.Create(content.Nodes, content.Pods, content.PowerDomains).Power.Domains).BudgetWatts);
    }

    [Fact]
    public void Read_PowerDomainOfAnotherGroup_IsNoneOfOurs() =>
        Assert.Empty(Read(Node, "{apiVersion: example.com/v1, kind: PowerDomain, metadata: {name: r7}, spec: {kind: rack, budgetWatts: 5}}\n").PowerDomains);

    [Fact]
    public void Read_ListAsKubectlPrintsIt_HoldsNodesAndPowerDomains()
    {
        const string list = """
            {"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"status":{"allocatable":{"cpu":"4"}}},
            {"apiVersion":"toposcheduler.io/v1alpha1","kind":"PowerDomain","metadata":{"name":"f","uid":"u","resourceVersion":"7"},"spec":{"kind":"facility","derate":0.8,"budgetWatts":1000,
             "schedule":[{"name":"w","budgetWatts":0,"days":["Mon"],"from":"08:00","to":"10:00"}]},"status":{"committedWatts":7}}]}
            """;

        var spec = Assert.Single(ClusterReader.ReadText(list, "cluster.json").PowerDomains);

        Assert.Empty(spec.Problems);
        Assert.Equal(("facility/f", 0.8m), (spec.Id.ToString(), spec.Derate));
    }

    private static string Domain(string name, string spec) => $"{{apiVersion: toposcheduler.io/v1alpha1, kind: PowerDomain, metadata: {{name: {name}}}, spec: {spec}}}\n";

    private static ClusterContent Read(params string[] documents) => ClusterReader.ReadText(string.Join("---\n", documents), "cluster.yaml");
}
