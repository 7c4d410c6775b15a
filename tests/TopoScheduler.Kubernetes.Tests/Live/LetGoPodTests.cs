using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>Which pods are ours, and which of them were let go without a place.</summary>
public sealed class LetGoPodTests
{
    [Theory]
    [InlineData("toposcheduler.io/scale-up: ungated", "schedulingGates: [{name: toposcheduler.io/gang}]", false)]
    [InlineData("toposcheduler.io/scale-up: ungated", "containers: []", true)]
    [InlineData("toposcheduler.io/scale-up: ungated", "nodeName: n-1", true)]
    [InlineData("{toposcheduler.io/scale-up: ungated, toposcheduler.io/placement: 3/8}", "containers: []", false)]
    public void Read_LetGo_IsWithoutGateAndPlace(string annotations, string spec, bool isLetGo)
    {
        var pod = GangPod.Read(Pod(annotations, spec));
        Assert.NotNull(pod);
        Assert.Equal(isLetGo, pod.LetGo);
    }

    [Theory]
    [InlineData("toposcheduler.io/scale-up: perhaps")]
    [InlineData("other: ungated")]
    public void Read_NeitherGateNorPlaceNorLetGo_IsNoneOfOurs(string annotations) => Assert.Null(GangPod.Read(Pod(annotations, "containers: []")));

    private static Tree Pod(string annotations, string spec) => Yaml.Tree(
        $"{{metadata: {{namespace: ml, name: a-0, uid: u, annotations: {(annotations.StartsWith('{') ? annotations : $"{{{annotations}}}")}}}, spec: {{{spec}}}}}");
}
