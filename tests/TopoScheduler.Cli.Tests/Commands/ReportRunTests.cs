using System.Text.Json;

namespace TopoScheduler.Cli.Tests.Commands;

public sealed class ReportRunTests
{
    private const string Dgx = "samples/clusters/dgx-h100-su.yaml";
    private const string Gb200 = "samples/clusters/gb200-nvl72.yaml";
    private const string Pretrain = "samples/jobs/pretrain-24x8.yaml";

    [Fact]
    public void Execute_TwoJobs_SecondIsPlannedBesideTheFirst()
    {
        var together = CliHarness.Run("report", "--cluster", Gb200, "--job", "samples/jobs/nvl72-16.yaml", "--job", "samples/jobs/nvl72-segments.yaml", "-o", "json");
        Assert.Equal(0, together.Code);
        var reports = together.Json().GetProperty("reports");
        Assert.Equal(["moe-16", "moe-segments"], reports.EnumerateArray().Select(r => r.GetProperty("gang").GetProperty("name").GetString()));
        Assert.Empty(NodesOf(reports[0]).Intersect(NodesOf(reports[1])));
        var rack = PowerOf(reports[0]).Single();
        Assert.True(rack.After > rack.Before);
    }

    [Fact]
    public void Execute_SameJobTwice_SecondFindsWattsAndNodesTaken()
    {
        var run = CliHarness.Run("report", "--cluster", Dgx, "--job", "samples/jobs/finetune-pytorchjob.yaml", "--job", "samples/jobs/finetune-pytorchjob.yaml", "-o", "json");
        var reports = run.Json().GetProperty("reports");
        Assert.Empty(NodesOf(reports[0]).Intersect(NodesOf(reports[1])));
        var row = (First: PowerOf(reports[0]).Single(d => d.Name == "row-1"), Second: PowerOf(reports[1]).Single(d => d.Name == "row-1"));
        Assert.Equal(row.First.After, row.Second.Before);
    }

    [Fact]
    public void Execute_CappedJob_KeepsItsCapForTheNext()
    {
        const string Case = "tests/cases/rack-takes-three-capped";
        var run = CliHarness.Run("report", "--cluster", $"{Case}/cluster.yaml", "--job", $"{Case}/job.yaml", "--job", $"{Case}/job.yaml", "-o", "json");
        var reports = run.Json().GetProperty("reports");
        Assert.Equal("PlacedCapped", reports[0].GetProperty("outcome").GetString());
        Assert.Equal(PowerOf(reports[0]).Single().After, PowerOf(reports[1]).Single().Before);
        Assert.Equal(ExitCodes.NotPlaced, run.Code);
    }

    [Fact]
    public void Execute_SeveralOutcomes_ExitWithTheWorst()
    {
        var run = CliHarness.Run("report", "--cluster", "tests/cases/wrong-annotation/cluster.yaml", "--job", "tests/cases/wrong-annotation/job.yaml", "--job", "samples/jobs/pretrain-64x8.yaml", "-o", "json");
        Assert.Equal(["Invalid", "NoFit"], run.Json().GetProperty("reports").EnumerateArray().Select(r => r.GetProperty("outcome").GetString()));
        Assert.Equal(ExitCodes.InvalidInput, run.Code);
    }

    [Fact]
    public void Execute_JobOnStandardInput_IsTheSameReport()
    {
        var file = CliHarness.Run("report", "--cluster", Dgx, "--job", Pretrain, "-o", "json");
        var input = CliHarness.Run(File.ReadAllText(Pretrain), ["report", "--cluster", Dgx, "--job", "-", "-o", "json"]);
        Assert.Equal(file.Out, input.Out);
    }

    [Fact]
    public void Execute_ClusterOnStandardInput_IsTheSameReport()
    {
        var file = CliHarness.Run("report", "--cluster", Dgx, "--job", Pretrain, "-o", "json");
        var input = CliHarness.Run(File.ReadAllText(Dgx), ["report", "--cluster", "-", "--job", Pretrain, "-o", "json"]);
        Assert.Equal(file.Out, input.Out);
    }

    [Fact]
    public void Execute_ObjectsInAnotherOrder_GivesTheSameReport()
    {
        var lines = File.ReadAllText(Dgx);
        var start = lines.IndexOf("- apiVersion", StringComparison.Ordinal);
        var items = lines[start..].Split("- apiVersion", StringSplitOptions.RemoveEmptyEntries);
        var turned = lines[..start] + string.Concat(items.Reverse().Select(i => "- apiVersion" + i));
        var file = CliHarness.Run("report", "--cluster", Dgx, "--job", Pretrain, "-o", "json");
        var input = CliHarness.Run(turned, ["report", "--cluster", "-", "--job", Pretrain, "-o", "json"]);
        Assert.NotEqual(lines, turned);
        Assert.Equal(file.Out, input.Out);
    }

    [Fact]
    public void Execute_StandardInputTwice_IsRefused() =>
        Refused("standard input can be read once", "report", "--cluster", "-", "--job", "-");

    [Theory]
    [InlineData("no-such-file.yaml", Pretrain, "no-such-file.yaml: no such file")]
    [InlineData(Dgx, "no-such-file.yaml", "no-such-file.yaml: no such file")]
    [InlineData("samples/jobs", Pretrain, "holds no node")]
    [InlineData(Dgx, "LICENSE", "LICENSE")]
    [InlineData("samples", Pretrain, "the folder holds no file")]
    public void Execute_UnusableFile_IsCode2AndNamesIt(string cluster, string job, string expected) =>
        Refused(expected, "report", "--cluster", cluster, "--job", job);

    [Fact]
    public void Execute_FileWithoutJob_IsCode2() =>
        Assert.Contains("holds no job", CliHarness.Run("apiVersion: v1\nkind: Service\nmetadata: {name: s}\n", ["report", "--cluster", Dgx, "--job", "-"]).Error, StringComparison.Ordinal);

    [Fact]
    public void Execute_Namespace_IsOfJobsThatNameNone()
    {
        var job = File.ReadAllText(Pretrain);
        var without = job.Replace("  namespace: training\n", "", StringComparison.Ordinal);
        Assert.Equal("default", NamespaceOf(without));
        Assert.Equal("team-a", NamespaceOf(without, "--namespace", "team-a"));
        Assert.Equal("training", NamespaceOf(job, "--namespace", "team-a"));
    }

    [Fact]
    public void Execute_Oversubscription_CostsWhereItIsCrossed()
    {
        string[] command = ["report", "--cluster", "samples/clusters/fat-tree-512.yaml.gz", "--job", "samples/jobs/pretrain-96x8.yaml", "-o", "json"];
        var usual = CommunicationOf(CliHarness.Run(command));
        Assert.Equal(usual, CommunicationOf(CliHarness.Run([.. command, "--oversubscription", "core=4"])));
        Assert.True(CommunicationOf(CliHarness.Run([.. command, "--oversubscription", "leaf=16,spine=16,core=64"])) > usual);
    }

    [Fact]
    public void Execute_FewSteps_IsUndecidedNeverNoFit()
    {
        var run = CliHarness.Run("report", "--cluster", Gb200, "--job", "samples/jobs/nvl72-segments.yaml", "-o", "json", "--max-steps", "1");
        var report = run.Json();
        Assert.Contains(report.GetProperty("outcome").GetString(), (string[])["Placed", "Undecided"]);
        Assert.Equal(report.GetProperty("outcome").GetString() == "Placed" ? 0 : 3, run.Code);
    }

    [Fact]
    public void Execute_Width_BoundsTheLines()
    {
        var run = CliHarness.Run("report", "--cluster", Dgx, "--job", Pretrain, "--width", "72");
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 72, line));
    }

    [Fact]
    public void Execute_NarrowTerminal_IsHeeded()
    {
        var console = new CliConsole { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, TerminalWidth = 80, Unicode = false };
        var run = CliHarness.Run(null, ["report", "--cluster", Dgx, "--job", Pretrain], console);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.All(run.Out, c => Assert.True(c < 128));
    }

    private static void Refused(string expected, params string[] args)
    {
        var run = CliHarness.Run(args);
        Assert.Equal(ExitCodes.InvalidInput, run.Code);
        Assert.Equal("", run.Out);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private static string? NamespaceOf(string job, params string[] options) =>
        CliHarness.Run(job, ["report", "--cluster", Dgx, "--job", "-", "-o", "json", .. options]).Json().GetProperty("gang").GetProperty("namespace").GetString();

    private static double CommunicationOf(CliRun run) => run.Json().GetProperty("estimate").GetProperty("communicationMs").GetDouble();

    private static List<string> NodesOf(JsonElement report) =>
        [.. report.GetProperty("placement").GetProperty("pods").EnumerateArray().Select(p => p.GetProperty("node").GetString()!)];

    private static List<(string Name, long Before, long After)> PowerOf(JsonElement report) =>
        [.. report.GetProperty("power").GetProperty("domains").EnumerateArray().Select(d => (d.GetProperty("name").GetString()!, d.GetProperty("beforeWatts").GetInt64(), d.GetProperty("afterWatts").GetInt64()))];
}
