using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class JobKindTests
{
    private const string Gpu = "spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}";
    private const string Cpu = "spec: {containers: [{resources: {requests: {cpu: 1}}}]}";

    [Theory]
    [InlineData("parallelism: 4, completions: 4, completionMode: Indexed", 4, "j-0 j-1 j-2 j-3")]
    [InlineData("parallelism: 4, completions: 2, completionMode: Indexed", 2, "j-0 j-1")]
    [InlineData("parallelism: 2, suspend: true", 2, "")]
    [InlineData("completions: 3, completionMode: Indexed", 1, "j-0")]
    [InlineData("backoffLimit: 0", 1, "")]
    public void Job_Counts_AreWhatRunsAtOnce(string spec, int size, string names)
    {
        var gang = Yaml.Gang($$$$$"""{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: ml, uid: u1}, spec: { {{{{{spec}}}}}, template: { {{{{{Gpu}}}}} }}}""");

        Assert.Equal(new GangKey("ml", "Job", "j", "u1"), gang.Key);
        var role = Assert.Single(gang.Roles);
        Assert.Equal((size, size * 8, size, size), (role.Count, gang.Gpus, gang.Size, gang.MinMembers));
        Assert.Equal(names, string.Join(' ', role.PodNames));
        Assert.Equal("j", role.Template.Labels["batch.kubernetes.io/job-name"]);
        Assert.Empty(gang.Problems);
    }

    [Theory]
    [InlineData("parallelism: 0")]
    [InlineData("parallelism: 2000000000, completionMode: Indexed")]
    public void Job_NoneOrTooMany_IsAnErrorWithoutGang(string spec)
    {
        var content = Yaml.Jobs($$$$$"""{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: { {{{{{spec}}}}}, template: { {{{{{Gpu}}}}} }}}""");

        Assert.Empty(content.Gangs);
        var problem = Assert.Single(content.Problems);
        Assert.Equal("job/default/j", problem.Object);
        Assert.Contains("pods, expected between 1 and 100000", problem.Message);
    }

    [Fact]
    public void JobSet_ReplicatedJobs_AreRolesInOrder()
    {
        var gang = Yaml.Gang($$$$$"""
            apiVersion: jobset.x-k8s.io/v1alpha2
            kind: JobSet
            metadata: {name: s}
            spec:
              replicatedJobs:
              - {name: driver, template: {spec: {template: { {{{{{Cpu}}}}} }}}}
              - {name: w, replicas: 2, template: {spec: {parallelism: 2, completions: 2, template: { {{{{{Gpu}}}}} }}}}
            """);

        Assert.Equal(new GangKey("default", "JobSet", "s"), gang.Key);
        Assert.Equal(["driver x1 s-driver-0-0", "w x4 s-w-0-0 s-w-0-1 s-w-1-0 s-w-1-1"], Roles(gang));
        Assert.Equal((5, 32), (gang.Size, gang.Gpus));
        Assert.Equal("w", gang.Roles[1].Template.Labels["jobset.sigs.k8s.io/replicatedjob-name"]);
    }

    [Fact]
    public void JobSet_WithoutNames_IsTold()
    {
        var content = Yaml.Jobs($$$$$"""{apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet, metadata: {name: s}, spec: {replicatedJobs: [{template: {spec: {template: { {{{{{Cpu}}}}} }}}}]}}""");

        Assert.Empty(content.Gangs);
        Assert.Contains(content.Problems, p => p.Message.Contains("spec.replicatedJobs[0].name: nothing, expected the name of the replicated job"));
    }

    [Fact]
    public void LeaderWorkerSet_EveryReplica_IsAGang()
    {
        var gangs = Yaml.Jobs($$$$$"""
            apiVersion: leaderworkerset.x-k8s.io/v1
            kind: LeaderWorkerSet
            metadata: {name: v}
            spec: {replicas: 2, leaderWorkerTemplate: {size: 3, leaderTemplate: { {{{{{Cpu}}}}} }, workerTemplate: { {{{{{Gpu}}}}} }}}
            """).Gangs;

        Assert.Equal(["v-0", "v-1"], gangs.Select(g => g.Key.Name));
        Assert.Equal(["leader x1 v-0", "worker x2 v-0-1 v-0-2"], Roles(gangs[0]));
        Assert.Equal(["leader x1 v-1", "worker x2 v-1-1 v-1-2"], Roles(gangs[1]));
    }

    [Theory]
    [InlineData("size: 3", "worker x3 v-0 v-0-1 v-0-2")]
    [InlineData("size: 1", "worker x1 v-0")]
    [InlineData("a: b", "worker x1 v-0")]
    public void LeaderWorkerSet_WithoutLeaderTemplate_HasWorkersOnly(string size, string expected)
    {
        var gang = Yaml.Gang($$$$$"""{apiVersion: leaderworkerset.x-k8s.io/v1, kind: LeaderWorkerSet, metadata: {name: v}, spec: {leaderWorkerTemplate: { {{{{{size}}}}}, workerTemplate: { {{{{{Gpu}}}}} }}}}""");

        Assert.Equal([expected], Roles(gang));
    }

    [Theory]
    [InlineData("replicas: 0", "size: 2")]
    [InlineData("replicas: 20000", "size: 1")]
    [InlineData("replicas: 1000", "size: 2000000")]
    public void LeaderWorkerSet_NoneOrTooMany_IsAnError(string replicas, string size)
    {
        var content = Yaml.Jobs($$$$$"""{apiVersion: leaderworkerset.x-k8s.io/v1, kind: LeaderWorkerSet, metadata: {name: v}, spec: { {{{{{replicas}}}}}, leaderWorkerTemplate: { {{{{{size}}}}}, workerTemplate: { {{{{{Gpu}}}}} }}}}""");

        Assert.Empty(content.Gangs);
        Assert.Equal(Severity.Error, Assert.Single(content.Problems).Severity);
    }

    [Theory]
    [InlineData("kubeflow.org/v2beta1")]
    [InlineData("kubeflow.org/v1")]
    public void MpiJob_LauncherStandsFirst(string apiVersion)
    {
        var gang = Yaml.Gang($$$$$"""
            apiVersion: {{{{{apiVersion}}}}}
            kind: MPIJob
            metadata: {name: m}
            spec:
              runPolicy: {schedulingPolicy: {minAvailable: 2, priorityClass: system-cluster-critical}}
              mpiReplicaSpecs:
                Worker: {replicas: 2, template: { {{{{{Gpu}}}}} }}
                Launcher: {template: { {{{{{Cpu}}}}} }}
            """);

        Assert.Equal(["launcher x1 m-launcher", "worker x2 m-worker-0 m-worker-1"], Roles(gang));
        Assert.Equal((2, 16, 2_000_000_000), (gang.MinMembers, gang.Gpus, gang.Priority));
        Assert.Equal(0, gang.Roles[0].Template.Gpus);
    }

    [Fact]
    public void PyTorchJob_MasterStandsFirstAndUnknownRolesAreTold()
    {
        var gang = Yaml.Gang($$$$$"""
            apiVersion: kubeflow.org/v1
            kind: PyTorchJob
            metadata: {name: t}
            spec:
              pytorchReplicaSpecs:
                Worker: {replicas: 2, template: { {{{{{Gpu}}}}} }}
                Chief: {replicas: 1, template: { {{{{{Gpu}}}}} }}
                Master: {replicas: 1, template: { {{{{{Gpu}}}}} }}
            """);

        Assert.Equal(["master x1 t-master-0", "worker x2 t-worker-0 t-worker-1"], Roles(gang));
        Assert.Contains("is no role of a PyTorchJob", Assert.Single(gang.Problems).Message);
    }

    [Fact]
    public void Gang_OwnHintsOfARole_SetItsOwnDraw()
    {
        var gang = Yaml.Gang($$$$$"""
            apiVersion: kubeflow.org/v1
            kind: PyTorchJob
            metadata: {name: t}
            spec:
              pytorchReplicaSpecs:
                Master: {template: {metadata: {annotations: {toposcheduler.io/workload: decode, toposcheduler.io/required-topology: leaf}}, {{{{{Gpu}}}}} }}
                Worker: {template: {metadata: {annotations: {toposcheduler.io/gpu-watts: '500', toposcheduler.io/required-topology: spine}}, {{{{{Gpu}}}}} }}
            """);

        Assert.Equal([0.45, 0.45], gang.Roles.Select(r => r.Template.Power.Utilisation));
        Assert.Equal([null, 500], gang.Roles.Select(r => r.Template.Power.GpuWatts));
        Assert.Equal(Tier.Leaf, gang.Hints.Required!.Tier);
        Assert.Contains("required-topology=\"spine\" of role worker contradicts \"leaf\"", Assert.Single(gang.Problems).Message);
    }

    [Fact]
    public void Gang_SizeOfAJobObject_IsNotOverruled()
    {
        var gang = Yaml.Gang($$$$$"""{apiVersion: batch/v1, kind: Job, metadata: {name: j, annotations: {toposcheduler.io/gang: g, toposcheduler.io/gang-size: '9'}}, spec: {parallelism: 2, template: { {{{{{Gpu}}}}} }}}""");

        Assert.Equal(2, gang.Size);
        Assert.Equal([Severity.Warning, Severity.Info], gang.Problems.Select(p => p.Severity));
    }

    [Theory]
    [InlineData("leaf", "nvlink-domain")]
    [InlineData("nvlink-domain", "nvlink-domain")]
    [InlineData("node", "node")]
    public void Gang_ImexChannel_RequiresOneNvLinkDomain(string required, string expected)
    {
        var gang = Yaml.Gang($$$$$"""
            {apiVersion: resource.nvidia.com/v1beta1, kind: ComputeDomain, metadata: {name: d}, spec: {channel: {resourceClaimTemplate: {name: ch}}}}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: j, annotations: {toposcheduler.io/required-topology: {{{{{required}}}}}}}
            spec: {parallelism: 2, template: {spec: {containers: [{}], resourceClaims: [{name: c, resourceClaimTemplateName: ch}]}}}
            """);

        Assert.Equal(expected, gang.Hints.Required!.ToString());
        Assert.Empty(gang.Errors());
    }

    [Theory]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("batch/v1", "CronJob")]
    [InlineData("example.com/v1", "Job")]
    public void Read_KindNotReadYet_IsAWarningThatNamesIt(string apiVersion, string kind)
    {
        var content = Yaml.Jobs($$$$$"""
            {apiVersion: {{{{{apiVersion}}}}}, kind: {{{{{kind}}}}}, metadata: {name: a}, spec: {}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{}]}}
            """);

        var problem = Assert.Single(content.Problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.StartsWith($"{kind} ({apiVersion}): 1 of this kind passed over", problem.Message);
        Assert.Single(content.Gangs);
    }

    [Fact]
    public void Read_ServicesAndConfigMaps_AreSilent()
    {
        var content = Yaml.Jobs("{apiVersion: v1, kind: Service, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{}]}}");

        Assert.Empty(content.Problems);
    }

    private static string[] Roles(Gang gang) => [.. gang.Roles.Select(r => $"{r.Name} x{r.Count} {string.Join(' ', r.PodNames)}")];
}
