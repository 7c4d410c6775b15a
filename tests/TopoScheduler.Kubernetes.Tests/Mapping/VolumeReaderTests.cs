using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class VolumeReaderTests
{
    private const string Pod = "spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: c}}, {name: tmp, emptyDir: {}}]}";

    [Fact]
    public void Read_BoundClaim_TakesTheVolumesNodeAffinity()
    {
        var objects = Yaml.Objects("""
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ml}, spec: {volumeName: v}}
            ---
            {apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n1]}]}]}}}}
            """);

        var terms = Assert.Single(Yaml.Template(Pod, objects).VolumeAffinity);
        Assert.Equal(["n1"], Assert.Single(Assert.Single(terms).Labels).Values.ToArray());
    }

    [Fact]
    public void Read_VolumeWithZoneLabel_KeepsToItsZones()
    {
        var objects = Yaml.Objects("""
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ml}, spec: {volumeName: v}}
            ---
            {apiVersion: v1, kind: PersistentVolume, metadata: {name: v, labels: {topology.kubernetes.io/zone: a__b}}, spec: {}}
            """);

        var requirement = Assert.Single(Assert.Single(Assert.Single(Yaml.Template(Pod, objects).VolumeAffinity)).Labels);
        Assert.Equal("topology.kubernetes.io/zone", requirement.Key);
        Assert.Equal(["a", "b"], requirement.Values.ToArray());
    }

    [Theory]
    [InlineData("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: other, namespace: ml}}", "is not in the input")]
    [InlineData("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ml}, spec: {}}", "is not bound")]
    [InlineData("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ml}, spec: {volumeName: v}}", "is bound to persistentvolume/v, which is not in the input")]
    [InlineData("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: other}, spec: {volumeName: v}}", "is not in the input")]
    public void Read_ClaimThatCannotBeJudged_IsAnError(string claim, string expected)
    {
        var (_, problems) = Yaml.Pod(Pod, Yaml.Objects(claim));

        var problem = Assert.Single(problems);
        Assert.Equal(Severity.Error, problem.Severity);
        Assert.StartsWith("not judged: persistentvolumeclaim/ml/c (volume \"data\") " + expected, problem.Message);
    }

    [Fact]
    public void Read_EphemeralClaim_IsAnError()
    {
        var (_, problems) = Yaml.Pod("spec: {volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {}}}]}");

        Assert.StartsWith("not judged: spec.volumes[0]", Assert.Single(problems).Message);
    }

    [Fact]
    public void Read_PodThatHasItsNode_NeedsNoClaims() => Assert.Empty(Yaml.Pod(Pod, occupies: true).Problems);

    [Fact]
    public void Read_ResourceClaim_IsNotJudged()
    {
        var pod = "spec: {resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]}";

        var problem = Assert.Single(Yaml.Pod(pod).Problems);
        Assert.Equal(Severity.Error, problem.Severity);
        Assert.StartsWith("not judged: spec.resourceClaims[0] uses resourceclaimtemplate/ml/single-gpu", problem.Message);
        Assert.Equal(Severity.Warning, Assert.Single(Yaml.Pod(pod, occupies: true).Problems).Severity);
    }

    [Theory]
    [InlineData("{apiVersion: resource.nvidia.com/v1beta1, kind: ComputeDomain, metadata: {name: d, namespace: ml}, spec: {channel: {resourceClaimTemplate: {name: ch}}}}")]
    [InlineData("{apiVersion: resource.k8s.io/v1beta1, kind: ResourceClaimTemplate, metadata: {name: ch, namespace: ml}, spec: {spec: {devices: {requests: [{name: c, deviceClassName: compute-domain-default-channel.nvidia.com}]}}}}")]
    [InlineData("{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: ch, namespace: ml}, spec: {spec: {devices: {requests: [{name: c, exactly: {deviceClassName: compute-domain-default-channel.nvidia.com}}]}}}}")]
    public void Read_ImexChannel_NeedsOneNvLinkDomain(string template)
    {
        var (reading, problems) = Yaml.Pod("spec: {resourceClaims: [{name: c, resourceClaimTemplateName: ch}]}", Yaml.Objects(template));

        Assert.True(reading.NeedsNvLinkDomain);
        Assert.Empty(problems);
    }

    [Fact]
    public void Read_TemplateWithOtherDevicesToo_IsNotJudged()
    {
        var objects = Yaml.Objects("""
            apiVersion: resource.k8s.io/v1beta1
            kind: ResourceClaimTemplate
            metadata: {name: ch, namespace: ml}
            spec: {spec: {devices: {requests: [{name: c, deviceClassName: compute-domain-default-channel.nvidia.com}, {name: g, deviceClassName: gpu.nvidia.com}]}}}
            """);

        var (reading, problems) = Yaml.Pod("spec: {resourceClaims: [{name: c, resourceClaimTemplateName: ch}]}", objects);

        Assert.False(reading.NeedsNvLinkDomain);
        Assert.Single(problems);
    }
}
