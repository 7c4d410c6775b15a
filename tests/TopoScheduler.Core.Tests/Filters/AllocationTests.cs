using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Testing.Builders;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Eligibility runs for thousands of nodes per plan: columns are allocated, nothing per node.</summary>
public sealed class AllocationTests
{
    private const int Nodes = 2560;

    /// <summary>Removed 8 bytes, slots 4, and per dimension the free amounts twice; the smallest object per node would add 24.</summary>
    private const int BytesPerNodeAndDimension = 16;

    [Fact]
    public void Evaluate_ManyNodes_AllocatesColumnsOnly()
    {
        var cluster = ClusterBuilder.Spines(10).Leaves(16).NodesPerLeaf(16).Racks(4, 26_000).Busy(Enumerable.Range(0, 1500))
            .Nodes((i, n) => n with { Taints = [new("nvidia.com/gpu", null, "NoSchedule")], Labels = n.Labels.Add(Zone, $"zone-{i % 3}") })
            .Build();
        var gang = GangBuilder.Members(64).GpusPerPod(8).SelfExclusion().Templates(t => t with
        {
            Tolerations = [new("nvidia.com/gpu", true, null, null)],
            NodeAffinity = [Labels(new SelectorRequirement(Zone, SelectorOperator.NotIn, ["zone-9"]))],
        }).Build();
        var dimensions = Eligibility.Evaluate(cluster, gang).Dimensions.Length;

        var before = GC.GetAllocatedBytesForCurrentThread();
        var table = Eligibility.Evaluate(cluster, gang);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(5, dimensions);
        Assert.Equal(1060, table.Slots[0].Sum());
        Assert.InRange(bytes, 1, Nodes * (12 + (dimensions * BytesPerNodeAndDimension) + 20));
    }
}
