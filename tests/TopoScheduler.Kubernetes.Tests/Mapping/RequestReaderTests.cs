using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class RequestReaderTests
{
    public static TheoryData<string, string, string> Rules() => new()
    {
        { "main containers add up", "containers: [{resources: {requests: {cpu: 1, memory: 1Ki}}}, {resources: {requests: {cpu: 500m}}}]", "cpu=1500, memory=1024" },
        { "a limit stands in for a request", "containers: [{resources: {limits: {nvidia.com/gpu: '8', cpu: 2}, requests: {cpu: 1}}}]", "cpu=1000, nvidia.com/gpu=8" },
        { "the largest init container counts", "containers: [{resources: {requests: {cpu: 1}}}]\ninitContainers: [{resources: {requests: {cpu: 3}}}, {resources: {requests: {cpu: 2, memory: 5}}}]", "cpu=3000, memory=5" },
        { "a sidecar runs beside the main containers", "containers: [{resources: {requests: {cpu: 2}}}]\ninitContainers: [{restartPolicy: Always, resources: {requests: {cpu: 1}}}]", "cpu=3000" },
        { "an init container runs beside sidecars before it", "containers: [{resources: {requests: {cpu: 1}}}]\ninitContainers: [{restartPolicy: Always, resources: {requests: {cpu: 1}}}, {resources: {requests: {cpu: 4}}}]", "cpu=5000" },
        { "an init container does not wait for sidecars after it", "containers: [{resources: {requests: {cpu: 1}}}]\ninitContainers: [{resources: {requests: {cpu: 4}}}, {restartPolicy: Always, resources: {requests: {cpu: 1}}}]", "cpu=4000" },
        { "overhead comes on top", "containers: [{resources: {requests: {cpu: 1}}}]\noverhead: {cpu: 250m, memory: 64}", "cpu=1250, memory=64" },
        { "a pod-level request replaces the sum", "containers: [{resources: {requests: {cpu: 1, nvidia.com/gpu: 1}}}]\nresources: {requests: {cpu: 4}}", "cpu=4000, nvidia.com/gpu=1" },
        { "a pod-level request may be lower than an init container's", "containers: [{}]\ninitContainers: [{resources: {requests: {memory: 9}}}]\nresources: {requests: {memory: 4}}", "memory=4" },
        { "a pod-level limit fills in what nobody requests", "containers: [{resources: {requests: {cpu: 1}}}]\nresources: {limits: {cpu: 4, memory: 7}}", "cpu=1000, memory=7" },
        { "pod-level resources exist for cpu, memory and huge pages only", "containers: [{}]\nresources: {requests: {hugepages-2Mi: 2Mi, nvidia.com/gpu: 3}}", "hugepages-2Mi=2097152" },
        { "overhead comes on top of pod-level requests too", "containers: [{}]\nresources: {requests: {cpu: 4}}\noverhead: {cpu: 1}", "cpu=5000" },
        { "nothing asked is nothing", "containers: [{}]", "" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Read_Rule_IsAsKubernetesAddsUp(string rule, string spec, string expected)
    {
        var template = Yaml.Template("spec:\n" + Indent(spec));

        Assert.True(expected == template.Requests.ToString(), $"{rule}: expected {expected}, got {template.Requests}");
    }

    [Theory]
    [InlineData("nvidia.com/gpu: 8", 8, 8)]
    [InlineData("amd.com/gpu: 4", 4, 4)]
    [InlineData("gpu.intel.com/i915: 2", 2, 2)]
    [InlineData("habana.ai/gaudi: 8", 8, 8)]
    [InlineData("google.com/tpu: 4", 4, 4)]
    [InlineData("aws.amazon.com/neuron: 16", 16, 16)]
    [InlineData("nvidia.com/mig-3g.40gb: 2", 2, 6.0 / 7)]
    [InlineData("nvidia.com/mig-1g.10gb.me: 1", 1, 1.0 / 7)]
    [InlineData("nvidia.com/mig-1c.3g.40gb: 1", 1, 3.0 / 7)]
    [InlineData("nvidia.com/mig-7g.80gb: 3", 3, 3)]
    [InlineData("nvidia.com/mig-9g.80gb: 3", 0, 0)]
    [InlineData("nvidia.com/gpu.shared: 1", 1, 1)]
    [InlineData("rdma/hca: 8", 0, 0)]
    public void Read_Devices_CountRanksAndPhysicalGpus(string limit, int ranks, double physical)
    {
        var template = Yaml.Template($"spec: {{containers: [{{resources: {{limits: {{{limit}}}}}}}]}}");

        Assert.Equal(ranks, template.Gpus);
        Assert.Equal(physical, template.Power.Gpus, 12);
    }

    [Fact]
    public void Read_CpuOnly_IsKeptForPower()
    {
        var template = Yaml.Template("spec: {containers: [{resources: {requests: {cpu: 2500m}}}]}");

        Assert.Equal((0.0, 2500L, true), (template.Power.Gpus, template.Power.CpuMilli, template.Power.Trusted));
    }

    [Fact]
    public void Read_WrongQuantity_NamesThePlaceAndGoesOn()
    {
        var (reading, problems) = Yaml.Pod("spec:\n  containers:\n  - resources:\n      requests:\n        cpu: eight\n        memory: 1Ki");

        Assert.Equal(1024, reading.Template.Requests[ResourceList.Memory]);
        var problem = Assert.Single(problems);
        Assert.StartsWith("spec.containers[0].resources.requests.cpu: \"eight\", expected a quantity such as", problem.Message);
        Assert.EndsWith("(line 5).", problem.Message);
    }

    [Fact]
    public void Read_SumBeyondTheLargest_IsTold()
    {
        var container = "{resources: {requests: {memory: 8Pi}}}";
        var (reading, problems) = Yaml.Pod($"spec: {{containers: [{string.Join(", ", Enumerable.Repeat(container, 2000))}]}}");

        Assert.Equal(1L << 53, reading.Template.Requests[ResourceList.Memory]);
        Assert.Contains("of memory in all, expected at most", Assert.Single(problems).Message);
    }

    [Fact]
    public void Read_TooManyDevices_IsTold()
    {
        var (reading, problems) = Yaml.Pod("spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8Pi}}}]}");

        Assert.Equal(DeviceCounts.MostRanks, reading.Template.Gpus);
        Assert.Contains("accelerators for one pod, expected at most 1024", Assert.Single(problems).Message);
    }

    private static string Indent(string text) => "  " + text.Replace("\n", "\n  ");
}
