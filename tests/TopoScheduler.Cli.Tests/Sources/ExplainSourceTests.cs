namespace TopoScheduler.Cli.Tests.Sources;

/// <summary>Every case of <c>explain</c> is explained alike on its file, on what <c>save</c> keeps of it, and on a live cluster with its objects.</summary>
public sealed class ExplainSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("explained").FullName;

    public static TheoryData<string> Cases =>
    [
        .. Directory.GetDirectories(CliHarness.File("tests", "cases"), "explain-*").Where(d => !d.Contains("complaint", StringComparison.Ordinal)).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Explain_OfFileSavedFileAndLiveCluster_IsTheSameBytes(string name)
    {
        var file = $"tests/cases/{name}/cluster.yaml";
        var saved = Path.Combine(_folder, "saved.yaml");
        string[] question = [.. (await File.ReadAllLinesAsync(CliHarness.File("tests", "cases", name, "question.txt"))).Where(l => l.Length > 0)];
        if (!question.Contains("--at")) question = [.. question, "--at", "2027-01-27T12:00:00Z"];
        string[] ask = ["explain", .. question, "-o", "json"];

        var ofFile = CliHarness.Run([.. ask, "--cluster", file]);

        Assert.Equal(0, ofFile.Code);
        Assert.Equal((0, ""), (CliHarness.Run("save", "--cluster", file, "-o", saved).Code, ""));
        Assert.Equal(ofFile.Out, CliHarness.Run([.. ask, "--cluster", saved]).Out);
        await using var live = await FakeOfFile.StartAsync(file);
        Assert.Equal(ofFile.Out, CliHarness.Run([.. ask, "--kubeconfig", live.Kubeconfig]).Out);
    }
}
