using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>What is counted on a node: resources, pods and host ports.</summary>
public sealed class ResourceFilterTests
{
    [Fact]
    public void Resources_TooLittleFree_RemovesNode()
    {
        var scene = new FilterScene()
            .Node("a")
            .Node("b").Pod("b", Asking(("cpu", 4000)))
            .Node("c").Pod("c", Asking(("cpu", 4001)));

        Assert.Equal("a: -, b: -, c: Resources", scene.RemovedFor(Asking(("cpu", 4000))));
    }

    [Fact]
    public void Resources_NodeWithoutTheResource_IsRemoved()
    {
        var scene = new FilterScene().Node("a").Node("b", change: n => n with { Allocatable = n.Allocatable.With("nvidia.com/gpu", 8) });

        Assert.Equal("a: Resources, b: -", scene.RemovedFor(Asking(("nvidia.com/gpu", 8))));
    }

    [Fact]
    public void Resources_OvercommittedNode_TakesAPodThatAsksForNothingOfIt()
    {
        var scene = new FilterScene().Node("a", change: n => n with { Allocatable = n.Allocatable.With("memory", 100) }).Pod("a", Asking(("cpu", 9000)));

        Assert.Equal("a: -", scene.RemovedFor(Asking(("cpu", 0), ("memory", 100))));
        Assert.Equal("a: -", scene.RemovedFor(Member()));
        Assert.Equal("a: Resources", scene.RemovedFor(Asking(("cpu", 1))));
        Assert.Equal(0, scene.Judge(Asking(("cpu", 1))).Free[0]);
    }

    [Fact]
    public void PodCount_FullNode_IsRemovedAfterResources()
    {
        var scene = new FilterScene()
            .Node("a", change: n => n with { Allocatable = ResourceList.Of(("cpu", 8000), ("pods", 1)) }).Pod("a", Member("other"))
            .Node("b", change: n => n with { Allocatable = ResourceList.Of(("cpu", 8000)) })
            .Node("c", change: n => n with { Allocatable = ResourceList.Of(("cpu", 8000), ("pods", 2)) }).Pod("c", Member("other"), terminating: true);

        Assert.Equal("a: PodCount, b: PodCount, c: -", scene.RemovedFor(Member()));
        Assert.Equal("a: Resources, b: Resources, c: Resources", scene.RemovedFor(Asking(("cpu", 9000))));
    }

    [Fact]
    public void Slots_SeveralDimensions_CountByTheScarcest()
    {
        var scene = new FilterScene().Node("a").Node("b").Pod("b", Asking(("cpu", 5000)));

        var table = scene.Judge((Asking(("cpu", 1500)), 64), (Asking(("cpu", 100)), 4), (Member(), 64));

        Assert.Equal([5, 2], table.Slots[0]);
        Assert.Equal([4, 4], table.Slots[1]);
        Assert.Equal([10, 9], table.Slots[2]);
        Assert.Equal(["cpu", "pods"], table.Dimensions.AsEnumerable());
        Assert.Equal([8000, 10, 3000, 9], table.Free);
        Assert.Equal([1500L, 1L], table.Request[0]);
    }

    [Fact]
    public void Resources_HugeAmounts_DoNotWrap()
    {
        var scene = new FilterScene().Node("a").Pod("a", Asking(("cpu", long.MaxValue))).Pod("a", Asking(("cpu", long.MaxValue)));

        Assert.Equal("a: Resources", scene.RemovedFor(Asking(("cpu", long.MaxValue))));
        Assert.Equal(long.MaxValue, scene.Cluster.UsedOf(0)["cpu"]);
    }

    [Theory]
    [InlineData("TCP", "0.0.0.0", 80, "TCP", "0.0.0.0", 80, true)]
    [InlineData("TCP", "10.0.0.1", 80, "TCP", "0.0.0.0", 80, true)]
    [InlineData("TCP", "0.0.0.0", 80, "TCP", "10.0.0.1", 80, true)]
    [InlineData("TCP", "10.0.0.1", 80, "TCP", "10.0.0.1", 80, true)]
    [InlineData("", "", 80, "TCP", "10.0.0.1", 80, true)]
    [InlineData("TCP", "10.0.0.2", 80, "TCP", "10.0.0.1", 80, false)]
    [InlineData("UDP", "0.0.0.0", 80, "TCP", "0.0.0.0", 80, false)]
    [InlineData("TCP", "0.0.0.0", 81, "TCP", "0.0.0.0", 80, false)]
    [InlineData("TCP", "0.0.0.0", 0, "TCP", "0.0.0.0", 0, false)]
    public void Ports_TakenByAPodThere_RemoveNode(string protocol, string ip, int port, string otherProtocol, string otherIp, int otherPort, bool conflict)
    {
        var scene = new FilterScene().Node("a").Pod("a", Member("other") with { HostPorts = [new(otherProtocol, otherIp, otherPort)] }).Node("b");

        Assert.Equal(conflict ? "a: Other, b: -" : "a: -, b: -", scene.RemovedFor(Member() with { HostPorts = [new(protocol, ip, port)] }));
    }

    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0", true)]
    [InlineData("10.0.0.1", "0.0.0.0", true)]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    public void Ports_OfTwoRoles_ExcludeEachOtherByDimension(string ip, string otherIp, bool conflict)
    {
        var table = new FilterScene().Node("a").Judge(
            Member() with { HostPorts = [new("TCP", ip, 80)] }, Member() with { HostPorts = [new("TCP", otherIp, 80), new("TCP", otherIp, 80)] });

        Assert.Equal(!conflict, TableCheck.Accepts(table, [(0, 0), (1, 0)]));
        Assert.True(TableCheck.Accepts(table, [(0, 0)]));
        Assert.True(TableCheck.Accepts(table, [(1, 0)]));
    }

    [Fact]
    public void Ports_OfOneRole_AllowOneMemberPerNode()
    {
        var table = new FilterScene().Node("a").Judge((Member() with { HostPorts = [new("TCP", "", 80)] }, 8));

        Assert.Equal([1], table.Slots[0]);
        Assert.Equal(["pods", "hostPort TCP 0.0.0.0:80"], table.Dimensions.AsEnumerable());
    }

    private static PodTemplate Asking(params (string, long)[] requests) => Member() with { Requests = ResourceList.Of(requests) };
}
