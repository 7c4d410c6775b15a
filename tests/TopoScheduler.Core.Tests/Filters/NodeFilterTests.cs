using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Filters that look at the node alone: readiness, taints, selectors, names, volumes, watts.</summary>
public sealed class NodeFilterTests
{
    private const string Cordon = "node.kubernetes.io/unschedulable";

    [Fact]
    public void Evaluate_EmptyCluster_GivesEmptyTable()
    {
        var table = new FilterScene().Judge(Member());

        Assert.Empty(table.Removed[0]);
        Assert.Empty(table.Slots[0]);
        Assert.Empty(table.Free);
        Assert.Equal(["pods"], table.Dimensions.AsEnumerable());
    }

    [Fact]
    public void Readiness_NotReadyCordonedOrOff_RemovesNode()
    {
        var scene = new FilterScene()
            .Node("a")
            .Node("b", change: n => n with { Ready = false })
            .Node("c", change: n => n with { Unschedulable = true })
            .Node("d", change: n => n with { Power = n.Power with { Powered = false } });

        Assert.Equal("a: -, b: Readiness, c: Readiness, d: Readiness", scene.RemovedFor(Member()));
    }

    [Theory]
    [InlineData(Cordon, true, null, "NoSchedule", "-")]
    [InlineData(Cordon, true, null, null, "-")]
    [InlineData(Cordon, false, "", "NoSchedule", "-")]
    [InlineData(Cordon, false, null, null, "-")]
    [InlineData(null, true, null, null, "-")]
    [InlineData(Cordon, false, "true", "NoSchedule", "Readiness")]
    [InlineData(Cordon, true, null, "NoExecute", "Readiness")]
    [InlineData("node.kubernetes.io/not-ready", true, null, null, "Readiness")]
    public void Readiness_Cordoned_IsToleratedAsItsTaint(string? key, bool exists, string? value, string? effect, string expected)
    {
        var scene = new FilterScene().Node("a", change: n => n with { Unschedulable = true });

        Assert.Equal($"a: {expected}", scene.RemovedFor(Member() with { Tolerations = [new(key, exists, value, effect)] }));
    }

    [Fact]
    public void Readiness_NotReady_CannotBeTolerated()
    {
        var scene = new FilterScene().Node("a", change: n => n with { Ready = false });

        Assert.Equal("a: Readiness", scene.RemovedFor(Member() with { Tolerations = [new(null, true, null, null)] }));
    }

    [Theory]
    [InlineData("NoSchedule", "Taints")]
    [InlineData("NoExecute", "Taints")]
    [InlineData("PreferNoSchedule", "-")]
    public void Taints_WithoutToleration_OnlyHardEffectsRemove(string effect, string expected)
    {
        var scene = new FilterScene().Node("a", change: n => n with { Taints = [new("gpu", "yes", effect)] });

        Assert.Equal($"a: {expected}", scene.RemovedFor(Member()));
    }

    [Theory]
    [InlineData("gpu", true, null, "NoSchedule", "-")]
    [InlineData("gpu", true, "ignored", null, "-")]
    [InlineData("gpu", false, "yes", "", "-")]
    [InlineData(null, true, null, null, "-")]
    [InlineData("", true, null, null, "-")]
    [InlineData("", true, null, "NoSchedule", "-")]
    [InlineData("", false, "yes", null, "-")]
    [InlineData("gpu", false, "no", null, "Taints")]
    [InlineData("gpu", false, null, null, "Taints")]
    [InlineData("gpu", true, null, "NoExecute", "Taints")]
    [InlineData("cpu", true, null, null, "Taints")]
    [InlineData("", true, null, "NoExecute", "Taints")]
    public void Taints_WithToleration_MatchKeyValueAndEffect(string? key, bool exists, string? value, string? effect, string expected)
    {
        var scene = new FilterScene().Node("a", change: n => n with { Taints = [new("gpu", "yes", "NoSchedule")] });

        Assert.Equal($"a: {expected}", scene.RemovedFor(Member() with { Tolerations = [new(key, exists, value, effect)] }));
    }

    [Fact]
    public void Taints_SeveralTaints_EachNeedsAToleration()
    {
        var scene = new FilterScene().Node("a", change: n => n with { Taints = [new("gpu", null, "NoSchedule"), new("spot", null, "NoExecute")] });
        Toleration gpu = new("gpu", true, null, null), spot = new("spot", false, null, "NoExecute");

        Assert.Equal("a: Taints", scene.RemovedFor(Member() with { Tolerations = [gpu] }));
        Assert.Equal("a: -", scene.RemovedFor(Member() with { Tolerations = [gpu, spot] }));
    }

    public static TheoryData<SelectorOperator, string[], string> Requirements => new()
    {
        // Nodes: a has size=9, b size=10, c size=big, d none.
        { SelectorOperator.In, ["9", "big"], "ac" },
        { SelectorOperator.In, [], "" },
        { SelectorOperator.NotIn, ["9"], "bcd" },
        { SelectorOperator.NotIn, [], "" },
        { SelectorOperator.Exists, [], "abc" },
        { SelectorOperator.Exists, ["9"], "" },
        { SelectorOperator.DoesNotExist, [], "d" },
        { SelectorOperator.DoesNotExist, ["9"], "" },
        { SelectorOperator.Gt, ["9"], "b" },
        { SelectorOperator.Gt, ["-1"], "ab" },
        { SelectorOperator.Gt, ["x"], "" },
        { SelectorOperator.Gt, ["1", "2"], "" },
        { SelectorOperator.Lt, ["10"], "a" },
        { SelectorOperator.Lt, ["+11"], "ab" },
        { SelectorOperator.Lt, [], "" },
    };

    [Theory]
    [MemberData(nameof(Requirements))]
    public void Affinity_Operators_AllowTheNodesKubernetesAllows(SelectorOperator op, string[] values, string allowed)
    {
        var scene = Sizes();

        var removed = scene.RemovedFor(Member() with { NodeAffinity = [Labels(new SelectorRequirement("size", op, [.. values]))] });

        Assert.Equal(Expect("abcd", allowed, "Affinity"), removed);
    }

    [Fact]
    public void Affinity_Terms_AreAlternativesOfJointRequirements()
    {
        var big = new SelectorRequirement("size", SelectorOperator.Gt, ["5"]);
        var notTen = new SelectorRequirement("size", SelectorOperator.NotIn, ["10"]);
        var none = new SelectorRequirement("size", SelectorOperator.DoesNotExist, []);

        Assert.Equal(Expect("abcd", "ad", "Affinity"), Sizes().RemovedFor(Member() with { NodeAffinity = [Labels(big, notTen), Labels(none)] }));
    }

    [Fact]
    public void Affinity_EmptyTerm_AllowsNothing()
    {
        var ten = new SelectorRequirement("size", SelectorOperator.In, ["10"]);

        Assert.Equal(Expect("abcd", "", "Affinity"), Sizes().RemovedFor(Member() with { NodeAffinity = [Labels()] }));
        Assert.Equal(Expect("abcd", "b", "Affinity"), Sizes().RemovedFor(Member() with { NodeAffinity = [Labels(), Labels(ten)] }));
    }

    [Theory]
    [InlineData("metadata.name", SelectorOperator.In, "b", "b")]
    [InlineData("metadata.name", SelectorOperator.NotIn, "b", "acd")]
    [InlineData("metadata.name", SelectorOperator.NotIn, "unknown", "abcd")]
    [InlineData("metadata.name", SelectorOperator.In, "unknown", "")]
    [InlineData("metadata.name", SelectorOperator.In, "a,b", "")]
    [InlineData("metadata.name", SelectorOperator.Exists, "b", "")]
    [InlineData("metadata.uid", SelectorOperator.In, "b", "")]
    public void Affinity_MatchFields_OnlyOneNameIsValid(string key, SelectorOperator op, string values, string allowed)
    {
        var term = new NodeSelectorTerm([], [new(key, op, [.. values.Split(',')])]);

        Assert.Equal(Expect("abcd", allowed, "Affinity"), Sizes().RemovedFor(Member() with { NodeAffinity = [term] }));
    }

    [Fact]
    public void Affinity_TwoNamesInOneTerm_AllowNothing()
    {
        var term = new NodeSelectorTerm([], [new("metadata.name", SelectorOperator.In, ["a"]), new("metadata.name", SelectorOperator.In, ["b"])]);

        Assert.Equal(Expect("abcd", "", "Affinity"), Sizes().RemovedFor(Member() with { NodeAffinity = [term] }));
    }

    [Fact]
    public void Affinity_NodeSelectorAndAffinity_MustBothHold()
    {
        var selector = ImmutableDictionary<string, string>.Empty.Add("size", "10");
        var exists = new SelectorRequirement("size", SelectorOperator.Exists, []);
        var nine = new SelectorRequirement("size", SelectorOperator.In, ["9"]);

        Assert.Equal(Expect("abcd", "b", "Affinity"), Sizes().RemovedFor(Member() with { NodeSelector = selector }));
        Assert.Equal(Expect("abcd", "b", "Affinity"), Sizes().RemovedFor(Member() with { NodeSelector = selector, NodeAffinity = [Labels(exists)] }));
        Assert.Equal(Expect("abcd", "", "Affinity"), Sizes().RemovedFor(Member() with { NodeSelector = selector, NodeAffinity = [Labels(nine)] }));
        Assert.Equal(Expect("abcd", "", "Affinity"), Sizes().RemovedFor(Member() with { NodeSelector = selector.Add(Zone, "z") }));
    }

    [Theory]
    [InlineData("c", "c")]
    [InlineData("gone", "")]
    [InlineData("", "abcd")]
    public void Affinity_NodeName_AllowsThatNodeOnly(string name, string allowed) =>
        Assert.Equal(Expect("abcd", allowed, "Affinity"), Sizes().RemovedFor(Member() with { NodeName = name }));

    [Fact]
    public void Volumes_EveryVolume_MustReachTheNode()
    {
        var numbers = Labels(new SelectorRequirement("size", SelectorOperator.Gt, ["0"]));
        var notNine = Labels(new SelectorRequirement("size", SelectorOperator.NotIn, ["9"]));
        var big = Labels(new SelectorRequirement("size", SelectorOperator.In, ["big"]));

        Assert.Equal(Expect("abcd", "ab", "Volumes"), Sizes().RemovedFor(Member() with { VolumeAffinity = [[numbers]] }));
        Assert.Equal(Expect("abcd", "abc", "Volumes"), Sizes().RemovedFor(Member() with { VolumeAffinity = [[numbers, big]] }));
        Assert.Equal(Expect("abcd", "b", "Volumes"), Sizes().RemovedFor(Member() with { VolumeAffinity = [[numbers], [notNine]] }));
        Assert.Equal(Expect("abcd", "abcd", "Volumes"), Sizes().RemovedFor(Member() with { VolumeAffinity = [[]] }));
    }

    [Fact]
    public void Power_UnknownWatts_RemoveInsideBudgetsOnly()
    {
        var scene = new FilterScene()
            .Node("a", change: n => Unknown(n, new() { Rack = "r1", RackBudgetWatts = 40_000 }))
            .Node("b", change: n => Unknown(n, new() { Rack = "r2" }))
            .Node("c", change: n => Unknown(n, new() { Rack = "r3", Row = "w", RowBudgetWatts = 400_000 }))
            .Node("d", change: n => Unknown(n, PowerLocation.None))
            .Node("e", change: n => n with { PowerLocation = new() { Rack = "r1", RackBudgetWatts = 40_000 } });

        Assert.Equal(Expect("abcde", "bde", "Power"), scene.RemovedFor(Member()));

        static Core.Cluster.NodeInfo Unknown(Core.Cluster.NodeInfo node, PowerLocation location) =>
            node with { PowerLocation = location, Power = new() { MaxWatts = 8000, IdleWatts = 2000, WattsKnown = false } };
    }

    [Fact]
    public void Evaluate_SeveralReasons_ReportsTheFirst()
    {
        var scene = new FilterScene()
            .Node("a", change: n => n with { Ready = false, Taints = [new("gpu", null, "NoSchedule")] })
            .Node("b", change: n => n with { Taints = [new("gpu", null, "NoSchedule")] })
            .Node("c")
            .Node("d", "z");
        var volume = Labels(new SelectorRequirement("disk", SelectorOperator.Exists, []));
        var member = Member() with
        {
            Requests = ResourceList.Of(("cpu", 9000)),
            NodeAffinity = [Labels(new SelectorRequirement(Zone, SelectorOperator.Exists, []))],
            VolumeAffinity = [[volume]],
        };

        Assert.Equal("a: Readiness, b: Taints, c: Affinity, d: Volumes", scene.RemovedFor(member));
    }

    private static FilterScene Sizes() => new FilterScene()
        .Node("a", change: n => n with { Labels = n.Labels.Add("size", "9") })
        .Node("b", change: n => n with { Labels = n.Labels.Add("size", "10") })
        .Node("c", change: n => n with { Labels = n.Labels.Add("size", "big") })
        .Node("d");

    private static string Expect(string nodes, string allowed, string constraint) =>
        string.Join(", ", nodes.Select(n => $"{n}: {(allowed.Contains(n) ? "-" : constraint)}"));
}
