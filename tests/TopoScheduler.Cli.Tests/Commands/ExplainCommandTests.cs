namespace TopoScheduler.Cli.Tests.Commands;

/// <summary>What <c>explain</c> says when it cannot explain.</summary>
public sealed class ExplainCommandTests
{
    private const string Cluster = "tests/cases/explain-fits-now/cluster.yaml";

    [Theory]
    [InlineData("gang", "train", "ml2", "error: gang ml2/train is not in the cluster file; did you mean train -n ml?")]
    [InlineData("gang", "trian", "ml", "error: gang ml/trian is not in the cluster file; did you mean train -n ml?")]
    [InlineData("gang", "trein", "ml", "error: gang ml/trein is not in the cluster file; did you mean train -n ml?")]
    [InlineData("pod", "train-9", "ml", "error: pod ml/train-9 is not in the cluster file; did you mean train-0 -n ml or train-1 -n ml?")]
    [InlineData("node", "n9", "ml", "error: node n9 is not in the cluster file; did you mean n1 or n2 or n3?")]
    public void Explain_NameThatIsNotThere_SuggestsTheNearest(string kind, string name, string ns, string expected)
    {
        var run = CliHarness.Run("explain", kind, name, "-n", ns, "--cluster", Cluster);
        Assert.Equal((2, expected, ""), (run.Code, run.Error.TrimEnd('\n'), run.Out));
    }

    [Fact]
    public void Explain_KindThatIsNone_SaysWhatIsExpected()
    {
        var run = CliHarness.Run("explain", "job", "train", "--cluster", Cluster);
        Assert.Equal(2, run.Code);
        Assert.StartsWith("error: argument \"job\": expected pod, gang or node.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_StandardInput_IsReadTwiceAndSaysTheSame()
    {
        string[] args = ["explain", "gang", "train", "-n", "ml", "--at", "2027-01-27T12:00:00Z", "--cluster"];
        var file = CliHarness.Run([.. args, "tests/cases/explain-running-better/cluster.yaml"]);
        var input = CliHarness.Run(File.ReadAllText(CliHarness.File("tests", "cases", "explain-running-better", "cluster.yaml")), [.. args, "-"]);
        Assert.Equal((0, file.Out), (input.Code, input.Out));
    }

    [Fact]
    public void Explain_BothFromStandardInput_IsRefused() =>
        Assert.Equal(2, CliHarness.Run("explain", "gang", "train", "--cluster", "-", "--before", "-").Code);

    [Fact]
    public void Explain_Order_IsOfNoMatter()
    {
        var lines = File.ReadAllText(CliHarness.File("tests", "cases", "explain-behind", "cluster.yaml"));
        var (head, items) = (lines[..(lines.IndexOf("items:\n", StringComparison.Ordinal) + 7)], lines[(lines.IndexOf("items:\n", StringComparison.Ordinal) + 7)..]);
        var turned = head + string.Concat(items.Split("\n- ").Select((item, i) => (i == 0 ? item : "- " + item).TrimEnd('\n') + "\n").Reverse());
        string[] args = ["explain", "gang", "train", "-n", "ml", "--at", "2027-01-27T12:00:00Z", "--cluster", "-", "-o", "json"];
        Assert.Equal(CliHarness.Run(lines, args).Out, CliHarness.Run(turned, args).Out);
    }
}
