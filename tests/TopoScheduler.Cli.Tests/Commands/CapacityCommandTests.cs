namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched capacity</c> on samples and on sliced and shared GPUs.</summary>
public sealed class CapacityCommandTests
{
    private const string Sliced = """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Node
          metadata: {name: mig, labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, nvidia.com/gpu.count: "8", toposcheduler.io/rack: r1, toposcheduler.io/rack-power-budget-watts: "BUDGET", toposcheduler.io/node-max-watts: "10200", toposcheduler.io/node-idle-watts: "2300"}}
          status: {allocatable: {cpu: "96", memory: 1Ti, pods: "110", nvidia.com/mig-1g.10gb: "56"}}
        """;

    [Theory]
    [InlineData("dgx-h100-su.yaml", "capacity-dgx.txt")]
    [InlineData("gb200-nvl72.yaml", "capacity-gb200.txt")]
    public void Capacity_Sample_TextEqualsExpected(string sample, string expected)
    {
        var run = CliHarness.Run("capacity", "--cluster", $"samples/clusters/{sample}");
        Golden.Assert(Path.Combine("Reports", "Golden", expected), run.Out);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [InlineData("10200", 56)]
    [InlineData("6250", 27)]
    [InlineData("2583", 1)]
    public void Capacity_MigSlices_DrawASeventhEach(string budget, int pods)
    {
        // A GPU at full draw adds 700 - 70 W and an eighth of the 2,860 W that are no GPU: 987.5 W. A seventh of it, rounded up, is 142 W a pod; the node
        // as a whole never draws more than its maximum.
        var run = CliHarness.Run(Sliced.Replace("BUDGET", budget, StringComparison.Ordinal), ["capacity", "--cluster", "-", "-o", "json"]);
        var resource = Assert.Single(run.Json().GetProperty("resources").EnumerateArray());
        Assert.Equal("nvidia.com/mig-1g.10gb", resource.GetProperty("resource").GetString());
        Assert.Equal(1, resource.GetProperty("gpusPerPod").GetInt32());
        Assert.Equal(pods, resource.GetProperty("largest").EnumerateArray().Last().GetProperty("pods").GetInt32());
    }

    [Fact]
    public void Capacity_SeveralAccelerators_AreCountedApart()
    {
        const string both = """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {allocatable: {pods: "110", nvidia.com/gpu: "4", nvidia.com/mig-1g.5gb: "7"}}}
            - {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {allocatable: {pods: "110", amd.com/gpu: "8"}}}
            """;
        var resources = CliHarness.Run(both, ["capacity", "--cluster", "-", "-o", "json"]).Json().GetProperty("resources").EnumerateArray()
            .Select(r => $"{r.GetProperty("resource").GetString()} {r.GetProperty("gpus").GetInt64()} by {r.GetProperty("gpusPerPod").GetInt32()}");
        Assert.Equal(["amd.com/gpu 8 by 8", "nvidia.com/gpu 4 by 4", "nvidia.com/mig-1g.5gb 7 by 1"], resources);
    }

    [Fact]
    public void Capacity_TimeSlicedReplicas_DrawAWholeGpuOnce()
    {
        // Four GPUs offered four times each: every replica may drive its GPU fully, and the node never draws more than its maximum.
        const string shared = """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3-SHARED, nvidia.com/gpu.count: "4", nvidia.com/gpu.replicas: "4", toposcheduler.io/rack: r1, toposcheduler.io/rack-power-budget-watts: "10200", toposcheduler.io/node-max-watts: "10200", toposcheduler.io/node-idle-watts: "2300"}}
            status: {allocatable: {cpu: "96", memory: 1Ti, pods: "110", nvidia.com/gpu.shared: "16"}}
            """;
        var resource = Assert.Single(CliHarness.Run(shared, ["capacity", "--cluster", "-", "-o", "json"]).Json().GetProperty("resources").EnumerateArray());
        Assert.Equal(16, resource.GetProperty("largest").EnumerateArray().Last().GetProperty("pods").GetInt32());
    }

    [Fact]
    public void Capacity_NoAccelerator_SaysSo() => Assert.Contains(
        "No node offers an accelerator.", CliHarness.Run("{apiVersion: v1, kind: Node, metadata: {name: n1}}", ["capacity", "--cluster", "-"]).Out, StringComparison.Ordinal);

    [Fact]
    public void Capacity_GpusPerPod_IsAsked()
    {
        var run = CliHarness.Run("capacity", "--cluster", "samples/clusters/dgx-h100-su.yaml", "--gpus-per-pod", "4", "-o", "json");
        var resource = Assert.Single(run.Json().GetProperty("resources").EnumerateArray());
        Assert.Equal(4, resource.GetProperty("gpusPerPod").GetInt32());
        Assert.Equal(2, resource.GetProperty("largest").EnumerateArray().First().GetProperty("pods").GetInt32());
    }
}
