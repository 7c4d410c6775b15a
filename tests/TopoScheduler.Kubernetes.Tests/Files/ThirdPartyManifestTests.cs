using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>Manifests that others publish, read where they lie.</summary>
public sealed class ThirdPartyManifestTests
{
    public static TheoryData<string, string> Jobs() => new()
    {
        { "manifests/jobset/paralleljobs.yaml", "jobset/default/paralleljobs: workers x4 of 0, driver x1 of 0" },
        { "manifests/jobset/exclusive-placement.yaml", "jobset/default/exclusive-placement: workers x9 of 0" },
        { "manifests/jobset/startup-driver-ready.yaml", "jobset/default/startup-driver-ready: driver x1 of 0, workers x4 of 0" },
        { "manifests/jobset/v6e-jax-workload.yaml", "jobset/default/v6e-multislice: slice x8 of 4" },
        { "manifests/mpi-operator/tensorflow-benchmarks.yaml", "mpijob/default/tensorflow-benchmarks: launcher x1 of 0, worker x2 of 1" },
        { "manifests/mpi-operator/pi.yaml", "mpijob/default/pi: launcher x1 of 0, worker x2 of 0" },
        { "manifests/pytorch-operator/pytorch_job_bert.yaml", "pytorchjob/default/pytorch-job-bert: master x1 of 1, worker x1 of 1" },
        { "manifests/pytorch-operator/pytorch_job_mnist_nccl.yaml", "pytorchjob/default/pytorch-dist-mnist-nccl: master x1 of 1, worker x1 of 1" },
        { "manifests/leaderworkerset/vllm-gpu-lws.yaml", "leaderworkerset/default/vllm-0: leader x1 of 8, worker x1 of 8; leaderworkerset/default/vllm-1: leader x1 of 8, worker x1 of 8" },
        { "manifests/aws-awsome-distributed-training/nccl-tests.yaml", "mpijob/default/nccl-tests: launcher x1 of 0, worker x2 of 8" },
        { "manifests/aws-awsome-distributed-training/1-imagenet-gpu-team-a.yaml", "deployment/hyperpod-ns-team-a/etcd-gpu-0: replica x1 of 0; pytorchjob/hyperpod-ns-team-a/imagenet-gpu-team-a-1: worker x3 of 1" },
        { "manifests/gke-cluster-toolkit/a3-ultragpu/nccl-jobset-example.yaml", "jobset/default/ag-4: w x4 of 8" },
        { "manifests/gke-cluster-toolkit/tas/block-topology-tas-small-job.yaml", "job/default/tas-sample-small-preferred-block: worker x2 of 1" },
        { "manifests/gke/nccl-test-a4.yaml", "pod/default/nccl-test-host-1: nccl-test-host x1 of 8; pod/default/nccl-test-host-2: nccl-test-host x1 of 8" },
        { "manifests/nvidia-dra-driver/nvbandwidth-test-job.yaml", "mpijob/default/nvbandwidth-test: launcher x1 of 0, worker x4 of 2" },
        { "kueue/jobs/sample-leaderworkerset-tas.yaml", "leaderworkerset/default/nginx-leaderworkerset-0: leader x1 of 0, worker x2 of 1; leaderworkerset/default/nginx-leaderworkerset-1: leader x1 of 0, worker x2 of 1" },
        { "kueue/tas/sample-job-preferred.yaml", "job/default/tas-sample-preferred: worker x40 of 0" },
        { "manifests/kuberay/ray-cluster.complete.yaml", "raycluster/default/raycluster-complete: head x1 of 0, small-group x1 of 0" },
        { "manifests/kuberay/ray-job.pytorch-image-classifier.yaml", "rayjob/default/pytorch-image-classifier: head x1 of 0, gpu-group x4 of 1" },
        { "manifests/kubeflow-trainer/01-multi-node.yaml", "trainjob/default/multi-node-example: node x3 of 0" },
        { "volcano/job.yaml", "job/default/test-job: default-nginx x6 of 0" },
        { "volcano/mpi-example.yaml", "job/default/lm-mpi-job: mpimaster x1 of 0, mpiworker x2 of 0" },
        { "hivedscheduler/itc-gang.yaml", "openpaijob/default/itc-gang: train x6 of 1" },
        { "kai-scheduler/batch-job-min-member.yaml", "job/default/batch-job-min-member: worker x6 of 1" },
    };

    [ThirdPartyTheory]
    [MemberData(nameof(Jobs))]
    public void Read_PublishedJob_IsItsGangs(string file, string expected)
    {
        var content = JobReader.Read(ThirdPartyData.Require(file.Split('/')));

        Assert.Equal(expected, string.Join("; ", content.Gangs.Select(g => $"{g.Key.Id}: {string.Join(", ", g.Roles.Select(r => $"{r.Name} x{r.Count} of {r.Template.Gpus}"))}")));
        Assert.All(content.Gangs, g => Assert.DoesNotContain(g.Problems, p => p.Severity == Severity.Error));
        Assert.DoesNotContain(content.Problems, p => p.Severity == Severity.Error);
    }

    [ThirdPartyTheory]
    [InlineData("manifests/nvidia-dra-driver/nvbandwidth-test-job.yaml")]
    [InlineData("manifests/nvidia-dra-driver/channel-injection.yaml")]
    [InlineData("manifests/gke/nccl-test-imex-a4x.yaml")]
    public void Read_ImexChannel_RequiresOneNvLinkDomain(string file) =>
        Assert.All(JobReader.Read(ThirdPartyData.Require(file.Split('/'))).Gangs, g => Assert.Equal("nvlink-domain", g.Hints.Required!.ToString()));

    [ThirdPartyFact]
    public void Read_UnfilledVariables_AreErrorsThatShowThem()
    {
        var gang = Assert.Single(JobReader.Read(ThirdPartyData.Require("manifests", "aws-awsome-distributed-training", "llama2_70b-fsdp.yaml")).Gangs);

        Assert.Contains(gang.Problems, p => p.Severity == Severity.Error && p.Message.StartsWith("spec.pytorchReplicaSpecs.Worker.replicas: \"$NUM_NODES\", expected a whole number", StringComparison.Ordinal));
    }

    [ThirdPartyTheory]
    [InlineData("nodes/fake-gpu-operator/t4x2-gcp-gfd-labels.node.yaml")]
    [InlineData("nodes/fake-gpu-operator/mig-3_instances.node.yaml")]
    [InlineData("nodes/kwok/virtual-gpu-node.yaml")]
    public void Read_PublishedNode_HasItsAllocatable(string file)
    {
        var content = ClusterReader.Read(ThirdPartyData.Require(file.Split('/')));

        Assert.True(Assert.Single(content.Nodes).Allocatable.Count > 0);
        Assert.DoesNotContain(content.Problems, p => p.Severity == Severity.Error);
    }

    [ThirdPartyFact]
    public void Read_EveryPublishedFile_GivesAnAnswerOrAnInputException()
    {
        var files = Directory.EnumerateFiles(ThirdPartyData.Root, "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal) || f.EndsWith(".json", StringComparison.Ordinal));

        Assert.All(files, file =>
        {
            Assert.True(Record.Exception(() => JobReader.Read(file)) is null or InputException);
            Assert.True(Record.Exception(() => ClusterReader.Read(file)) is null or InputException);
        });
    }
}
