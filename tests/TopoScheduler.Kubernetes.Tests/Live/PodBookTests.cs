using System.Text.Json.Nodes;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Mapping;
using static TopoScheduler.Kubernetes.Tests.Live.LivePods;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>Which gang a pod belongs to, as the scheduler asks about it.</summary>
public sealed class PodBookTests
{
    private const string JobPath = "/apis/batch/v1/namespaces/ml/jobs/train";
    private const string Template = "template: {spec: {containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]}}";

    private const string Job = $$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: train, namespace: ml, uid: job-1, annotations: {toposcheduler.io/required-topology: leaf} }
        spec: {parallelism: 4, completions: 4, completionMode: Indexed, {{Template}} }
        """;

    [Fact]
    public async Task JobPod_Asked_HasTheGangOfItsJobUnderTheKeyOfItsLabels()
    {
        var api = new LivePods().With(JobPath, Job);

        var subject = await SubjectAsync(api.Book(), JobPod(2));

        Assert.Null(subject.Incomplete);
        Assert.Equal(new GangKey("ml", "Job", "train", "job-1"), subject.Gang.Key);
        Assert.Equal((4, 32, 2, 0), (subject.Gang.Size, subject.Gang.Gpus, subject.Member, subject.Role));
        Assert.Equal(Tier.Leaf, subject.Gang.Hints.Required?.Tier);
        Assert.Equal([JobPath], api.Asked);
    }

    // The watch reads a bound pod alone. What its job says of its watts has to stand on the pod by then, or it would count otherwise than it was planned.
    [Fact]
    public async Task JobPod_HintsOnTheJobAlone_AreWhatItIsToBeToldAndWhatItTakes()
    {
        var job = Job.Replace("required-topology: leaf", "workload: decode, toposcheduler.io/gpu-watts: '400'", StringComparison.Ordinal);
        var book = new LivePods().With(JobPath, job).Book("ml");

        var subject = await SubjectAsync(book, JobPod(0));
        var told = await SubjectAsync(book, JobPod(1).Annotated("toposcheduler.io/workload", "batch").Annotated("toposcheduler.io/gpu-watts", "500"));

        Assert.Equal([("toposcheduler.io/gpu-watts", "400"), ("toposcheduler.io/workload", "decode")], subject.Demand!.Unsaid.Select(h => (h.Key, h.Value)).Order());
        Assert.Equal(subject.Gang.Roles[0].Template.Power with { CapWatts = 350, Independent = true }, subject.TemplateUnder(350).Power);
        Assert.Empty(told.Demand!.Unsaid);
        Assert.Equal((0.7, 500), (told.TemplateUnder(null).Power.Utilisation, told.TemplateUnder(null).Power.GpuWatts));

        var bound = JobPod(0).OnNode("n0000");
        foreach (var (key, value) in subject.Demand.Unsaid) bound.Annotated(key, value);
        Assert.Equal(subject.TemplateUnder(null).Power with { Trusted = false }, bound.Sighting().Bound!.Template.Power);
    }

    // As where a webhook has added to it.
    [Fact]
    public async Task JobPod_AsksForMoreThanItsJobSays_TakesWhatItSays()
    {
        var pod = JobPod(0);
        pod["spec"]!["containers"]![0]!["resources"]!["limits"]!["nvidia.com/gpu"] = "9";

        var subject = await SubjectAsync(new LivePods().With(JobPath, Job).Book(), pod);

        Assert.Equal((8, 9), (subject.Gang.Roles[0].Template.Gpus, subject.TemplateUnder(null).Gpus));
    }

    [Fact]
    public async Task JobPods_AskedOneAfterTheOther_FetchTheJobOnce()
    {
        var api = new LivePods().With(JobPath, Job);
        var book = api.Book();
        for (var i = 0; i < 4; i++) Assert.Equal(i, (await SubjectAsync(book, JobPod(i))).Member);

        Assert.Single(api.Asked);
    }

    [Fact]
    public async Task JobPod_SeenByTheWatch_FetchesItsJobBeforeItIsAskedFor()
    {
        var api = new LivePods().With(JobPath, Job);
        var book = api.Book();
        book.Upsert(JobPod(0).Pending());
        Assert.Single(api.Asked);

        await SubjectAsync(book, JobPod(0));

        Assert.Single(api.Asked);
        Assert.Equal(0, book.KeptWhole);
    }

    [Fact]
    public async Task JobSetPod_Asked_HasTheGangOfTheJobSet()
    {
        var api = new LivePods()
            .With("/apis/batch/v1/namespaces/ml/jobs/set-w-0", $$"""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: set-w-0, namespace: ml, uid: job-2, ownerReferences: [{apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet, name: set, uid: set-1, controller: true}]}
                spec: {parallelism: 2, completions: 2, completionMode: Indexed, {{Template}} }
                """)
            .With("/apis/jobset.x-k8s.io/v1alpha2/namespaces/ml/jobsets/set", $$"""
                apiVersion: jobset.x-k8s.io/v1alpha2
                kind: JobSet
                metadata: {name: set, namespace: ml, uid: set-1}
                spec:
                  replicatedJobs:
                  - {name: head, template: {spec: {template: {spec: {containers: [{name: main, resources: {requests: {cpu: 1} } }] } } } } }
                  - {name: w, replicas: 2, template: {spec: {parallelism: 2, completions: 2, completionMode: Indexed, {{Template}} } } }
                """);
        var pod = Pod("set-w-0-1-abcde", 8).OwnedBy("batch/v1", "Job", "set-w-0", "job-2").Labelled("batch.kubernetes.io/job-completion-index", "1")
            .Labelled("jobset.sigs.k8s.io/jobset-name", "set").Labelled("jobset.sigs.k8s.io/jobset-uid", "set-1").Labelled("jobset.sigs.k8s.io/restart-attempt", "2");

        var subject = await SubjectAsync(api.Book(), pod);

        Assert.Equal(new GangKey("ml", "JobSet", "set", "set-1", 2), subject.Gang.Key);
        Assert.Equal((5, 2, 1), (subject.Gang.Size, subject.Member, subject.Role));
        Assert.Equal(2, api.Asked.Count);
    }

    [Fact]
    public async Task JobPod_ControllerDoesNotAnswerInTime_IsIncompleteUntilItDoes()
    {
        var answer = new TaskCompletionSource();
        var api = new LivePods { Before = () => answer.Task }.With(JobPath, Job);
        var book = api.Book();

        var subject = await SubjectAsync(book, JobPod(0));
        Assert.Contains("Job ml/train is not known yet", subject.Incomplete);
        Assert.Null(book.Remembered("uid-train-0-abcde"));
        answer.SetResult();

        Assert.Equal(4, (await SubjectAsync(book, JobPod(0))).Gang.Size);
        Assert.Single(api.Asked);
    }

    [Fact]
    public async Task JobPod_ApiServerFails_IsIncompleteAndAskedAgain()
    {
        var api = new LivePods { Before = () => throw new IOException("refused") }.With(JobPath, Job);
        var book = api.Book();
        Assert.NotNull((await SubjectAsync(book, JobPod(0))).Incomplete);
        api.Before = () => Task.CompletedTask;

        var subject = await SubjectAsync(book, JobPod(0));

        Assert.Null(subject.Incomplete);
        Assert.Equal((4, 2), (subject.Gang.Size, api.Asked.Count));
    }

    [Fact]
    public async Task JobPod_JobOfThatNameIsAnother_IsNoMemberOfIt()
    {
        var api = new LivePods().With(JobPath, Job.Replace("uid: job-1", "uid: job-9"));

        Assert.Equal(1, (await SubjectAsync(api.Book(), JobPod(0))).Gang.Size);
    }

    [Theory]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("apps/v1", "DaemonSet")]
    public async Task ReplicaPod_Asked_IsAGangOfOneAndNobodyIsAsked(string apiVersion, string kind)
    {
        var api = new LivePods();

        var subject = await SubjectAsync(api.Book(), Pod("web-abc").OwnedBy(apiVersion, kind, "web", "rs"));

        Assert.Equal((new GangKey("ml", "Pod", "web-abc", "uid-web-abc"), 1, 0), (subject.Gang.Key, subject.Gang.Size, subject.Member));
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task BarePod_Asked_IsAGangOfOne()
    {
        var subject = await SubjectAsync(new LivePods().Book(), Pod("alone"));

        Assert.Equal((new GangKey("ml", "Pod", "alone", "uid-alone"), 1, 0, 0), (subject.Gang.Key, subject.Gang.Size, subject.Member, subject.Role));
        Assert.Null(subject.Incomplete);
    }

    [Fact]
    public async Task GroupedPod_OneOfStatedSize_StandsForAll()
    {
        var subject = await SubjectAsync(new LivePods().Book(), Grouped("w-2", "g", 4));

        Assert.Equal((new GangKey("ml", "Pod", "g"), 4, 2), (subject.Gang.Key, subject.Gang.Size, subject.Member));
        Assert.Null(subject.Incomplete);
    }

    [Fact]
    public async Task GroupedPods_ThatDiffer_AreIncompleteUntilAllAreThere()
    {
        var book = new LivePods().Book();
        JsonObject[] pods = [Grouped("head", "g", 3, 2), Grouped("w-0", "g", 3), Grouped("w-1", "g", 3)];
        book.Upsert(pods[0].Pending());
        book.Upsert(pods[1].Pending());
        Assert.Equal("2 of 3 members are there and they differ", (await SubjectAsync(book, pods[0])).Incomplete);

        book.Upsert(pods[2].Pending());

        for (var i = 0; i < 3; i++)
        {
            var subject = await SubjectAsync(book, pods[i]);
            Assert.Null(subject.Incomplete);
            Assert.Equal((3, i, i == 0 ? 0 : 1), (subject.Gang.Size, subject.Member, subject.Role));
            Assert.Equal([1, 2], subject.Gang.Roles.Select(r => r.Count));
            // The first to be bound do not make the others incomplete, nor change their seats.
            book.Bound($"uid-{pods[i]["metadata"]!["name"]}");
        }

        book.Remove("uid-w-0");
        Assert.NotNull((await SubjectAsync(book, Grouped("w-1", "g", 3))).Incomplete);
    }

    [Fact]
    public async Task GroupedPods_WithoutASize_AreThoseThatAreKnown()
    {
        var book = new LivePods().Book();
        foreach (var name in (string[])["w-0", "w-1", "w-2"]) book.Upsert(Grouped(name, "g", null).Pending());

        Assert.Equal((3, 1), ((await SubjectAsync(book, Grouped("w-1", "g", null))).Gang.Size, (await SubjectAsync(book, Grouped("w-1", "g", null))).Member));
    }

    [Fact]
    public async Task GroupedPod_MovedToAnotherGroup_IsNoLongerInTheFirst()
    {
        var book = new LivePods().Book();
        book.Upsert(Grouped("w-0", "g", null).Pending());
        book.Upsert(Grouped("w-1", "g", null).Pending());

        book.Upsert(Grouped("w-1", "h", null).Pending());

        Assert.Equal(1, (await SubjectAsync(book, Grouped("w-0", "g", null))).Gang.Size);
        Assert.Equal(2, book.KeptWhole);
    }

    [Fact]
    public async Task Subject_NamespaceNotTrusted_LowersNoDraw()
    {
        var book = new LivePods().Book("ml");

        Assert.True((await SubjectAsync(book, Pod("a"))).Gang.Roles[0].Template.Power.Trusted);
        Assert.False((await SubjectAsync(book, Pod("b", ns: "guest"))).Gang.Roles[0].Template.Power.Trusted);
    }

    [Fact]
    public async Task Subject_AskedAgain_IsTheSameUntilThePodChanges()
    {
        var book = new LivePods().Book();
        var first = await SubjectAsync(book, Pod("a"));

        Assert.Same(first, await SubjectAsync(book, Pod("a")));
        Assert.Same(first, book.Remembered("uid-a"));
        Assert.Equal(2, (await SubjectAsync(book, Pod("a", gpus: 2))).Gang.Gpus);
        book.Remove("uid-a");
        Assert.Null(book.Remembered("uid-a"));
    }

    [Fact]
    public async Task Objects_Replaced_AreReadByTheNextQuestion()
    {
        var book = new LivePods().Book();
        await SubjectAsync(book, Pod("a"));

        book.Objects = new ClusterObjects();

        Assert.Null(book.Remembered("uid-a"));
    }

    [Fact]
    public async Task Subjects_ThatAskForTheSame_ShareOneTemplate()
    {
        var book = new LivePods().Book();

        Assert.Same((await SubjectAsync(book, Pod("a"))).Gang.Roles[0].Template, (await SubjectAsync(book, Pod("b"))).Gang.Roles[0].Template);
        Assert.NotSame((await SubjectAsync(book, Pod("a"))).Gang.Roles[0].Template, (await SubjectAsync(book, Pod("c", 2))).Gang.Roles[0].Template);
    }

    [Fact]
    public async Task Pod_ThatIsNoJson_IsAnInputException() =>
        await Assert.ThrowsAsync<TopoScheduler.Kubernetes.Files.InputException>(async () => await new LivePods().Book().SubjectOfAsync("u", "{"u8.ToArray(), CancellationToken.None));

    [Fact]
    public void Pods_WithoutAGroup_KeepNothingButTheirUid()
    {
        var book = new LivePods().Book();
        for (var i = 0; i < 1000; i++) book.Upsert(Pod($"p{i}").Pending());
        book.Upsert(Grouped("w-0", "g", 4).Pending());
        Assert.Equal((1001, 1), (book.Known.Count, book.KeptWhole));

        for (var i = 0; i < 500; i++) book.Bound($"uid-p{i}");
        for (var i = 500; i < 1000; i++) book.Remove($"uid-p{i}");
        book.Remove("uid-w-0");

        Assert.Equal((0, 0), (book.Known.Count, book.KeptWhole));
    }

    private static JsonObject JobPod(int index) => Pod($"train-{index}-abcde", 8).OwnedBy("batch/v1", "Job", "train", "job-1")
        .Labelled("batch.kubernetes.io/job-name", "train").Labelled("batch.kubernetes.io/controller-uid", "job-1")
        .Labelled("batch.kubernetes.io/job-completion-index", $"{index}");
}
