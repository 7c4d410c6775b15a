using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class VolumeReaderTests
{
    private const string Pod = "spec: {containers: [{name: main}], volumes: [{name: data, persistentVolumeClaim: {claimName: c}}, {name: tmp, emptyDir: {}}]}";

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
        var terms = OfVolume("{topology.kubernetes.io/zone: a__b}", "{}");

        var requirement = Assert.Single(terms[0].Labels);
        Assert.Equal("topology.kubernetes.io/zone", requirement.Key);
        Assert.Equal(["a", "b"], requirement.Values.ToArray());
    }

    [Theory]
    [InlineData("{topology.kubernetes.io/zone: a}", "{}", "{topology.kubernetes.io/zone: a}", true)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{}", "{topology.kubernetes.io/zone: b}", false)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{}", "{topology.kubernetes.io/region: r}", false)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{}", "{kubernetes.io/hostname: n}", true)] // A node without any such label is not held to zones.
    [InlineData("{failure-domain.beta.kubernetes.io/zone: a}", "{}", "{failure-domain.beta.kubernetes.io/zone: b, topology.kubernetes.io/zone: a}", false)]
    [InlineData("{failure-domain.beta.kubernetes.io/zone: a}", "{}", "{topology.kubernetes.io/zone: a}", true)]
    [InlineData("{failure-domain.beta.kubernetes.io/zone: a}", "{}", "{topology.kubernetes.io/zone: b}", false)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{}", "{failure-domain.beta.kubernetes.io/zone: a}", false)]
    [InlineData("{failure-domain.beta.kubernetes.io/zone: a, failure-domain.beta.kubernetes.io/region: r}", "{}", "{topology.kubernetes.io/zone: a, failure-domain.beta.kubernetes.io/region: r}", true)]
    [InlineData("{failure-domain.beta.kubernetes.io/zone: a, failure-domain.beta.kubernetes.io/region: r}", "{}", "{topology.kubernetes.io/zone: a}", false)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{matchExpressions: [{key: disk, operator: Exists}]}", "{topology.kubernetes.io/zone: a}", false)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{matchExpressions: [{key: disk, operator: Exists}]}", "{disk: ssd}", true)]
    [InlineData("{topology.kubernetes.io/zone: a}", "{matchExpressions: [{key: disk, operator: Exists}]}", "{disk: ssd, topology.kubernetes.io/zone: b}", false)]
    [InlineData("{}", "{matchFields: [{key: metadata.name, operator: In, values: [other]}]}", "{}", true)] // A volume sees no names, only labels.
    [InlineData("{}", "{matchFields: [{key: metadata.name, operator: NotIn, values: [n]}]}", "{}", true)]
    [InlineData("{}", "{matchFields: [{key: metadata.name, operator: In, values: [n]}], matchExpressions: [{key: disk, operator: Exists}]}", "{}", false)]
    public void Plan_PodWithVolume_GoesWhereVolumeZoneAndVolumeBindingLetIt(string labels, string term, string nodeLabels, bool fits)
    {
        var cluster = ClusterReader.ReadText($$"""
            {apiVersion: v1, kind: Node, metadata: {name: n, labels: {{nodeLabels}} }, status: {allocatable: {cpu: 4, pods: 10} } }
            ---
            {{Objects(labels, term)}}
            """, "cluster");
        var gang = Assert.Single(JobReader.ReadText($"{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: ml}}, {Pod}}}", "pod", cluster.Objects).Gangs);

        var plan = PlacementEngine.Plan(ClusterSnapshot.Create(cluster.Nodes, cluster.Pods), gang, PlacementPolicy.Default);

        Assert.Equal(fits ? PlacementOutcome.Placed : PlacementOutcome.NoFit, plan.Outcome);
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

    private static ImmutableArray<NodeSelectorTerm> OfVolume(string labels, string term) => Assert.Single(Yaml.Template(Pod, Yaml.Objects(Objects(labels, term))).VolumeAffinity);

    private static string Objects(string labels, string term)
    {
        var affinity = term == "{}" ? "" : $"nodeAffinity: {{required: {{nodeSelectorTerms: [{term}]}}}}";
        return $$"""
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ml}, spec: {volumeName: v} }
            ---
            {apiVersion: v1, kind: PersistentVolume, metadata: {name: v, labels: {{labels}} }, spec: { {{affinity}} } }
            """;
    }
}
