namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>
/// What a real kube-scheduler sends to an extender, byte for byte, is kept in <c>tests/cases/wire</c> by version, for the tests that have no
/// scheduler. What it sends now has the same shape. <c>UPDATE_GOLDEN=1</c> records anew.
/// </summary>
[Trait("Category", "EndToEnd")]
[Collection(SmallPlaneGroup.Name)]
public sealed class WireGoldenTests(SmallPlane small)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [ControlPlaneTheory]
    [InlineData(true, "names")]
    [InlineData(false, "nodes")]
    public async Task Scheduler_NodeCacheCapable_SendsWhatIsRecorded(bool capable, string form)
    {
        var space = $"wire-{form}";
        await small.Plane.Api.CreateNamespaceAsync(space);
        await using var extender = new RecordingExtender(small.Plane.Api);
        await small.Plane.StartSchedulerAsync(new(space) { Extenders = [new(extender.Url) { NodeCacheCapable = capable }] });
        await small.Plane.Api.CreateAsync(KubePath.Pods(space), new PodObject("train-0")
        {
            SchedulerName = space,
            Gpus = 2,
            Labels = new Dictionary<string, string> { ["app"] = "train" },
            Annotations = new Dictionary<string, string> { ["gang"] = "train", ["gang-size"] = "1", ["required-topology"] = "leaf" },
        }.ToJson());
        await small.Plane.Api.WaitForBoundAsync(KubePath.Pods(space), 1, Limit);
        await small.Plane.StopSchedulerAsync(space);

        Assert.Equal(["filter", "prioritize", "bind"], extender.Calls.Select(c => c.Verb));
        Assert.Equal(SmallPlane.NodeNames, extender.Calls[0].Nodes.Order(StringComparer.Ordinal));
        Assert.All(extender.Calls, call => HasRecordedShape($"{call.Verb}-{form}.json", call));
    }

    private static void HasRecordedShape(string name, RecordedCall call)
    {
        Assert.StartsWith($"POST /scheduler/{call.Verb} HTTP/1.1", call.Headers, StringComparison.Ordinal);
        var file = Path.Combine(Toposched.Root, "tests", "cases", "wire", KubeControlPlane.Version.ToString(), name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: expected files are reviewed, not made, there.");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, call.Body);
        }

        // A version that nobody recorded sends at least the same arguments.
        var recorded = Path.Combine(Toposched.Root, "tests", "cases", "wire", "1.20.2", name);
        if (File.Exists(file)) Assert.Equal(JsonPaths.Of(File.ReadAllText(file)), JsonPaths.Of(call.Body));
        else Assert.Equal(Arguments(File.ReadAllText(recorded)), Arguments(call.Body));
    }

    private static IEnumerable<string> Arguments(string body) => JsonPaths.Of(body).Where(path => !path.Contains('.', StringComparison.Ordinal));
}
