using System.Text.Json.Nodes;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>Pods of a scheduling group (Kubernetes 1.36), which kube-scheduler places as a gang by itself.</summary>
public sealed class UpstreamGroupTests
{
    private readonly PodBook _leaving = new(OwnerSource.None, []) { LeavesGroupsToTheScheduler = true };

    [Fact]
    public async Task SubjectOf_GroupedPod_IsAnsweredByItself()
    {
        var subject = await LivePods.SubjectAsync(_leaving, Grouped("w-3"));
        Assert.Null(subject.Incomplete);
        Assert.Equal(1, subject.Gang.Size);
        Assert.Equal(new GangKey("ml", "Pod", "w-3", "uid-w-3"), subject.Gang.Key with { Uid = "uid-w-3" });
        Assert.Null(subject.Gang.Hints.Required);
    }

    [Fact]
    public async Task SubjectOf_GroupedPodWhereItIsOurs_IsAMemberOfItsGang()
    {
        var ours = new PodBook(OwnerSource.None, []);
        Assert.Equal(8, (await LivePods.SubjectAsync(ours, Grouped("w-3"))).Gang.Size);
        Assert.Equal(8, (await LivePods.SubjectAsync(_leaving, Grouped("w-3").Annotated("toposcheduler.io/placement", "3/8"))).Gang.Size);
        var gated = Grouped("w-3");
        gated["spec"]!["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "toposcheduler.io/gang" });
        Assert.Equal(8, (await LivePods.SubjectAsync(_leaving, gated)).Gang.Size);
    }

    private static JsonObject Grouped(string name)
    {
        var pod = LivePods.Pod(name).Annotated("toposcheduler.io/gang-size", "8").Annotated("toposcheduler.io/required-topology", "leaf");
        pod["spec"]!["schedulingGroup"] = new JsonObject { ["podGroupName"] = "w" };
        return pod;
    }
}
