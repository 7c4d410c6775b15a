using System.IO.Compression;
using System.Text;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Tests.Files;

public sealed class ClusterReaderTests
{
    private const string Node = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1, uid: u1, labels: {kubernetes.io/hostname: n1}}
        spec: {unschedulable: true, taints: [{key: nvidia.com/gpu, value: present, effect: NoSchedule}]}
        status:
          capacity: {cpu: "64", memory: 1Gi, pods: "110", nvidia.com/gpu: "8"}
          allocatable: {cpu: 63500m, memory: 1000Ki, pods: "110", nvidia.com/gpu: "7"}
          conditions: [{type: MemoryPressure, status: "False"}, {type: Ready, status: "True"}]
        """;

    [Fact]
    public void Read_Node_TakesAllocatableTaintsAndState()
    {
        var node = Assert.Single(Cluster(Node).Nodes);

        Assert.Equal(("n1", "u1", true, true), (node.Name, node.Uid, node.Unschedulable, node.Ready));
        Assert.Equal(ResourceList.Of(("cpu", 63500), ("memory", 1024000), ("pods", 110), ("nvidia.com/gpu", 7)), node.Allocatable);
        Assert.Equal(new Taint("nvidia.com/gpu", "present", "NoSchedule"), Assert.Single(node.Taints));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{conditions: []}", true)]
    [InlineData("{conditions: [{type: DiskPressure, status: 'True'}]}", true)]
    [InlineData("{conditions: [{type: Ready, status: 'True'}]}", true)]
    [InlineData("{conditions: [{type: Ready, status: 'False'}]}", false)]
    [InlineData("{conditions: [{type: Ready, status: Unknown}]}", false)]
    [InlineData("{conditions: [{type: Ready}]}", false)]
    public void Read_Ready_IsTrueOrNotSaid(string status, bool ready) =>
        Assert.Equal(ready, Assert.Single(Cluster($"{{apiVersion: v1, kind: Node, metadata: {{name: n1}}, status: {status}}}").Nodes).Ready);

    [Fact]
    public void Read_NodeWithoutAllocatable_HasItsCapacity() =>
        Assert.Equal(4000, Assert.Single(Cluster("{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {capacity: {cpu: 4}}}").Nodes).Allocatable["cpu"]);

    [Theory]
    [InlineData("spec: {nodeName: n1}", true)]
    [InlineData("spec: {nodeName: n1}, status: {phase: Running}", true)]
    [InlineData("spec: {nodeName: n1}, status: {phase: Succeeded}", false)]
    [InlineData("spec: {nodeName: n1}, status: {phase: Failed}", false)]
    [InlineData("status: {nominatedNodeName: n1}", true)]
    [InlineData("status: {phase: Pending}", false)]
    public void Read_Pod_OccupiesItsNodeUntilItFinished(string pod, bool occupies)
    {
        var pods = Cluster(Node + $"\n---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, {pod}}}").Pods;

        Assert.Equal(occupies ? ["n1"] : [], pods.Select(p => p.NodeName));
    }

    [Fact]
    public void Read_DaemonPodWithGpus_DrawsWhatTheyDraw()
    {
        const string Pod = "apiVersion: v1, kind: Pod, metadata: {name: p, ownerReferences: [{kind: DaemonSet, name: d, controller: true}]}";
        const string Spec = "spec: {nodeName: n1, containers: [{name: c, resources: {limits: {nvidia.com/gpu: 2}}}]}";

        var pod = Assert.Single(Cluster(Node + $"\n---\n{{{Pod}, {Spec}}}").Pods);

        Assert.Equal((true, false, 2.0), (pod.IsDaemon, pod.Template.Power.InsideIdle, pod.Template.Power.Gpus));
    }

    [Theory]
    [InlineData("deletionTimestamp: '2026-01-01T00:00:00Z'", false, true)]
    [InlineData("ownerReferences: [{kind: DaemonSet, name: d, controller: true}]", true, false)]
    [InlineData("ownerReferences: [{kind: ReplicaSet, name: d}]", false, false)]
    [InlineData("annotations: {kubernetes.io/config.mirror: x}", true, false)]
    public void Read_Pod_TerminatingAndDaemonAreTold(string metadata, bool daemon, bool terminating)
    {
        var pod = Assert.Single(Cluster(Node + $"\n---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: ml, uid: u, {metadata}}}, spec: {{nodeName: n1}}}}").Pods);

        Assert.Equal(("pod/ml/p", "u", daemon, daemon, terminating), (pod.Id, pod.Uid, pod.IsDaemon, pod.Template.Power.InsideIdle, pod.Terminating));
    }

    [Theory]
    [InlineData("labels: {batch.kubernetes.io/job-name: j, batch.kubernetes.io/controller-uid: c}", "job/ml/j c 0")]
    [InlineData("labels: {job-name: j, controller-uid: c}", "job/ml/j c 0")]
    [InlineData("labels: {jobset.sigs.k8s.io/jobset-name: s, jobset.sigs.k8s.io/restart-attempt: '2', job-name: j}", "jobset/ml/s  2")]
    [InlineData("labels: {leaderworkerset.sigs.k8s.io/name: l, leaderworkerset.sigs.k8s.io/group-index: '3'}", "leaderworkerset/ml/l-3  0")]
    [InlineData("labels: {training.kubeflow.org/job-name: m, training.kubeflow.org/replica-type: launcher}", "mpijob/ml/m  0")]
    [InlineData("labels: {training.kubeflow.org/job-name: t, training.kubeflow.org/operator-name: pytorchjob-controller}", "pytorchjob/ml/t  0")]
    [InlineData("annotations: {toposcheduler.io/gang: g}", "pod/ml/g  0")]
    [InlineData("labels: {app: a}", null)]
    public void Read_Pod_KnowsItsGang(string metadata, string? expected)
    {
        var gang = Assert.Single(Cluster($"{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: ml, {metadata}}}, spec: {{nodeName: n1}}}}").Pods).Gang;

        Assert.Equal(expected, gang is { } key ? $"{key.Id} {key.Uid} {key.Restart}" : null);
    }

    [Fact]
    public void Read_Pod_DrawsByItsHints()
    {
        var pod = Assert.Single(Cluster("""
            apiVersion: v1
            kind: Pod
            metadata: {name: p, annotations: {toposcheduler.io/workload: decode, toposcheduler.io/gpu-watts: '300', toposcheduler.io/gpu-watts-min: '250', toposcheduler.io/gpu-power-cap-watts: '560'}}
            spec: {nodeName: n1, containers: [{resources: {limits: {nvidia.com/gpu: 2}}}]}
            """).Pods);
        var power = pod.Template.Power;

        Assert.Equal((2.0, 0.45, 300, 560, true, false), (power.Gpus, power.Utilisation, power.GpuWatts!.Value, power.CapWatts!.Value, power.Trusted, power.InsideIdle));
        Assert.Equal(250, pod.LowestCapWatts);
    }

    [Theory]
    [InlineData("toposcheduler.io/expected-duration: 36h", "", "2027-01-28T20:00:00Z")]
    [InlineData("toposcheduler.io/expected-duration: 36h", "activeDeadlineSeconds: 3600, ", "2027-01-27T09:00:00Z")]
    [InlineData("a: b", "activeDeadlineSeconds: 3600, ", "2027-01-27T09:00:00Z")]
    [InlineData("toposcheduler.io/expected-duration: soon", "", null)]
    [InlineData("a: b", "", null)]
    public void Read_Pod_KnowsWhenItStartedAndShouldEnd(string annotation, string spec, string? ends)
    {
        var pod = Assert.Single(Cluster(
            $"{{apiVersion: v1, kind: Pod, metadata: {{name: p, annotations: {{{annotation}}}}}, spec: {{{spec}nodeName: n1}}, status: {{startTime: '2027-01-27T08:00:00Z'}}}}").Pods);

        Assert.Equal(new DateTimeOffset(2027, 1, 27, 8, 0, 0, TimeSpan.Zero), pod.StartedAt);
        Assert.Equal(ends is null ? null : DateTimeOffset.Parse(ends, System.Globalization.CultureInfo.InvariantCulture), pod.EndsAt);
    }

    [Fact]
    public void Read_Pod_KnowsWhatItsJobAskedFor()
    {
        const string Form = "{{apiVersion: v1, kind: Pod, metadata: {{name: p, annotations: {{{0}}}}}, spec: {{nodeName: n1}}}}";
        var asking = Assert.Single(Cluster(string.Format(System.Globalization.CultureInfo.InvariantCulture, Form, "toposcheduler.io/required-topology: spine, toposcheduler.io/segment-size: '4', toposcheduler.io/segment-topology: leaf")).Pods);
        var silent = Assert.Single(Cluster(string.Format(System.Globalization.CultureInfo.InvariantCulture, Form, "toposcheduler.io/gpu-watts: '300'")).Pods);

        Assert.Equal(("spine", 4, "leaf"), ($"{asking.Hints!.Required}", asking.Hints.SegmentSize, $"{asking.Hints.SegmentTier}"));
        Assert.Null(silent.Hints);
    }

    [Fact]
    public void Read_ObjectsAfterThePodsThatNeedThem_AreUsed()
    {
        var content = Cluster("""
            {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ml}, spec: {nodeName: n1, priorityClassName: high, affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k, labelSelector: {}, namespaceSelector: {matchLabels: {a: b}}}]}}}}
            ---
            {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 9}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: x, labels: {a: b}}}
            """);

        var pod = Assert.Single(content.Pods);
        Assert.Equal(9, pod.Priority);
        Assert.Equal(["x"], Assert.Single(pod.Template.AntiAffinity).Namespaces.ToArray());
    }

    [Fact]
    public void Read_WithoutPods_IsAssumedEmpty()
    {
        var problem = Assert.Single(Cluster(Node).Problems);

        Assert.Equal((Severity.Info, "c.yaml"), (problem.Severity, problem.Object));
        Assert.Contains("assumed empty", problem.Message);
        Assert.Empty(Cluster(Node + "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}}").Problems);
    }

    [Fact]
    public void Read_WithoutNodes_IsAnError() => Assert.Contains("holds no node", Assert.Single(Cluster("kind: Service\nmetadata: {name: a}").Problems).Message);

    [Fact]
    public void Read_BadObjects_AreProblemsAndOthersGoOn()
    {
        var content = Cluster(Node + """

            ---
            {apiVersion: v1, kind: Node, metadata: {labels: {a: b}}}
            ---
            just: a map
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n1, containers: [{resources: {requests: {cpu: lots}}}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n1}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {taints: [{key: a, effect: Never}]}, status: {allocatable: {cpu: -1}}}
            """);

        Assert.Equal(["n1", "n2"], content.Nodes.Select(n => n.Name));
        Assert.Equal(["pod/default/p"], content.Pods.Select(p => p.Id));
        Assert.Equal(
            ["node/?", "c.yaml:12", "node/n2", "node/n2", "pod/default/p", "pod/default/p"],
            content.Problems.Select(p => p.Object).Order(StringComparer.Ordinal).OrderBy(o => o.StartsWith("pod", StringComparison.Ordinal)).OrderByDescending(o => o == "node/?"));
    }

    [Fact]
    public void Read_JsonAndYaml_GiveTheSame()
    {
        var json = """
            {"apiVersion":"v1","kind":"List","items":[
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"u1","labels":{"kubernetes.io/hostname":"n1"},"managedFields":[{"a":[1,{"b":2}]}]},
             "spec":{"unschedulable":true,"taints":[{"key":"nvidia.com/gpu","value":"present","effect":"NoSchedule"}]},
             "status":{"capacity":{"cpu":"64","memory":"1Gi","pods":"110","nvidia.com/gpu":"8"},"allocatable":{"cpu":"63500m","memory":"1000Ki","pods":"110","nvidia.com/gpu":"7"},
              "images":[{"names":["x"]}],"conditions":[{"type":"Ready","status":"True"}]}}]}
            """;

        var (a, b) = (Assert.Single(Cluster(json).Nodes), Assert.Single(Cluster(Node).Nodes));

        Assert.Equal((a.Name, a.Uid, a.Unschedulable, a.Ready, a.Power), (b.Name, b.Uid, b.Unschedulable, b.Ready, b.Power));
        Assert.Equal(a.Allocatable, b.Allocatable);
        Assert.Equal(a.Taints.AsEnumerable(), b.Taints.AsEnumerable());
        Assert.Equal(a.Labels.AsEnumerable(), b.Labels.AsEnumerable());
    }

    [Fact]
    public void Read_Folder_TakesItsFilesInOrdinalOrder()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b.yml", Encoding.UTF8.GetBytes("{apiVersion: v1, kind: Node, metadata: {name: b}}"));
        folder.Write("B.json", Encoding.UTF8.GetBytes("""{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "B"}}"""));
        folder.Write("a.yaml.gz", Gzip("{apiVersion: v1, kind: Node, metadata: {name: a}}"));
        folder.Write("plain.yaml", Gzip("{apiVersion: v1, kind: Node, metadata: {name: p}}"));
        folder.Write("readme.txt", "kind: ["u8.ToArray());

        Assert.Equal(["B", "a", "b", "p"], ClusterReader.Read(folder.Path).Nodes.Select(n => n.Name));
    }

    [Fact]
    public void Read_StandardInput_IsRead()
    {
        Assert.Single(ClusterReader.Read("-", new MemoryStream(Encoding.UTF8.GetBytes(Node))).Nodes);
        Assert.Contains("standard input:1:", Assert.Throws<InputException>(() => ClusterReader.Read("-", new MemoryStream("{\"a\""u8.ToArray()))).Message);
        Assert.Throws<InputException>(() => ClusterReader.Read("-"));
    }

    [Fact]
    public void Read_NoFileOrNothingInFolder_NamesIt()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("no such file or folder", Assert.Throws<InputException>(() => ClusterReader.Read(Path.Combine(folder.Path, "none"))).Message);
        Assert.Contains("holds no file ending in .yaml", Assert.Throws<InputException>(() => ClusterReader.Read(folder.Path)).Message);
        Assert.Throws<InputException>(() => ClusterReader.Read("a\0b"));
        Assert.Throws<InputException>(() => ClusterReader.Read(""));
    }

    [Fact]
    public void Read_SeveralJobFiles_AreOneInput()
    {
        using var folder = new TemporaryFolder();
        var pod = "{apiVersion: v1, kind: Pod, metadata: {name: NAME, annotations: {toposcheduler.io/gang: g}}, spec: {containers: [{}]}}";
        var first = folder.Write("1.yaml", Encoding.UTF8.GetBytes(pod.Replace("NAME", "w-0")));
        var second = folder.Write("2.yaml", Encoding.UTF8.GetBytes(pod.Replace("NAME", "w-1")));

        Assert.Equal(2, Assert.Single(JobReader.Read([first, second], null, null).Gangs).Size);
        Assert.Equal(2, Assert.Single(JobReader.Read(folder.Path).Gangs).Size);
    }

    [Fact]
    public void Read_JobWithObjectsOfTheCluster_FindsItsClaims()
    {
        var cluster = Cluster("""
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ml}, spec: {volumeName: v}}
            ---
            {apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {}}
            """);
        var job = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ml}, spec: {containers: [{}], volumes: [{name: d, persistentVolumeClaim: {claimName: c}}]}}";

        Assert.Empty(Assert.Single(JobReader.ReadText(job, "job.yaml", cluster.Objects).Gangs).Problems);
        Assert.Single(Assert.Single(JobReader.ReadText(job, "job.yaml").Gangs).Problems);
    }

    private static ClusterContent Cluster(string text) => ClusterReader.ReadText(text, "c.yaml");

    private static byte[] Gzip(string text)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }
}
