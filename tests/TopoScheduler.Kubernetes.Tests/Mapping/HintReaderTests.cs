using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class HintReaderTests
{
    [Fact]
    public void Read_EveryHint_IsUnderstood()
    {
        var gang = Job("""
            required-topology: spine
            preferred-topology: nvlink-domain
            preferred-for: 1h30m
            segment-size: '2'
            segment-topology: leaf
            parallelism: tp=8,pp=4,dp=2
            rank-order: tp-pp-dp
            workload: finetune
            model: params=70e9,active-params=12e9,precision=fp8
            allreduce-bytes: '4.4e9'
            alltoall-bytes: '1000'
            p2p-bytes: '0.5'
            expected-duration: 36h
            dataset: ml/imagenet
            gpu-watts: '700'
            gpu-watts-min: '560'
            spares: 2/nvlink-domain
            gang-min: '6'
            """);

        Assert.Empty(gang.Errors());
        var hints = gang.Hints;
        Assert.Equal(new TierTarget(Tier.Spine), hints.Required);
        Assert.Equal(new TierTarget(Tier.NvLinkDomain), hints.Preferred);
        Assert.Equal(TimeSpan.FromMinutes(90), hints.PreferredFor);
        Assert.Equal((2, new TierTarget(Tier.Leaf)), (hints.SegmentSize, hints.SegmentTier!));
        Assert.Equal("tp8 pp4 dp2", Degrees(hints));
        Assert.Equal("finetune", hints.Workload);
        Assert.Equal(new ModelHint(70e9, 12e9, "fp8"), hints.Model);
        Assert.Equal((4.4e9, 1000.0, 0.5), (hints.AllReduceBytes!.Value, hints.AllToAllBytes!.Value, hints.PointToPointBytes!.Value));
        Assert.Equal(TimeSpan.FromHours(36), hints.ExpectedDuration);
        Assert.Equal((700, 560), (hints.GpuWatts!.Value, hints.GpuWattsMin!.Value));
        Assert.Equal(6, gang.MinMembers);
        var power = gang.Roles[0].Template.Power;
        Assert.Equal((0.85, 700, true), (power.Utilisation, power.GpuWatts!.Value, power.Trusted));
        Assert.Equal(
            ["dataset", "spares"],
            gang.Problems.Where(p => p.Severity == Severity.Info && p.Message.EndsWith(": accepted, not used by this version.", StringComparison.Ordinal))
                .Select(p => p.Message["annotation toposcheduler.io/".Length..p.Message.IndexOf('=')]));
    }

    // The queue uses it, so that no reader may be told otherwise.
    [Fact]
    public void Read_PreferredFor_IsSaidToBeForTheQueue()
    {
        var gang = Job("preferred-topology: leaf\npreferred-for: 10m");
        Assert.Equal("annotation toposcheduler.io/preferred-for=\"10m\": the queue of gangs holds out so long; one plan does not.", Assert.Single(gang.Problems, p => p.Severity == Severity.Info).Message);
    }

    [Theory]
    [InlineData("gang-min: '9'", "gang-min=\"9\": expected a whole number between 1 and 8")]
    [InlineData("gang-min: '0'", "gang-min=\"0\": expected a whole number between 1 and 8")]
    [InlineData("gang-size: many", "gang-size=\"many\": expected a whole number between 1 and 100000, for example \"64\"")]
    [InlineData("required-topology: rack", "required-topology=\"rack\": expected node, nvlink-domain, leaf, spine, core")]
    [InlineData("required-topology: Leaf", "required-topology=\"Leaf\": expected node")]
    [InlineData("required-topology: ''", "required-topology=\"\": expected node")]
    [InlineData("preferred-topology: a/b/c", "preferred-topology=\"a/b/c\": expected node")]
    [InlineData("preferred-topology: 'a b/c'", "preferred-topology=\"a b/c\": expected node")]
    [InlineData("preferred-for: soon", "preferred-for=\"soon\": expected a duration such as \"10m\"")]
    [InlineData("preferred-for: '10'", "preferred-for=\"10\": expected a duration")]
    [InlineData("preferred-for: -5m", "preferred-for=\"-5m\": expected a duration")]
    [InlineData("expected-duration: 99999999h", "expected-duration=\"99999999h\": expected a duration such as \"36h\"")]
    [InlineData("segment-size: '2'", "segment-size=\"2\": expected toposcheduler.io/segment-topology beside it")]
    [InlineData("segment-topology: leaf", "segment-topology=\"leaf\": expected toposcheduler.io/segment-size beside it")]
    [InlineData("segment-size: '0'\nsegment-topology: leaf", "segment-size=\"0\": expected a whole number between 1 and 8")]
    [InlineData("segment-size: '9'\nsegment-topology: leaf", "segment-size=\"9\": expected a whole number between 1 and 8")]
    [InlineData("parallelism: tp=8,pp=4,dp=3", "parallelism=\"tp=8,pp=4,dp=3\": expected a product of 64, the gang's GPUs, but it is 96")]
    [InlineData("parallelism: tp=7", "parallelism=\"tp=7\": expected a product that divides 64, the gang's GPUs, but it is 7")]
    [InlineData("parallelism: tp=2147483647,pp=2147483647,cp=2147483647", "expected a product that divides 64")]
    [InlineData("parallelism: tp=8,tp=8", "parallelism=\"tp=8,tp=8\": expected degrees of tp, cp, ep, pp and dp")]
    [InlineData("parallelism: tp=0", "expected degrees of tp")]
    [InlineData("parallelism: tp8", "expected degrees of tp")]
    [InlineData("parallelism: xp=8", "expected degrees of tp")]
    [InlineData("parallelism: tp=8,pp=4,dp=2\nrank-order: tp-dp", "rank-order=\"tp-dp\": expected each of tp, pp, dp once")]
    [InlineData("parallelism: tp=8,pp=4,dp=2\nrank-order: tp-tp-dp", "rank-order=\"tp-tp-dp\": expected each of")]
    [InlineData("parallelism: tp=8,pp=4,dp=2\nrank-order: tp-pp-dp-cp", "rank-order=\"tp-pp-dp-cp\": expected each of")]
    [InlineData("rank-order: tp-dp", "rank-order=\"tp-dp\": expected toposcheduler.io/parallelism beside it")]
    [InlineData("workload: train", "workload=\"train\": expected one of pretrain, finetune, prefill, decode, inference, batch")]
    [InlineData("model: params=70B", "model=\"params=70B\": expected params=<number>")]
    [InlineData("model: precision=bf16", "expected params=<number>")]
    [InlineData("model: params=1,active-params=2", "expected params=<number>")]
    [InlineData("model: params=1,params=1", "expected params=<number>")]
    [InlineData("model: params=1,precision=int4", "expected params=<number>")]
    [InlineData("model: params=1e99", "expected params=<number>")]
    [InlineData("allreduce-bytes: NaN", "allreduce-bytes=\"NaN\": expected a number of bytes")]
    [InlineData("allreduce-bytes: '0'", "expected a number of bytes")]
    [InlineData("alltoall-bytes: -1", "expected a number of bytes")]
    [InlineData("p2p-bytes: 1e400", "expected a number of bytes")]
    [InlineData("gpu-watts: 40kW", "gpu-watts=\"40kW\": expected a whole number between 1 and 100000, for example \"700\"")]
    [InlineData("gpu-watts-min: '0'", "gpu-watts-min=\"0\": expected")]
    [InlineData("spares: lots", "spares=\"lots\": expected a number of members and a tier")]
    [InlineData("dataset: ''", "dataset=\"\": expected namespace and name of a data set")]
    public void Read_WrongValue_IsAnErrorThatNamesObjectKeyValueAndExpectation(string annotation, string expected)
    {
        var gang = Job(annotation);

        var error = Assert.Single(gang.Errors());
        Assert.StartsWith("job/ml/llama: annotation toposcheduler.io/", error);
        Assert.Contains(expected, error);
    }

    [Theory]
    [InlineData("tp=8", null, "tp8 dp8")]
    [InlineData("pp=4,tp=8,dp=2", null, "tp8 pp4 dp2")]
    [InlineData("dp=4,ep=2,pp=2,cp=2,tp=2", null, "tp2 cp2 ep2 pp2 dp4")]
    [InlineData("tp=8,pp=8", null, "tp8 pp8 dp1")]
    [InlineData("tp=8,pp=4,dp=2", "tp-dp-pp", "tp8 dp2 pp4")]
    [InlineData("tp=8,pp=4", "pp-tp", "pp4 tp8 dp2")]
    [InlineData("tp=8,pp=4", "dp-tp-pp", "dp2 tp8 pp4")]
    [InlineData(" tp = 8 , dp = 8 ", " tp - dp ", "tp8 dp8")]
    public void Read_Parallelism_IsInnermostFirst(string parallelism, string? order, string expected)
    {
        var gang = Job($"parallelism: '{parallelism}'" + (order is null ? "" : $"\nrank-order: '{order}'"));

        Assert.Empty(gang.Errors());
        Assert.Equal(expected, Degrees(gang.Hints));
    }

    [Theory]
    [InlineData("topology.k8s.aws/network-node-layer-1", "core", null)]
    [InlineData("network.topology.nvidia.com/leaf", "leaf", null)]
    [InlineData("toposcheduler.io/nvlink-domain", "nvlink-domain", null)]
    [InlineData("kubernetes.io/hostname", "node", null)]
    [InlineData("topology.kubernetes.io/zone", "cluster", "topology.kubernetes.io/zone")]
    [InlineData("example.com/row", "cluster", "example.com/row")]
    [InlineData("tier-4", "tier-4", null)]
    public void Read_TierTarget_IsTierOrRawKey(string value, string tier, string? key)
    {
        var target = Job($"required-topology: {value}").Hints.Required!;

        Assert.Equal((tier, key), (target.Tier.Name, target.LabelKey));
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("500ms", 0.5)]
    [InlineData("1h1m1s", 3661)]
    public void Read_Duration_IsAsKubernetesWritesIt(string text, double seconds) => Assert.Equal(seconds, Job($"preferred-for: {text}").Hints.PreferredFor!.Value.TotalSeconds);

    [Theory]
    [InlineData("gangsize", "toposcheduler.io/gang-size")]
    [InlineData("required-topolgy", "toposcheduler.io/required-topology")]
    [InlineData("gpu-watt", "toposcheduler.io/gpu-watts")]
    public void Read_UnknownKey_SuggestsTheNearest(string key, string suggested)
    {
        var gang = Job($"{key}: '1'");

        var problem = Assert.Single(gang.Problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.Equal($"annotation toposcheduler.io/{key}=\"1\": unknown key, ignored; did you mean {suggested}?", problem.Message);
    }

    [Fact]
    public void Read_HintOnTheObject_FillsInAndTheTemplateWins()
    {
        var gang = Yaml.Gang("""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: j, annotations: {toposcheduler.io/required-topology: leaf, toposcheduler.io/workload: batch}}
            spec: {template: {metadata: {annotations: {toposcheduler.io/required-topology: spine}}, spec: {containers: [{}]}}}
            """);

        Assert.Empty(gang.Problems);
        Assert.Equal((Tier.Spine, "batch"), (gang.Hints.Required!.Tier, gang.Hints.Workload!));
    }

    [Fact]
    public void Read_AnnotationAsLabel_IsTold()
    {
        var gang = Yaml.Gang("{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {toposcheduler.io/gang-size: '4'}}, spec: {containers: [{}]}}");

        Assert.Contains("is read from annotations only", Assert.Single(gang.Problems).Message);
        Assert.Equal(1, gang.Size);
    }

    [Fact]
    public void Read_PeersAnnotation_IsReported()
    {
        var gang = Yaml.Gang("{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {kueue.x-k8s.io/podset-slice-required-topology-constraints: x}}, spec: {containers: [{}]}}");

        Assert.Contains("not honoured by this version", Assert.Single(gang.Problems).Message);
    }

    [Theory]
    [InlineData("decode", 0.45)]
    [InlineData("inference", 0.70)]
    [InlineData("pretrain", 1)]
    public void Read_Workload_SetsUtilisation(string workload, double expected) =>
        Assert.Equal(expected, Job($"workload: {workload}").Roles[0].Template.Power.Utilisation);

    [Fact]
    public void Read_HintThatLowersTheDraw_IsToldOnce()
    {
        var content = Yaml.Jobs(JobText("workload: decode") + "\n---\n" + JobText("gpu-watts: '300'").Replace("llama", "other"));

        var info = Assert.Single(content.Problems);
        Assert.Equal(Severity.Info, info.Severity);
        Assert.Contains("of job/ml/llama and 1 more are trusted", info.Message);
        Assert.Empty(Yaml.Jobs(JobText("workload: pretrain")).Problems);
    }

    private static string Degrees(GangHints hints) => string.Join(' ', hints.Parallelism.Select(d => $"{d.Name}{d.Degree}"));

    private static Gang Job(string annotations) => Yaml.Gang(JobText(annotations));

    // Eight members of eight GPUs.
    private static string JobText(string annotations) => $$$$$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: llama, namespace: ml}
        spec:
          parallelism: 8
          completionMode: Indexed
          template:
            metadata:
              annotations:
                toposcheduler.io/{{{{{annotations.ReplaceLineEndings("\n").Replace("\n", "\n        toposcheduler.io/")}}}}}
            spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}
        """;
}
