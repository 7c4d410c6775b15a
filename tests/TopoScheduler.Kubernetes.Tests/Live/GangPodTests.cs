using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Tests.Mapping;
using TopoScheduler.Kubernetes.Tests.Placements;
using TopoScheduler.Testing.Fuzz;
using static TopoScheduler.Kubernetes.Tests.Live.LivePods;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>What the controller of gangs reads in a pod.</summary>
public sealed class GangPodTests
{
    private const string Ours = "toposcheduler.io/gang";
    private const string Placement = "toposcheduler.io/placement";

    [Fact]
    public void Read_NeitherGatedNorPlaced_IsNull()
    {
        Assert.Null(Read(Pod("p")));
        Assert.Null(Read(Gated(Pod("p"), "example.com/quota")));
        Assert.Null(Read(Pod("p").Annotated(Placement, "")));
    }

    [Theory]
    [InlineData("Succeeded", false)]
    [InlineData("Failed", false)]
    [InlineData("Running", true)]
    [InlineData("Unknown", true)]
    public void Read_Finished_IsNull(string phase, bool isRead)
    {
        Assert.Equal(isRead, Read(Gated(Pod("p"), Ours).Phase(phase)) is not null);
        Assert.Equal(isRead, Read(Pod("p").Annotated(Placement, "0/1").OnNode("n-1").Phase(phase)) is not null);
    }

    [Fact]
    public void Read_GatedMember_IsThatOfItsGang()
    {
        var pod = Grouped("w-0", "team", 4);
        pod["metadata"]!["creationTimestamp"] = "2026-03-01T12:00:05Z";
        pod.OwnedBy("batch/v1", "Job", "llama", "uid-job");

        var read = Read(Gated(pod, Ours))!;

        Assert.Equal(("ml", "w-0", "uid-w-0", new GangKey("ml", "Pod", "team")), (read.Namespace, read.Name, read.Uid, read.Gang));
        Assert.Equal(new OwnerReference("batch/v1", "Job", "ml", "llama", "uid-job"), read.Controller);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 5, TimeSpan.Zero), read.Created);
        Assert.Equal((true, false, null, null, null), (read.Gated, read.IsReleased, read.OtherGate, read.NodeName, read.PinnedNode));
        Assert.NotNull(read.Pending);
    }

    [Fact]
    public void Read_PodOfNoGang_IsAloneInItsOwn() => Assert.Equal(new GangKey("ml", "Pod", "p", "uid-p"), Read(Gated(Pod("p"), Ours))!.Gang);

    [Theory]
    [InlineData("toposcheduler.io/gang", true, null)]
    [InlineData("toposcheduler.io/gang a/x b/y", true, "a/x")]
    [InlineData("a/x toposcheduler.io/gang b/y", true, "a/x")]
    [InlineData("a/x", false, "a/x")]
    [InlineData("", false, null)]
    public void Read_Gates_AreOursAndTheFirstOfOthers(string gates, bool gated, string? other)
    {
        var read = Read(Gated(Pod("p").Annotated(Placement, "0/2"), gates.Split(' ', StringSplitOptions.RemoveEmptyEntries)))!;

        Assert.Equal((gated, other, !gated), (read.Gated, read.OtherGate, read.IsReleased));
    }

    // What a template says of a placement is not what we have done: while our gate is on we have done nothing.
    [Fact]
    public void Read_GatedThoughItSaysItWasPlaced_HasNoMemberAndNoPin()
    {
        var pod = Gated(Affine(Pod("p").Annotated(Placement, "3/24"), Term("n-7")), Ours);

        var read = Read(pod)!;

        Assert.Equal((true, null, null, null), (read.Gated, read.Member, read.GangSize, read.PinnedNode));
    }

    [Theory]
    [InlineData("3/24", 3, 24)]
    [InlineData("0/1", 0, 1)]
    [InlineData("99999/100000", 99_999, 100_000)]
    [InlineData("100000/100001", null, null)]
    [InlineData("2147483647/2147483647", null, null)]
    [InlineData("-1/-2", null, null)]
    [InlineData("x/24", null, 24)]
    [InlineData("3", 3, null)]
    [InlineData("3/", 3, null)]
    [InlineData("/", null, null)]
    [InlineData(" 3/ 4", null, null)]
    public void Read_Placement_IsMemberAndSize(string placement, int? member, int? size)
    {
        var read = Read(Pod("p").Annotated(Placement, placement))!;

        Assert.Equal((member, size), (read.Member, read.GangSize));
    }

    // Terms are alternatives: only a node that each of them names is the one it goes to.
    [Theory]
    [InlineData("n-7", "n-7")]
    [InlineData("n-7|n-7", "n-7")]
    [InlineData("n-7|n-8", null)]
    [InlineData("n-7|zone", null)]
    [InlineData("zone|n-7", null)]
    [InlineData("zone", null)]
    [InlineData("n-7|none|n-7", "n-7")]
    [InlineData("none|n-7", "n-7")]
    [InlineData("none", null)]
    [InlineData("not", null)]
    [InlineData("two", null)]
    [InlineData("", null)]
    public void Read_Pin_IsTheNodeEveryTermNames(string terms, string? pin)
    {
        var pod = Affine(Pod("p").Annotated(Placement, "0/1"), [.. terms.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(Term)]);

        Assert.Equal(pin, Read(pod)!.PinnedNode);
    }

    [Fact]
    public void Read_Bound_IsWhereItIsAndPendingNoMore()
    {
        var read = Read(Affine(Pod("p").Annotated(Placement, "0/1").OnNode("n-2"), Term("n-2")))!;

        Assert.Equal(("n-2", "n-2", false, false), (read.NodeName, read.PinnedNode, read.Gated, read.IsReleased));
        Assert.Null(read.Pending);
    }

    [Theory]
    [InlineData("PodScheduled", "False", "Unschedulable", "0/4 nodes are available")]
    [InlineData("PodScheduled", "False", "SchedulingGated", null)]
    [InlineData("PodScheduled", "True", "Unschedulable", null)]
    [InlineData("Ready", "False", "Unschedulable", null)]
    public void Read_Unschedulable_IsWhatTheSchedulerSaid(string type, string status, string reason, string? expected)
    {
        var pod = Pod("p").Annotated(Placement, "0/1");
        pod["status"]!["conditions"] = new JsonArray(
            new JsonObject { ["type"] = "Initialized", ["status"] = "True" },
            new JsonObject { ["type"] = type, ["status"] = status, ["reason"] = reason, ["message"] = "0/4 nodes are available" });

        Assert.Equal(expected, Read(pod)!.Unschedulable);
    }

    [Theory]
    [InlineData("kueue.x-k8s.io/queue-name", "main", true)]
    [InlineData("kueue.x-k8s.io/queue-name", "", false)]
    [InlineData("kueue.x-k8s.io/managed", "true", true)]
    [InlineData("kueue.x-k8s.io/managed", "false", false)]
    [InlineData("app", "true", false)]
    public void Read_KueueLabels_TellWhetherItIsKueues(string label, string value, bool expected) =>
        Assert.Equal(expected, Read(Gated(Pod("p").Labelled(label, value), Ours))!.IsKueues);

    [Fact]
    public void Read_DeletionTimestamp_IsTerminating()
    {
        var pod = Gated(Pod("p"), Ours);
        Assert.False(Read(pod)!.Terminating);
        pod["metadata"]!["deletionTimestamp"] = "2026-03-01T12:00:00Z";
        Assert.True(Read(pod)!.Terminating);
    }

    [Fact]
    public void Read_Damaged_NeverThrows()
    {
        var random = new Random(20_261_102);
        var mutations = new FuzzMutations(random);
        var placed = Affine(Grouped("w-1", "team", 4).Annotated(Placement, "1/4"), Term("n-7"), Term("zone"));
        placed["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "PodScheduled", ["status"] = "False", ["reason"] = "Unschedulable" });
        byte[][] valid = [.. new[] { Gated(Grouped("w-0", "team", 4).OwnedBy("batch/v1", "Job", "j", "u"), "a/x", Ours), placed }.Select(p => Encoding.UTF8.GetBytes(p.ToJsonString()))];
        var read = 0;
        for (var i = 0; i < 10_000; i++)
        {
            if (RandomPlacements.TreeOf(mutations.Damage(valid[i % 2], valid[(i + 1) % 2])) is not { } tree || GangPod.Read(tree) is not { } pod) continue;
            read++;
            Assert.True(pod.Member is null or (>= 0 and < 100_000) && (!pod.Gated || pod.PinnedNode is null));
        }

        Assert.True(read > 1_000, $"only {read} could be read");
    }

    private static GangPod? Read(JsonObject pod) => GangPod.Read(Yaml.Tree(pod.ToJsonString()));

    private static JsonObject Gated(JsonObject pod, params string[] gates)
    {
        pod["spec"]!["schedulingGates"] = new JsonArray([.. gates.Select(g => new JsonObject { ["name"] = g })]);
        return pod;
    }

    private static JsonObject Affine(JsonObject pod, params JsonObject[] terms)
    {
        var required = new JsonObject { ["nodeSelectorTerms"] = new JsonArray([.. terms]) };
        pod["spec"]!["affinity"] = new JsonObject { ["nodeAffinity"] = new JsonObject { ["requiredDuringSchedulingIgnoredDuringExecution"] = required } };
        return pod;
    }

    private static JsonObject Term(string what) => what switch
    {
        "none" => [],
        "zone" => new() { ["matchExpressions"] = new JsonArray(Requirement("zone", "In", "a")) },
        "not" => new() { ["matchFields"] = new JsonArray(Requirement("metadata.name", "NotIn", "n-7")) },
        "two" => new() { ["matchFields"] = new JsonArray(Requirement("metadata.name", "In", "n-7", "n-8")) },
        _ => new() { ["matchExpressions"] = new JsonArray(Requirement("zone", "Exists")), ["matchFields"] = new JsonArray(Requirement("metadata.name", "In", what)) },
    };

    private static JsonObject Requirement(string key, string means, params string[] values) =>
        new() { ["key"] = key, ["operator"] = means, ["values"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]) };
}
