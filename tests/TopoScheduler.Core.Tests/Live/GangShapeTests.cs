using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Which gangs are alike, so that one refusal speaks for all of them.</summary>
public sealed class GangShapeTests
{
    [Fact]
    public void Equals_TwoReadingsOfOneManifest_AreAlike()
    {
        var (a, b) = (Full("a"), Full("b"));

        Assert.True(GangShape.Instance.Equals(a, b));
        Assert.Equal(GangShape.Instance.GetHashCode(a), GangShape.Instance.GetHashCode(b));
        Assert.True(GangShape.Instance.Equals(a, b with { Priority = 7, Hints = b.Hints with { ExpectedDuration = TimeSpan.FromHours(1), PreferredFor = TimeSpan.FromHours(1) } }));
        Assert.True(GangShape.Has(a));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Equals_OneThingDiffers_AreNotAlike(string what, Func<Gang, Gang> change)
    {
        Assert.False(GangShape.Instance.Equals(Full("a"), change(Full("b"))), what);
    }

    [Fact]
    public void Has_LabelsMatter_IsFalse()
    {
        var selector = new LabelSelector([new("gang", SelectorOperator.Exists, [])]);
        Assert.False(GangShape.Has(GangBuilder.Members(2).SelfExclusion().Build()));
        Assert.False(GangShape.Has(GangBuilder.Members(2).Templates(t => t with { Affinity = [new(selector, [], "zone")] }).Build()));
        Assert.False(GangShape.Has(GangBuilder.Members(2).Templates(t => t with { Spread = [new(1, "zone", selector, 0, true, false)] }).Build()));
        Assert.False(GangShape.Has(GangBuilder.Members(2).Build() with { Problems = [Problem.Error("job/ml/a", "is wrong")] }));
    }

    public static TheoryData<string, Func<Gang, Gang>> Changes() => new()
    {
        { "size", g => g with { Roles = [g.Roles[0] with { Count = 3 }] } },
        { "least", g => g with { MinMembers = 1 } },
        { "roles", g => g with { Roles = [g.Roles[0], g.Roles[0]] } },
        { "required", g => g with { Hints = g.Hints with { Required = new(Tier.Leaf) } } },
        { "segments", g => g with { Hints = g.Hints with { SegmentSize = 1 } } },
        { "model", g => g with { Hints = g.Hints with { Model = new(1e9, 1e9, "bf16") } } },
        { "parallelism", g => g with { Hints = g.Hints with { Parallelism = [new("tp", 4), new("dp", 4)] } } },
        { "requests", Template(t => t with { Requests = t.Requests.With(ResourceList.Cpu, 1) }) },
        { "gpus", Template(t => t with { Gpus = 1 }) },
        { "watts", Template(t => t with { Power = t.Power with { GpuWatts = 400 } }) },
        { "selector", Template(t => t with { NodeSelector = t.NodeSelector.SetItem("pool", "b") }) },
        { "affinity", Template(t => t with { NodeAffinity = [new([new("pool", SelectorOperator.In, ["b"])], [])] }) },
        { "tolerations", Template(t => t with { Tolerations = [new("other", true, null, null)] }) },
        { "ports", Template(t => t with { HostPorts = [new("TCP", "0.0.0.0", 81)] }) },
        { "volumes", Template(t => t with { VolumeAffinity = [[new([new("zone", SelectorOperator.In, ["b"])], [])]] }) },
        { "node", Template(t => t with { NodeName = "n0001" }) },
    };

    private static Func<Gang, Gang> Template(Func<PodTemplate, PodTemplate> change) =>
        g => g with { Roles = [g.Roles[0] with { Template = change(g.Roles[0].Template) }] };

    // Every array and dictionary is made anew at each call.
    private static Gang Full(string name) => GangBuilder.Members(2).Named(name).Min(2).Parallelism(new ParallelDimension("tp", 8), new("dp", 2))
        .Templates(t => t with
        {
            NodeSelector = ImmutableDictionary<string, string>.Empty.Add("pool", "a"),
            NodeAffinity = [new([new("pool", SelectorOperator.In, ["a", "c"])], [new("metadata.name", SelectorOperator.NotIn, ["x"])])],
            Tolerations = [new("gpu", true, null, "NoSchedule")],
            HostPorts = [new("TCP", "0.0.0.0", 80)],
            VolumeAffinity = [[new([new("zone", SelectorOperator.In, ["a"])], [])]],
        }).Build();
}
