using System.Text.Json;

namespace TopoScheduler.Cli.Tests.Cases;

/// <summary>What users of other schedulers complain of not being told: each as a situation (<c>tests/cases/explain-complaint-*</c>) whose answer names the true cause.</summary>
public sealed class WhyPendingTests
{
    // kubernetes-sigs/kueue#15614: simulate a job that is not submitted.
    [Fact]
    public void Complaint01_SimulateBeforeSubmitting_SaysWhereItWouldLand()
    {
        var report = Report("01-simulate");
        Assert.Equal("Placed", report.GetProperty("outcome").GetString());
        Assert.Equal("s1/b", report.GetProperty("placement").GetProperty("domain").GetString());
    }

    // kubernetes-sigs/kueue#4157: which nodes would it get?
    [Fact]
    public void Complaint02_WhichNodes_AreNamedPodByPod() => Assert.Equal(
        ["n3", "n4"], Report("02-which-nodes").GetProperty("placement").GetProperty("pods").EnumerateArray().Select(p => p.GetProperty("node").GetString()));

    // kubernetes-sigs/kueue#4580: queued or immediate?
    [Fact]
    public void Complaint03_QueuedOrImmediate_IsToldBeforehand()
    {
        var report = Report("03-queued-or-immediate");
        Assert.Equal("NoFit", report.GetProperty("outcome").GetString());
        Assert.Contains("room for 6 of 7", report.GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    // kubernetes/kubernetes#141025: by layer: pod, group, tree.
    [Fact]
    public void Complaint04_LayeredDiagnosis_PodGroupAndTreeEachSayTheirs()
    {
        var answer = Explain("04-layers");
        Assert.Equal(5, answer.GetProperty("nodes").GetProperty("usable").GetInt32());
        Assert.Equal([("leaf", 0), ("spine", 1), ("cluster", 1)], Tiers(answer).Where(t => t.Tier is not ("node" or "nvlink-domain")));
        AssertCause(answer, "tier", 4, 3);
        Assert.Equal("resources", answer.GetProperty("cause").GetProperty("because").GetString());
    }

    // kubernetes/kubernetes#142315: "minCount (80) cannot be satisfied: 30 scheduled", and why?
    [Fact]
    public void Complaint05_MinCount_SaysWhyNoNodeFits()
    {
        var answer = Explain("05-min-count");
        AssertCause(answer, "taints", 8, 3);
        Assert.Equal([("taints", 4), ("readiness", 1)], Eliminated(answer));
    }

    // volcano-sh/volcano#1094: "expect 5, idle 3".
    [Fact]
    public void Complaint06_ExpectFiveIdleThree_IsSaidAndWhoHasTheRest()
    {
        var answer = Explain("06-expect-five-idle-three");
        AssertCause(answer, "resources", 5, 3);
        Assert.Contains("expects 5 pods, the cluster has room for 3", answer.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Equal("pod/ml/notebooks", Best(answer, "cluster").GetProperty("occupants")[0].GetProperty("id").GetString());
    }

    // koordinator-sh/koordinator#2389: gang pods pending, and nobody says a word.
    [Fact]
    public void Complaint07_SilentlyPending_MembersAreMissing()
    {
        var answer = Explain("07-silently-pending");
        Assert.Equal(("incomplete", 4, 3), (Kind(answer), answer.GetProperty("cause").GetProperty("wanted").GetInt32(), answer.GetProperty("cause").GetProperty("room").GetInt32()));
    }

    // kai-scheduler/KAI-Scheduler#621: "Unable to schedule pod".
    [Fact]
    public void Complaint08_UnableToSchedule_NamesSelectorAndWhatTheNodesHave()
    {
        var answer = Explain("08-unable-to-schedule");
        AssertCause(answer, "affinity", 1, 0);
        Assert.Equal(
            "node selector nvidia.com/gpu.product=NVIDIA-H200, the node has NVIDIA-H100-80GB-HBM3",
            answer.GetProperty("nodes").GetProperty("eliminated")[0].GetProperty("details")[0].GetProperty("message").GetString());
    }

    // kubernetes-sigs/kueue#5147: domains and free capacity per level.
    [Fact]
    public void Complaint09_CapacityPerLevel_EachTierSaysItsRoom()
    {
        var answer = Explain("09-capacity-per-level");
        AssertCause(answer, "tier", 6, 5);
        Assert.Equal(["n3:1", "n3:1", "s1/b:3", "s1:5", "cluster:6"], answer.GetProperty("tiers").EnumerateArray().Select(t => $"{t.GetProperty("best").GetProperty("path")}:{t.GetProperty("best").GetProperty("room")}"));
    }

    // kubernetes-sigs/kueue#10505: how many slots of 64 GPUs are left?
    [Fact]
    public void Complaint10_SlotsLeft_AreCountedByTheEngineAndAMetric()
    {
        var run = CliHarness.Run("capacity", "--cluster", "tests/cases/explain-complaint-10-slots-left/cluster.yaml", "-o", "json");
        var slots = run.Json().GetProperty("resources")[0].GetProperty("slots").EnumerateArray().Single(s => s.GetProperty("gpus").GetInt32() == 64);
        Assert.Equal(1, slots.GetProperty("count").GetInt32());
        AssertMetrics("toposcheduler_free_slots");
    }

    // microsoft/hivedscheduler#39: fragmentation, wait time, a simulation.
    [Fact]
    public void Complaint11_Fragmentation_IsTheCauseAndAMetric()
    {
        var answer = Explain("11-fragmentation");
        AssertCause(answer, "resources", 2, 0);
        Assert.Equal((96, 6), (answer.GetProperty("nodes").GetProperty("freeGpus").GetInt32(), answer.GetProperty("nodes").GetProperty("mostFreeGpus").GetInt32()));
        var capacity = CliHarness.Run("capacity", "--cluster", "tests/cases/explain-complaint-11-fragmentation/cluster.yaml", "-o", "json").Json();
        var node = capacity.GetProperty("resources")[0].GetProperty("fragmentation").EnumerateArray().Single(f => f.GetProperty("tier").GetString() == "node");
        Assert.Equal((0, 96), (node.GetProperty("wholeDomains").GetInt32(), node.GetProperty("strandedGpus").GetInt32()));
        AssertMetrics("toposcheduler_largest_gang_gpus", "toposcheduler_gang_wait_seconds");
    }

    // volcano-sh/volcano#4930: how fast does it schedule?
    [Fact]
    public void Complaint12_Throughput_IsCountedAndTheQueueSaysWhoGoesNext()
    {
        var answer = Explain("12-throughput");
        Assert.Equal("queue", Kind(answer));
        var before = answer.GetProperty("wait").GetProperty("before")[0];
        Assert.Equal(("pod/ml/first", true), (before.GetProperty("gang").GetString(), before.GetProperty("starts").GetBoolean()));
        AssertMetrics("toposcheduler_plans_total", "toposcheduler_binds_total", "toposcheduler_gate_releases_total");
    }

    // Another test holds this page and the server to each other.
    private static void AssertMetrics(params string[] names)
    {
        var page = File.ReadAllText(CliHarness.File("docs", "reference", "metrics.md"));
        Assert.All(names, n => Assert.Contains($"`{n}`", page, StringComparison.Ordinal));
    }

    private static JsonElement Explain(string name) => ExplainCasesTests.Run($"explain-complaint-{name}", "json").Json();

    private static JsonElement Report(string name) =>
        CliHarness.Run("report", "--cluster", $"tests/cases/explain-complaint-{name}/cluster.yaml", "--job", $"tests/cases/explain-complaint-{name}/job.yaml", "-o", "json").Json();

    private static string? Kind(JsonElement answer) => answer.GetProperty("cause").GetProperty("kind").GetString();

    private static void AssertCause(JsonElement answer, string constraint, int wanted, int room)
    {
        var cause = answer.GetProperty("cause");
        Assert.Equal(("constraint", constraint, wanted, room), (Kind(answer), cause.GetProperty("constraint").GetString(), cause.GetProperty("wanted").GetInt32(), cause.GetProperty("room").GetInt32()));
    }

    private static IEnumerable<(string? Tier, int CanHold)> Tiers(JsonElement answer) =>
        answer.GetProperty("tiers").EnumerateArray().Select(t => (t.GetProperty("tier").GetString(), t.GetProperty("canHold").GetInt32()));

    private static IEnumerable<(string?, int)> Eliminated(JsonElement answer) =>
        answer.GetProperty("nodes").GetProperty("eliminated").EnumerateArray().Select(e => (e.GetProperty("constraint").GetString(), e.GetProperty("nodes").GetInt32()));

    private static JsonElement Best(JsonElement answer, string tier) => answer.GetProperty("tiers").EnumerateArray().Single(t => t.GetProperty("tier").GetString() == tier).GetProperty("best");
}
