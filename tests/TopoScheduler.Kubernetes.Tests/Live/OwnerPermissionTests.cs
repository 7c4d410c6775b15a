using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Testing.Permissions;
using static TopoScheduler.Kubernetes.Tests.Live.LivePods;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>Controllers of pods where permissions name the kinds that may be read, and no others.</summary>
public sealed class OwnerPermissionTests
{
    private const string JobPath = "/apis/batch/v1/namespaces/ml/jobs/train";

    private const string Job = """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: train, namespace: ml, uid: job-1, ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Workflow, name: w, uid: w-1, controller: true}]}
        spec: {parallelism: 4, completions: 4, template: {spec: {containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]}}}
        """;

    [Fact]
    public async Task PodOfAKindNobodyReads_Forbidden_IsAGangOfItsOwn()
    {
        var subject = await SubjectAsync(Book(), Pod("step-1", 8).OwnedBy("argoproj.io/v1alpha1", "Workflow", "w", "w-1"));

        Assert.Null(subject.Incomplete);
        Assert.Equal((1, 8), (subject.Gang.Size, subject.Gang.Gpus));
    }

    [Fact]
    public async Task JobOfAKindNobodyReads_Forbidden_IsTheGang()
    {
        var subject = await SubjectAsync(Book(but: JobPath), Pod("train-0", 8).OwnedBy("batch/v1", "Job", "train", "job-1"));

        Assert.Null(subject.Incomplete);
        Assert.Equal(("Job", 4), (subject.Gang.Key.Kind, subject.Gang.Size));
    }

    // Its pods must not go one by one because somebody forgot a rule.
    [Fact]
    public async Task PodOfAJob_Forbidden_IsNotKnown()
    {
        var subject = await SubjectAsync(Book(), Pod("train-0", 8).OwnedBy("jobset.x-k8s.io/v1alpha2", "JobSet", "train", "set-1"));

        Assert.Equal("JobSet ml/train is not known yet", subject.Incomplete);
    }

    // Each kind that may own pods in a cluster, as the page of permissions has it. A Deployment owns ReplicaSets, which are no gangs.
    [Theory]
    [InlineData("batch", "Job")]
    [InlineData("apps", "StatefulSet")]
    [InlineData("jobset.x-k8s.io", "JobSet")]
    [InlineData("leaderworkerset.x-k8s.io", "LeaderWorkerSet")]
    [InlineData("kubeflow.org", "MPIJob")]
    [InlineData("kubeflow.org", "PyTorchJob")]
    [InlineData("kubeflow.org", "TFJob")]
    [InlineData("kubeflow.org", "JAXJob")]
    [InlineData("kubeflow.org", "XGBoostJob")]
    [InlineData("kubeflow.org", "PaddleJob")]
    [InlineData("trainer.kubeflow.org", "TrainJob")]
    [InlineData("batch.volcano.sh", "Job")]
    [InlineData("ray.io", "RayCluster")]
    [InlineData("ray.io", "RayJob")]
    [InlineData("ray.io", "RayService")]
    [InlineData("sparkoperator.k8s.io", "SparkApplication")]
    public void Kind_ThatIsRead_IsOnThePage(string group, string kind)
    {
        var owner = new OwnerReference($"{group}/v1", kind, "ml", "x", "u");

        Assert.NotNull(JobKind.ReaderOf(new(owner.ApiVersion, kind, "ml", "x", "u")));
        Assert.Contains(Permission.Of("GET", owner.Path, watches: false)!, Owners());
    }

    [Fact]
    public void Page_Owners_AreTheKindsAbove() => Assert.Equal(16, Owners().Count);

    // Who asks about a job by its name asks for all of these.
    [Fact]
    public void Page_Owners_AreTheKindsThatAreGotByName() =>
        Assert.Equal(Owners().Select(p => $"{p.Group}/{p.Resource}").Order(StringComparer.Ordinal), JobResources.ByName.Select(r => $"{r.Resource.Group}/{r.Resource.Plural}").Order(StringComparer.Ordinal));

    private static IReadOnlyList<Permission> Owners() => [.. PermissionPage.Load(Root()).For("advisory").Where(p => p is { Verb: "get", Resource: not "pods" })];

    // Everything else than one path is refused.
    private static PodBook Book(string? but = null) => new(
        new OwnerSource((path, _) => path == but
            ? Task.FromResult<Tree?>(Mapping.Yaml.Tree(Job))
            : Task.FromException<Tree?>(new ApiException($"GET {path}", new(403, "Forbidden", "may not be read", null, [])))),
        []);

    /// <summary>The repository.</summary>
    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds TopoScheduler.sln");
    }
}
