using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

/// <summary>Jobs of other operators and schedulers.</summary>
public sealed class PeerKindTests
{
    private const string Gpu = "spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}";
    private const string Cpu = "spec: {containers: [{resources: {requests: {cpu: 1}}}]}";

    [Theory]
    [InlineData("TFJob", "tfReplicaSpecs", "Worker: {replicas: 2, T}, PS: {replicas: 1, T}, Chief: {replicas: 1, T}", "chief x1 j-chief-0; worker x2 j-worker-0 j-worker-1; ps x1 j-ps-0")]
    [InlineData("JAXJob", "jaxReplicaSpecs", "Worker: {replicas: 2, T}", "worker x2 j-worker-0 j-worker-1")]
    [InlineData("XGBoostJob", "xgbReplicaSpecs", "Worker: {T}, Master: {T}", "master x1 j-master-0; worker x1 j-worker-0")]
    [InlineData("PaddleJob", "paddleReplicaSpecs", "Worker: {replicas: 2, T}", "worker x2 j-worker-0 j-worker-1")]
    public void Kubeflow_Roles_LeadFirst(string kind, string specs, string roles, string expected)
    {
        var filled = roles.Replace("T", "template: {" + Gpu + "}", StringComparison.Ordinal);
        var gang = Yaml.Gang($$$$$"""{apiVersion: kubeflow.org/v1, kind: {{{{{kind}}}}}, metadata: {name: j}, spec: { {{{{{specs}}}}}: { {{{{{filled}}}}} }}}""");

        Assert.Equal(expected, Roles(gang));
        Assert.Equal(kind, gang.Key.Kind);
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void TrainJob_UnknownRuntime_IsToldAndPlannedByItself()
    {
        var gang = Yaml.Gang("""
            apiVersion: trainer.kubeflow.org/v1alpha1
            kind: TrainJob
            metadata: {name: t}
            spec: {runtimeRef: {name: torch-distributed}, trainer: {numNodes: 3, resourcesPerNode: {limits: {nvidia.com/gpu: 8}}}}
            """);

        Assert.Equal("node x3 t-node-0-0 t-node-0-1 t-node-0-2", Roles(gang));
        Assert.Equal(24, gang.Gpus);
        var problem = Assert.Single(gang.Problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.StartsWith("spec.runtimeRef: clustertrainingruntime/torch-distributed is not in the input; the trainer is planned by spec.trainer alone. ", problem.Message);
    }

    [Theory]
    [InlineData("{}", 2, 8)]
    [InlineData("{numNodes: 5}", 5, 8)]
    [InlineData("{resourcesPerNode: {limits: {nvidia.com/gpu: 4}}}", 2, 4)]
    public void TrainJob_KnownRuntime_IsFilledIn(string trainer, int nodes, int gpus)
    {
        var gang = Assert.Single(Yaml.Jobs($$$$$"""
            apiVersion: trainer.kubeflow.org/v1alpha1
            kind: TrainJob
            metadata: {name: t}
            spec: {runtimeRef: {name: r}, trainer: {{{{{trainer}}}}}}
            ---
            apiVersion: trainer.kubeflow.org/v1alpha1
            kind: ClusterTrainingRuntime
            metadata: {name: r}
            spec:
              mlPolicy: {numNodes: 2}
              template:
                spec:
                  replicatedJobs:
                  - {name: dataset-initializer, template: {spec: {template: { {{{{{Cpu}}}}} }}}}
                  - {name: launcher, template: {spec: {template: { {{{{{Cpu}}}}} }}}}
                  - {name: node, template: {metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}, spec: {template: { {{{{{Gpu}}}}} }}}}
            """).Gangs);

        Assert.Equal($"launcher x1 t-launcher-0-0; node x{nodes}", Roles(gang)[..$"launcher x1 t-launcher-0-0; node x{nodes}".Length]);
        Assert.Equal(nodes * gpus, gang.Gpus);
        Assert.Equal(Severity.Info, Assert.Single(gang.Problems).Severity);
    }

    [Theory]
    [InlineData("RayCluster", "spec: {G}", 5, 5)]
    [InlineData("RayService", "spec: {rayClusterConfig: {G}}", 5, 5)]
    [InlineData("RayJob", "spec: {submissionMode: HTTPMode, rayClusterSpec: {G}}", 5, 5)]
    [InlineData("RayCluster", "spec: {enableInTreeAutoscaling: true, G}", 5, 3)]
    public void Ray_HeadAndGroups_AreTheGang(string kind, string spec, int size, int least)
    {
        var groups = $"headGroupSpec: {{template: {{{Cpu}}}}}, workerGroupSpecs: [{{groupName: tpu, replicas: 2, minReplicas: 1, numOfHosts: 2, template: {{{Gpu}}}}}]";
        var gang = Yaml.Gang($"{{apiVersion: ray.io/v1, kind: {kind}, metadata: {{name: r}}, {spec.Replace("G", groups, StringComparison.Ordinal)}}}");

        Assert.Equal("head x1 ; tpu x4 ", Roles(gang));
        Assert.Equal((size, least, 32), (gang.Size, gang.MinMembers, gang.Gpus));
        Assert.Equal("tpu", gang.Roles[1].Template.Labels["ray.io/group"]);
        Assert.Empty(gang.Problems);
    }

    [Theory]
    [InlineData("minReplicas: 2, replicas: 1", "head x1 ; g x2 ")]
    [InlineData("replicas: 9, maxReplicas: 3", "head x1 ; g x3 ")]
    [InlineData("replicas: 9, suspend: true", "head x1 ")]
    [InlineData("minReplicas: 0", "head x1 ")]
    public void Ray_Replicas_AreKeptWithinTheirBounds(string group, string expected) => Assert.Equal(
        expected,
        Roles(Yaml.Gang($"{{apiVersion: ray.io/v1, kind: RayCluster, metadata: {{name: r}}, spec: {{headGroupSpec: {{template: {{{Cpu}}}}}, workerGroupSpecs: [{{groupName: g, {group}, template: {{{Gpu}}}}}]}}}}")));

    [Theory]
    [InlineData("clusterSelector: {ray.io/cluster: c}", "nothing to place")]
    [InlineData("rayClusterSpec: {}", "headGroupSpec.template: nothing, expected the pod template of the head")]
    public void RayJob_WithoutPodsOfItsOwn_IsTold(string spec, string message)
    {
        var content = Yaml.Jobs($"{{apiVersion: ray.io/v1, kind: RayJob, metadata: {{name: r}}, spec: {{{spec}}}}}");

        Assert.Empty(content.Gangs);
        Assert.Contains(content.Problems, p => p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void VolcanoJob_Tasks_AreRolesInOrder()
    {
        var gang = Yaml.Jobs($$$$$"""
            {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}
            ---
            apiVersion: batch.volcano.sh/v1alpha1
            kind: Job
            metadata: {name: v}
            spec: {minAvailable: 2, priorityClassName: high, tasks: [{name: master, replicas: 1, template: { {{{{{Cpu}}}}} }}, {name: worker, replicas: 2, minAvailable: 1, template: { {{{{{Gpu}}}}} }}]}
            """).Gangs[0];

        Assert.Equal("master x1 v-master-0; worker x2 v-worker-0 v-worker-1", Roles(gang));
        Assert.Equal((2, 1000, 16), (gang.MinMembers, gang.Priority, gang.Gpus));
        Assert.Contains("spec.tasks[1].minAvailable: 1: accepted, not used", Assert.Single(gang.Problems).Message);
    }

    [Fact]
    public void StatefulSet_Replicas_AreOneGang()
    {
        var gang = Yaml.Gang($$$$$"""{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {replicas: 2, ordinals: {start: 5}, template: { {{{{{Gpu}}}}} }}}""");

        Assert.Equal("replica x2 s-5 s-6", Roles(gang));
    }

    [Fact]
    public void StatefulSet_ClaimTemplates_AreNotJudged() => Assert.Contains(
        Yaml.Gang($$$$$"""{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {volumeClaimTemplates: [{metadata: {name: d}}], template: { {{{{{Gpu}}}}} }}}""").Errors(),
        e => e.Contains("not judged: spec.volumeClaimTemplates[0]", StringComparison.Ordinal));

    [Fact]
    public void Deployment_Replicas_AreGangsOfOne()
    {
        var gangs = Yaml.Jobs($$$$$"""{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 3, template: { {{{{{Gpu}}}}} }}}""").Gangs;

        Assert.Equal(["d-0", "d-1", "d-2"], gangs.Select(g => g.Key.Name));
        Assert.All(gangs, g => Assert.Equal(1, g.Size));
    }

    [Fact]
    public void Deployment_Annotated_IsOneGang() => Assert.Equal(
        "replica x3 ",
        Roles(Yaml.Gang($$$$$"""{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 3, template: {metadata: {annotations: {toposcheduler.io/gang: d}}, {{{{{Gpu}}}}} }}}""")));

    [Fact]
    public void Deployment_ManyReplicas_ArePlannedUpToABound()
    {
        var gangs = Yaml.Jobs($$$$$"""{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 1000000, template: { {{{{{Gpu}}}}} }}}""").Gangs;

        Assert.Equal(64, gangs.Length);
        Assert.Contains("here the first 64", Assert.Single(gangs[0].Problems).Message);
    }

    [Theory]
    [InlineData("type: Scala", "memory: 4g", 4096 + 409)]
    [InlineData("type: Python", "memory: 4g", 4096 + 1638)]
    [InlineData("type: Scala", "memory: 1024", 1024 + 384)]
    [InlineData("type: Scala", "memory: 512m, memoryOverhead: 100m", 612)]
    [InlineData("memoryOverheadFactor: '0.5'", "memory: 2g", 3072)]
    public void Spark_Memory_IsHeapAndOverhead(string app, string executor, long mebibytes)
    {
        var gang = Yaml.Gang($$$$$"""{apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication, metadata: {name: s}, spec: { {{{{{app}}}}}, driver: {}, executor: {instances: 2, cores: 3, gpu: {name: nvidia.com/gpu, quantity: 1}, {{{{{executor}}}}} }}}""");

        Assert.Equal("driver x1 s-driver; executor x2 ", Roles(gang));
        Assert.Equal((3000, 2, mebibytes), (gang.Roles[1].Template.Requests["cpu"], gang.Gpus, gang.Roles[1].Template.Requests["memory"] >> 20));
        Assert.Empty(gang.Problems);
    }

    [Theory]
    [InlineData("{memory: lots}", "spec.executor.memory: \"lots\", expected memory as Java writes it")]
    [InlineData("{gpu: {quantity: 1}}", "spec.executor.gpu.name: nothing, expected the resource name of a GPU")]
    public void Spark_WrongAmounts_AreErrors(string executor, string message) => Assert.Contains(
        Yaml.Gang($$$$$"""{apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication, metadata: {name: s}, spec: {driver: {}, executor: {{{{{executor}}}}} }}""").Errors(),
        e => e.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Spark_DynamicAllocation_MayStartWithItsFewest()
    {
        var gang = Yaml.Gang("""{apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication, metadata: {name: s}, spec: {dynamicAllocation: {enabled: true, initialExecutors: 4, minExecutors: 1}, driver: {}, executor: {}}}""");

        Assert.Equal((5, 2), (gang.Size, gang.MinMembers));
    }

    [Theory]
    [InlineData("{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 3}}", "labels: {scheduling.x-k8s.io/pod-group: g}", "x: y", "- - -")]
    [InlineData("{apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 3, networkTopology: {mode: hard, highestTierAllowed: 1}}}", "annotations: {scheduling.k8s.io/group-name: g}", "x: y", "leaf - -")]
    [InlineData("{apiVersion: scheduling.run.ai/v2alpha2, kind: PodGroup, metadata: {name: g}, spec: {minMember: 3, topologyConstraint: {topology: t, requiredTopologyLevel: cloud.provider.com/topology-block, preferredTopologyLevel: cloud.provider.com/topology-rack}}}", "annotations: {pod-group-name: g}", "x: y", "spine leaf -")]
    [InlineData("{apiVersion: scheduling.k8s.io/v1alpha2, kind: PodGroup, metadata: {name: g}, spec: {schedulingPolicy: {gang: {minCount: 3}}, schedulingConstraints: {topology: [{key: cloud.provider.com/topology-rack}]}}}", "labels: {a: b}", "schedulingGroup: {podGroupName: g}", "leaf - -")]
    [InlineData("{apiVersion: scheduling.k8s.io/v1alpha1, kind: Workload, metadata: {name: w}, spec: {podGroups: [{name: g, policy: {gang: {minCount: 3}}}]}}", "labels: {a: b}", "workloadRef: {name: w, podGroup: g}", "- - -")]
    public void PodGroup_PodsThatReferToIt_AreAGangOfItsMinimum(string group, string metadata, string spec, string hints)
    {
        var gang = Assert.Single(Yaml.Jobs($$$$$"""
            {{{{{group}}}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p-0, {{{{{metadata}}}}} }, spec: { {{{{{spec}}}}}, containers: [{}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p-1, {{{{{metadata}}}}} }, spec: { {{{{{spec}}}}}, containers: [{}]}}
            """).Gangs);

        Assert.Equal((3, 3, hints), (gang.Size, gang.MinMembers, PeerHintTests.Hints(gang)));
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void PodGroup_OfMorePods_SetsTheFewestToStart()
    {
        var pods = string.Concat(Enumerable.Range(0, 4).Select(i => $"\n---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p-{i}, labels: {{scheduling.x-k8s.io/pod-group: g}}}}, spec: {{containers: [{{}}]}}}}"));
        var gang = Assert.Single(Yaml.Jobs("{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 2}}" + pods).Gangs);

        Assert.Equal((4, 2), (gang.Size, gang.MinMembers));
    }

    [Fact]
    public void PodGroup_OfAJob_BoundsIt()
    {
        var content = Yaml.Jobs($$$$$"""
            {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 2}}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {parallelism: 4, template: {metadata: {annotations: {scheduling.volcano.sh/group-name: g}}, {{{{{Gpu}}}}} }}}
            """);

        Assert.Equal((4, 2), (Assert.Single(content.Gangs).Size, content.Gangs[0].MinMembers));
        Assert.Empty(content.Problems);
    }

    [Fact]
    public void PodGroup_NotInTheInput_IsTold() => Assert.Contains(
        "refers to podgroup/default/g, which is not in the input",
        Assert.Single(Yaml.Gang($$$$$"""{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {metadata: {labels: {scheduling.x-k8s.io/pod-group: g}}, {{{{{Gpu}}}}} }}}""").Problems).Message);

    [Fact]
    public void PodGroup_ThatNobodyRefersTo_IsTold()
    {
        var content = Yaml.Jobs("""
            {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 2}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{}]}}
            """);

        Assert.Equal("podgroup/default/g: no pod or template in the input refers to it; not used.", Assert.Single(content.Problems) is var p ? $"{p.Object}: {p.Message}" : "");
    }

    [Fact]
    public void Workload_OfAJob_GivesItsPodGroup()
    {
        var gang = Assert.Single(Yaml.Jobs($$$$$"""
            apiVersion: scheduling.k8s.io/v1alpha2
            kind: Workload
            metadata: {name: w}
            spec: {controllerRef: {apiGroup: batch, kind: Job, name: j}, podGroupTemplates: [{name: g, schedulingPolicy: {gang: {minCount: 2}}, schedulingConstraints: {topology: [{key: cloud.provider.com/topology-block}]}}]}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {parallelism: 4, template: { {{{{{Gpu}}}}} }}}
            """).Gangs);

        Assert.Equal((2, "spine - -"), (gang.MinMembers, PeerHintTests.Hints(gang)));
    }

    [Fact]
    public void OpenPaiJob_TaskRoles_AreRolesAndCellsAreTold()
    {
        var gang = Yaml.Gang("""
            protocolVersion: 2
            name: p
            type: job
            taskRoles: {train: {instances: 2, resourcePerInstance: {cpu: 4, memoryMB: 8192, gpu: 1}}}
            extras: {gangAllocation: true, hivedScheduler: {taskRoles: {train: {skuType: K80}}}}
            """);

        Assert.Equal("train x2 p-train-0 p-train-1", Roles(gang));
        Assert.Equal((2, 4000, 8192), (gang.Gpus, gang.Roles[0].Template.Requests["cpu"], gang.Roles[0].Template.Requests["memory"] >> 20));
        Assert.Contains("asks for cells of HiveD (skuType), not honoured", Assert.Single(gang.Problems).Message);
    }

    [Fact]
    public void Jobs_HigherPriority_StandFirst()
    {
        var gangs = Yaml.Jobs($$$$$"""
            {apiVersion: batch/v1, kind: Job, metadata: {name: first}, spec: {template: { {{{{{Gpu}}}}} }}}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {name: second}, spec: {template: {spec: {priorityClassName: high, containers: [{}]}}}}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {name: third}, spec: {template: { {{{{{Gpu}}}}} }}}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {name: fourth}, spec: {template: {spec: {priority: -1, containers: [{}]}}}}
            """, Yaml.Objects("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 10}")).Gangs;

        Assert.Equal(["second", "first", "third", "fourth"], gangs.Select(g => g.Key.Name));
    }

    [Theory]
    [InlineData("batch.volcano.sh/v1alpha1", "Job", "tasks: 7")]
    [InlineData("ray.io/v1", "RayCluster", "headGroupSpec: 7")]
    [InlineData("trainer.kubeflow.org/v1alpha1", "TrainJob", "runtimeRef: 7")]
    [InlineData("kubeflow.org/v1", "TFJob", "tfReplicaSpecs: 7")]
    [InlineData("apps/v1", "StatefulSet", "template: 7")]
    [InlineData("apps/v1", "Deployment", "template: 7")]
    [InlineData("sparkoperator.k8s.io/v1beta2", "SparkApplication", "driver: 7")]
    public void Kind_FieldOfTheWrongType_IsAnErrorThatNamesIt(string apiVersion, string kind, string spec)
    {
        var content = Yaml.Jobs($"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: x}}, spec: {{{spec}}}}}");

        Assert.Contains(content.Problems.Concat(content.Gangs.SelectMany(g => g.Problems)), p => p.Severity == Severity.Error && p.Message.Contains("\"7\", expected", StringComparison.Ordinal));
    }

    private static string Roles(Gang gang) => string.Join("; ", gang.Roles.Select(r => $"{r.Name} x{r.Count} {string.Join(' ', r.PodNames)}"));
}
