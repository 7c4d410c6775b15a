using System.Text;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Kubernetes.Tests.Situations;

/// <summary>Which jobs of a cluster are gangs though nobody has seen a pod of theirs.</summary>
public sealed class JobWithoutPodsTests
{
    private const string Template = "template: {spec: {containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]}}";
    private const string Kueue = "labels: {kueue.x-k8s.io/queue-name: team-a}";

    [Fact]
    public void Job_New_WaitsForItsPods()
    {
        var gang = Assert.Single(Read(Job("train")));
        Assert.Equal((true, false, false, true), (gang.AwaitsPods, gang.IsSuspended, gang.IsPaused, gang.Waits));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(Kueue, false)]
    public void Job_Suspended_IsHeldByKueueOrBySomebody(string labels, bool paused)
    {
        var gang = Assert.Single(Read(Job("train", labels, "suspend: true, ")));
        Assert.Equal((paused, paused, !paused), (gang.AwaitsPods, gang.IsPaused && gang.AwaitsPods, gang.IsSuspended));
    }

    [Theory]
    [InlineData("conditions: [{type: Complete, status: \"True\"}]", true)]
    [InlineData("conditions: [{type: Failed, status: \"True\"}]", true)]
    [InlineData("conditions: [{type: Failed, status: \"False\"}, {type: Suspended, status: \"True\"}]", false)]
    [InlineData("state: {phase: Aborted}", true)]
    [InlineData("state: {phase: Pending}", false)]
    public void Job_Status_SaysWhetherItIsOver(string status, bool over)
    {
        var gang = Assert.Single(Read(Job("train") + $"\n  status: {{{status}}}"));
        Assert.Equal((!over, !over), (gang.AwaitsPods, gang.Waits));
    }

    [Fact]
    public void Job_WithPods_IsThatGangAlone() =>
        Assert.Equal(["job/ml/train"], Ids(Read(Job("train"), Pod("train-0-x", "labels: {batch.kubernetes.io/job-name: train}", "batch/v1", "Job", "train"))));

    // Its pods name a group of their own.
    [Fact]
    public void Job_WhosePodsAreAnotherGang_IsNone() =>
        Assert.DoesNotContain("statefulset/ml/train", Ids(Read(Set("train"), Pod("train-0", "annotations: {toposcheduler.io/gang: both, toposcheduler.io/gang-size: \"1\"}", "apps/v1", "StatefulSet", "train"))));

    [Fact]
    public void Job_OfAJobSet_IsPartOfIt() => Assert.Equal(["jobset/ml/train"], Ids(Read(JobSet("train"), Job("train-workers-0", OwnedBy("jobset.x-k8s.io/v1alpha2", "JobSet", "train")))));

    // Whose pods are called after the JobSet between them.
    [Fact]
    public void TrainJob_WhoseJobSetHasPods_IsNoGangBesideIt()
    {
        var set = JobSet("train", OwnedBy("trainer.kubeflow.org/v1alpha1", "TrainJob", "train"));
        Assert.Equal(["trainjob/ml/train"], Ids(Read(TrainJob("train"), set)));
        Assert.Equal(["jobset/ml/train"], Ids(Read(TrainJob("train"), set, Pod("train-workers-0-0-x", "labels: {jobset.sigs.k8s.io/jobset-name: train}", "batch/v1", "Job", "train-workers-0"))));
    }

    [Fact]
    public void Deployment_AndSetOfNone_WaitForNothing() =>
        Assert.Empty(Read(Set("none", replicas: 0), Set("shop").Replace("StatefulSet", "Deployment", StringComparison.Ordinal)));

    private static List<string> Ids(IEnumerable<SituationGang> gangs) => [.. gangs.Select(g => g.Gang.Key.Id)];

    private static List<SituationGang> Read(params string[] objects)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Node, metadata: {{name: n1}}}}\n{string.Join('\n', objects)}\n"));
        return [.. SituationReader.Read("-", file).Gangs];
    }

    private static string Meta(string name, string more) => $"metadata: {{name: {name}, namespace: ml, uid: u-{name}{(more.Length > 0 ? $", {more}" : "")}}}";

    private static string OwnedBy(string apiVersion, string kind, string name) => $"ownerReferences: [{{apiVersion: {apiVersion}, kind: {kind}, name: {name}, uid: u-{name}, controller: true}}]";

    private static string Job(string name, string more = "", string spec = "") => $"- apiVersion: batch/v1\n  kind: Job\n  {Meta(name, more)}\n  spec: {{{spec}parallelism: 2, completions: 2, {Template}}}";

    private static string Set(string name, int replicas = 2) => $"- apiVersion: apps/v1\n  kind: StatefulSet\n  {Meta(name, "")}\n  spec: {{replicas: {replicas}, {Template}}}";

    private static string JobSet(string name, string more = "") =>
        $"- apiVersion: jobset.x-k8s.io/v1alpha2\n  kind: JobSet\n  {Meta(name, more)}\n  spec: {{replicatedJobs: [{{name: workers, replicas: 1, template: {{spec: {{parallelism: 2, completions: 2, {Template}}}}}}}]}}";

    private static string TrainJob(string name) =>
        $"- apiVersion: trainer.kubeflow.org/v1alpha1\n  kind: TrainJob\n  {Meta(name, "")}\n  spec: {{runtimeRef: {{name: torch}}, trainer: {{numNodes: 2, resourcesPerNode: {{limits: {{nvidia.com/gpu: 8}}}}}}}}";

    private static string Pod(string name, string more, string apiVersion, string kind, string owner) =>
        $"- apiVersion: v1\n  kind: Pod\n  {Meta(name, $"{more}, {OwnedBy(apiVersion, kind, owner)}")}\n  spec: {{containers: [{{name: main, resources: {{limits: {{nvidia.com/gpu: 8}}}}}}]}}\n  status: {{phase: Pending}}";
}
