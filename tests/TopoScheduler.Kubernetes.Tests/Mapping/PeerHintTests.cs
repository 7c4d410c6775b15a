using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

/// <summary>Other schedulers' hints, each by what it becomes here and what is said about it.</summary>
public sealed class PeerHintTests
{
    private const string Rack = "cloud.provider.com/topology-rack";
    private const string Block = "cloud.provider.com/topology-block";
    private const string Kueue = "kueue.x-k8s.io/podset-";

    // Hints as "required/preferred/segment", - for none.
    [Theory]
    [InlineData($"{Kueue}required-topology: {Rack}", "leaf - -")]
    [InlineData($"{Kueue}required-topology: {Block}", "spine - -")]
    [InlineData($"{Kueue}required-topology: kubernetes.io/hostname", "node - -")]
    [InlineData($"{Kueue}required-topology: example.com/row", "example.com/row - -")]
    [InlineData($"{Kueue}required-topology: topology.k8s.aws/network-node-layer-2", "spine - -")]
    [InlineData($"{Kueue}required-topology: cloud.google.com/gce-topology-block", "spine - -")]
    [InlineData($"{Kueue}preferred-topology: {Rack}", "- leaf -")]
    [InlineData($"{Kueue}unconstrained-topology: 'true'", "- - -")]
    [InlineData($"{Kueue}slice-required-topology: {Rack}, {Kueue}slice-size: '4'", "- - 4 leaf")]
    [InlineData($"{Kueue}required-topology: {Block}, {Kueue}slice-required-topology: {Rack}, {Kueue}slice-size: '4'", "spine - 4 leaf")]
    [InlineData($"kai.scheduler/topology: t, kai.scheduler/topology-required-placement: {Rack}", "leaf - -")]
    [InlineData($"kai.scheduler/topology: t, kai.scheduler/topology-required-placement: {Block}, kai.scheduler/topology-preferred-placement: {Rack}", "spine leaf -")]
    [InlineData($"kai.scheduler/topology: t, kai.scheduler/segment-size: '2', kai.scheduler/segment-topology-required-placement: {Rack}", "- - 2 leaf")]
    [InlineData("volcano.sh/network-topology-mode: hard, volcano.sh/network-topology-highest-tier: '2'", "spine - -")]
    [InlineData("volcano.sh/network-topology-highest-tier: '1'", "leaf - -")]
    [InlineData("volcano.sh/network-topology-highest-tier: '4'", "tier-3 - -")]
    [InlineData("volcano.sh/network-topology-mode: soft, volcano.sh/network-topology-highest-tier: '2'", "- spine -")]
    [InlineData("volcano.sh/network-topology-mode: soft", "- leaf -")]
    [InlineData($"{Kueue}required-topology: {Rack}, toposcheduler.io/required-topology: leaf", "leaf - -")]
    public void Hint_OnTheTemplate_IsHonouredWithoutAWord(string annotations, string expected)
    {
        var gang = Job(annotations);

        Assert.Equal(expected, Hints(gang));
        Assert.Empty(gang.Problems);
    }

    [Theory]
    [InlineData($"{Kueue}required-topology: {Rack}, toposcheduler.io/required-topology: spine", "spine - -", "contradicts annotation toposcheduler.io/required-topology=\"spine\", which is used")]
    [InlineData($"{Kueue}preferred-topology: {Rack}, toposcheduler.io/preferred-topology: spine", "- spine -", "contradicts annotation toposcheduler.io/preferred-topology=\"spine\", which is used")]
    [InlineData($"{Kueue}slice-required-topology: {Rack}, {Kueue}slice-size: '4', toposcheduler.io/segment-size: '2', toposcheduler.io/segment-topology: leaf", "- - 2 leaf", "which are used")]
    [InlineData($"{Kueue}required-topology: {Rack}, {Kueue}unconstrained-topology: 'true'", "leaf - -", "contradicts the level asked for beside it")]
    [InlineData($"{Kueue}slice-required-topology-constraints: '[]'", "- - -", "not honoured by this version")]
    [InlineData("volcano.sh/network-topology-mode: hard", "- - -", "bounds nothing")]
    [InlineData("kai.scheduler/topology: t, kai.scheduler/topology-required-placement: rack", "- - -", "not honoured; expected a node label key")]
    [InlineData($"kai.scheduler/topology: t, kai.scheduler/segment-size: '2', kai.scheduler/segment-topology-preferred-placement: {Rack}", "- - -", "segment-topology-preferred-placement=\"cloud.provider.com/topology-rack\": not honoured by this version")]
    [InlineData($"{Kueue}required-topology: {Rack}, kai.scheduler/topology: t, kai.scheduler/topology-required-placement: example.com/row", "leaf - -", "not honoured beside annotation kueue.x-k8s.io/podset-required-topology")]
    [InlineData($"{Kueue}required-topology: example.com/row, toposcheduler.io/required-topology: leaf", "leaf - -", "contradicts annotation")]
    [InlineData("gang.scheduling.koordinator.sh/network-topology-spec: '{}'", "- - -", "not honoured by this version")]
    public void Hint_ContradictedOrNotHonoured_IsAWarning(string annotations, string expected, string message)
    {
        var gang = Job(annotations);

        Assert.Equal(expected, Hints(gang));
        Assert.Contains(gang.Problems, p => p.Severity == Severity.Warning && p.Message.Contains(message, StringComparison.Ordinal));
        Assert.Empty(gang.Errors());
    }

    [Theory]
    [InlineData($"{Kueue}required-topology: rack", "expected a node label key with a prefix")]
    [InlineData($"{Kueue}slice-size: '4'", "expected kueue.x-k8s.io/podset-slice-required-topology beside it")]
    [InlineData($"{Kueue}slice-required-topology: {Rack}", "expected kueue.x-k8s.io/podset-slice-size beside it")]
    [InlineData($"{Kueue}slice-required-topology: {Rack}, {Kueue}slice-size: '9'", "expected a whole number between 1 and 8")]
    [InlineData($"{Kueue}unconstrained-topology: maybe", "expected \"true\" or \"false\"")]
    [InlineData("volcano.sh/network-topology-mode: firm", "expected one of hard, soft")]
    [InlineData("volcano.sh/network-topology-highest-tier: '0'", "expected a whole number between 1 and 10")]
    [InlineData("kai.scheduler/topology: t, kai.scheduler/segment-size: '1', kai.scheduler/segment-topology-required-placement: a/b", "expected a whole number between 2 and 8")]
    public void Hint_WrongValue_IsAnErrorThatNamesIt(string annotations, string message) =>
        Assert.Contains(Job(annotations).Errors(), e => e.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Kueue_OnTheJobObject_IsToldToStandElsewhere()
    {
        var gang = Yaml.Gang($"{{apiVersion: batch/v1, kind: Job, metadata: {{name: j, annotations: {{{Kueue}required-topology: {Rack}}}}}, spec: {{template: {{spec: {{containers: [{{}}]}}}}}}}}");

        Assert.Null(gang.Hints.Required);
        Assert.Contains("where Kueue does not read it", Assert.Single(gang.Problems).Message);
    }

    [Theory]
    [InlineData("group-name: g", "leaf - -")]
    [InlineData("x: y", "- - 2 leaf")]
    public void Kueue_LeaderAndWorkers_ShareADomainByGroupName(string also, string expected)
    {
        var metadata = $"metadata: {{annotations: {{{Kueue}required-topology: {Rack}, {Kueue}{also}}}}}".Replace($"{Kueue}x: y", "x: y", StringComparison.Ordinal);
        var gang = Yaml.Gang($$$$$"""
            apiVersion: leaderworkerset.x-k8s.io/v1
            kind: LeaderWorkerSet
            metadata: {name: l}
            spec: {leaderWorkerTemplate: {size: 3, leaderTemplate: { {{{{{metadata}}}}}, spec: {containers: [{}]} }, workerTemplate: { {{{{{metadata}}}}}, spec: {containers: [{}]} } } }
            """);

        Assert.Equal(expected, Hints(gang));
        Assert.All(gang.Roles, r => Assert.Equal(r.Name == "leader" ? "l-0" : "l-0-1 l-0-2", string.Join(' ', r.PodNames)));
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void Kueue_PodSetsOfEqualSize_EachHaveADomainOfTheirOwn()
    {
        var gang = JobSet($"{Kueue}required-topology: {Rack}", ("a", 1, 4), ("b", 1, 4));

        Assert.Equal("- - 4 leaf", Hints(gang));
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void Kueue_SlicesOfAJobSet_AreItsJobsUnlessSized()
    {
        var gang = JobSet($"{Kueue}slice-required-topology: {Rack}", ("w", 3, 2));

        Assert.Equal("- - 2 leaf", Hints(gang));
    }

    [Fact]
    public void Kueue_WorkersOfAnMpiJob_LeaveTheLauncherFree()
    {
        var gang = Mpi($"{Kueue}required-topology: {Rack}");

        Assert.Equal(["worker", "launcher"], gang.Roles.Select(r => r.Name));
        Assert.Equal("- - 4 leaf", Hints(gang));
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void Kueue_WorkersBesideAMasterWithGpus_TakeItAlong()
    {
        var gang = Yaml.Gang($$$$$"""
            apiVersion: kubeflow.org/v1
            kind: PyTorchJob
            metadata: {name: t}
            spec:
              pytorchReplicaSpecs:
                Master: {template: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}}}
                Worker: {replicas: 3, template: {metadata: {annotations: { {{{{{Kueue}}}}}required-topology: {{{{{Rack}}}}} }}, spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}}}
            """);

        Assert.Equal("leaf - -", Hints(gang));
        Assert.Contains("is about role worker alone; here one domain holds the whole gang", Assert.Single(gang.Problems).Message);
    }

    [Fact]
    public void Kueue_SlicesAfterALauncher_PutTheLauncherLast()
    {
        var gang = Mpi($"{Kueue}slice-required-topology: {Rack}, {Kueue}slice-size: '2'");

        Assert.Equal(["worker", "launcher"], gang.Roles.Select(r => r.Name));
        Assert.Equal("- - 2 leaf", Hints(gang));
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void Kueue_GroupOfPlainPods_HasItsSizeAndItsHint()
    {
        var gang = Yaml.Gang($$$$$"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: p-0
              labels: {kueue.x-k8s.io/pod-group-name: g}
              annotations: {kueue.x-k8s.io/pod-group-total-count: '3', {{{{{Kueue}}}}}required-topology: {{{{{Rack}}}}}}
            spec: {containers: [{}]}
            """);

        Assert.Equal(("g", 3, "leaf - -"), (gang.Key.Name, gang.Size, Hints(gang)));
        Assert.Empty(gang.Errors());
    }

    [Theory]
    [InlineData("rack", "leaf - -", 0)]
    [InlineData("place", "example.com/place - -", 0)]
    [InlineData("room", "- - -", 1)]
    public void Kai_LevelAlias_IsLookedUpInItsTopology(string level, string expected, int problems)
    {
        var gang = Assert.Single(Yaml.Jobs($$$$$"""
            {apiVersion: kai.scheduler/v1alpha1, kind: Topology, metadata: {name: t}, spec: {levels: [{nodeLabel: {{{{{Rack}}}}}, alias: rack}, {nodeLabel: example.com/place, alias: place}]}}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: j, annotations: {kai.scheduler/topology: t, kai.scheduler/topology-required-placement: {{{{{level}}}}}}}
            spec: {parallelism: 2, template: {spec: {containers: [{}]}}}
            """).Gangs);

        Assert.Equal(expected, Hints(gang));
        Assert.Equal(problems, gang.Problems.Length);
    }

    [Fact]
    public void Kai_MinMember_IsTheFewestToStart()
    {
        var gang = Yaml.Gang("""{apiVersion: batch/v1, kind: Job, metadata: {name: j, annotations: {kai.scheduler/batch-min-member: '2'}}, spec: {parallelism: 6, template: {spec: {containers: [{}]}}}}""");

        Assert.Equal((6, 2), (gang.Size, gang.MinMembers));
    }

    [Theory]
    [InlineData("networkTopology: {mode: hard, highestTierAllowed: 1}", "leaf - -")]
    [InlineData("networkTopology: {highestTierAllowed: 2}", "spine - -")]
    [InlineData("networkTopology: {mode: soft}", "- leaf -")]
    [InlineData("networkTopology: {mode: soft, highestTierAllowed: 3}", "- core -")]
    [InlineData("networkTopology: {mode: hard, highestTierName: volcano.sh/hypercluster}", "spine - -")]
    public void Volcano_JobTopology_IsRequiredOrPreferred(string topology, string expected)
    {
        var gang = Volcano(topology, "replicas: 4");

        Assert.Equal(expected, Hints(gang));
        Assert.Empty(gang.Problems);
    }

    [Fact]
    public void Volcano_Partitions_AreSegmentsInsideTheJobsDomain()
    {
        var gang = Volcano(
            "networkTopology: {mode: hard, highestTierAllowed: 2}",
            "replicas: 8, partitionPolicy: {totalPartitions: 2, partitionSize: 4, networkTopology: {mode: hard, highestTierAllowed: 1}}");

        Assert.Equal("spine - 4 leaf", Hints(gang));
        Assert.Empty(gang.Problems);
    }

    [Theory]
    [InlineData("replicas: 8, partitionPolicy: {partitionSize: 4, networkTopology: {mode: soft}}", "mode \"soft\" is not honoured for partitions")]
    [InlineData("replicas: 8, partitionPolicy: {networkTopology: {mode: hard, highestTierAllowed: 1}}", "partitionSize: nothing, expected the number of pods")]
    public void Volcano_PartitionsNotHonoured_AreTold(string task, string message) =>
        Assert.Contains(Volcano("minAvailable: 2", task).Problems, p => p.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void JobSetExclusive_EveryJob_StaysInsideOneDomain()
    {
        var gang = JobSet("x: y", "alpha.jobset.sigs.k8s.io/exclusive-topology: cloud.google.com/gke-nodepool", ("w", 3, 3));

        Assert.Equal("- - 3 cloud.google.com/gke-nodepool", Hints(gang));
        Assert.Contains("that no other shares the domain is not honoured", Assert.Single(gang.Problems).Message);
    }

    [Theory]
    [InlineData(1, 4, 2, 4, "- - 4 leaf")]
    [InlineData(1, 1, 2, 4, "- - 4 leaf")]
    [InlineData(1, 3, 2, 4, "- - -")]
    public void JobSetExclusive_JobsOfSeveralSizes_AreHonouredWhereSegmentsCan(int jobsA, int podsA, int jobsB, int podsB, string expected)
    {
        var gang = JobSet("x: y", $"alpha.jobset.sigs.k8s.io/exclusive-topology: {Rack}", ("a", jobsA, podsA), ("b", jobsB, podsB));

        Assert.Equal(expected, Hints(gang));
    }

    [Fact]
    public void LwsExclusive_EveryGroup_RequiresOneDomain()
    {
        var gangs = Yaml.Jobs($$$$$"""
            apiVersion: leaderworkerset.x-k8s.io/v1
            kind: LeaderWorkerSet
            metadata: {name: l, annotations: {leaderworkerset.sigs.k8s.io/exclusive-topology: {{{{{Rack}}}}}, leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology: kubernetes.io/hostname}}
            spec: {replicas: 2, leaderWorkerTemplate: {size: 4, subGroupPolicy: {subGroupSize: 2}, workerTemplate: {spec: {containers: [{}]}}}}
            """).Gangs;

        Assert.All(gangs, g => Assert.Equal("leaf - 2 node", Hints(g)));
        Assert.All(gangs, g => Assert.Equal(2, g.Problems.Length));
    }

    internal static string Hints(Gang gang)
    {
        var hints = gang.Hints;
        var segment = hints.SegmentSize > 0 ? $"{hints.SegmentSize} {hints.SegmentTier}" : "-";
        return $"{hints.Required?.ToString() ?? "-"} {hints.Preferred?.ToString() ?? "-"} {segment}";
    }

    private static Gang Job(string annotations) => Yaml.Gang($$$$$"""
        {apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {parallelism: 8, template: {metadata: {annotations: { {{{{{annotations}}}}} }}, spec: {containers: [{}]}}}}
        """);

    private static Gang Mpi(string annotations) => Yaml.Gang($$$$$"""
        apiVersion: kubeflow.org/v2beta1
        kind: MPIJob
        metadata: {name: m}
        spec:
          mpiReplicaSpecs:
            Launcher: {template: {spec: {containers: [{}]}}}
            Worker: {replicas: 4, template: {metadata: {annotations: { {{{{{annotations}}}}} }}, spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}}}
        """);

    private static Gang Volcano(string spec, string task) => Yaml.Gang($$$$$"""
        {apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: v}, spec: { {{{{{spec}}}}}, tasks: [{name: t, {{{{{task}}}}}, template: {spec: {containers: [{}]}}}]}}
        """);

    private static Gang JobSet(string annotations, params (string Name, int Replicas, int Pods)[] jobs) => JobSet(annotations, "a: b", jobs);

    private static Gang JobSet(string annotations, string ofTheSet, params (string Name, int Replicas, int Pods)[] jobs)
    {
        var children = jobs.Select(j => $$$$$"""
            {name: {{{{{j.Name}}}}}, replicas: {{{{{j.Replicas}}}}}, template: {spec: {parallelism: {{{{{j.Pods}}}}}, completions: {{{{{j.Pods}}}}}, template: {metadata: {annotations: { {{{{{annotations}}}}} }}, spec: {containers: [{}]} } }}}
            """);
        return Yaml.Gang($$$$$"""
            {apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet, metadata: {name: s, annotations: { {{{{{ofTheSet}}}}} }}, spec: {replicatedJobs: [{{{{{string.Join(", ", children)}}}}}]}}
            """);
    }
}
