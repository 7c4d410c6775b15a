namespace TopoScheduler.Cli.Tests.Checks;

/// <summary><c>report --fail-if</c>.</summary>
public sealed class FailIfTests
{
    private const string Fits = "report --cluster samples/clusters/dgx-h100-su.yaml --job samples/jobs/pretrain-24x8.yaml -o json";
    private const string FitsNot = "report --cluster samples/clusters/dgx-h100-su.yaml --job samples/jobs/pretrain-25x8.yaml -o json";

    [Theory]
    [InlineData("power.addedWatts>=189600", 4)]
    [InlineData("power.addedWatts>189600", 0)]
    [InlineData("power.addedWatts<189601", 4)]
    [InlineData("power.addedWatts <= 189599", 0)]
    [InlineData("placement.tier!=leaf", 0)]
    [InlineData("placement.tier==leaf", 4)]
    [InlineData("placement.tier=='LEAF'", 4)]
    [InlineData("outcome!=Placed", 0)]
    [InlineData("outcome==placed", 4)]
    [InlineData("estimate.gapPercent>10", 0)]
    [InlineData("counterOffers.length>0", 0)]
    [InlineData("counterOffers.length==0", 4)]
    [InlineData("placement.pods.length==24", 4)]
    [InlineData("placement.pods[0].index==0", 4)]
    [InlineData("placement.pods[99].index==0", 0)]
    [InlineData("placement.pods.rack==rack-1", 4)]
    [InlineData("placement.pods.rack==rack-99", 0)]
    [InlineData("power.domains.afterWatts>276000", 4)]
    [InlineData("estimate.crossTierBytes.nvlink-domain>0", 4)]
    [InlineData("estimate.crossTierBytes.core>0", 0)]
    [InlineData("power.gpuCapWatts", 0)]
    [InlineData("!power.gpuCapWatts", 4)]
    [InlineData("power.gpuCapWatts<500", 0)]
    [InlineData("placement", 4)]
    [InlineData("memory.fits==false", 0)]
    [InlineData("problems.severity==error", 0)]
    public void FailIf_Placed_IsCode4WhereItHolds(string rule, int code)
    {
        var run = CliHarness.Run([.. Fits.Split(' '), "--fail-if", rule]);
        Assert.Equal(code, run.Code);
        Assert.Equal(code == 0 ? "" : $"error: jobset/training/pretrain-24x8: --fail-if \"{rule}\" holds: it is ", code == 0 ? run.Error : run.Error[..(run.Error.IndexOf(" it is ", StringComparison.Ordinal) + 7)]);
        Assert.NotEmpty(run.Out);
    }

    [Theory]
    [InlineData("outcome==NoFit")]
    [InlineData("counterOffers.change==lowerGpuCap")]
    [InlineData("placement")]
    public void FailIf_NoFit_StaysCode3(string rule) => Assert.Equal(ExitCodes.NotPlaced, CliHarness.Run([.. FitsNot.Split(' '), "--fail-if", rule]).Code);

    [Fact]
    public void FailIf_SeveralRulesAndJobs_EachIsTold()
    {
        var run = CliHarness.Run([.. Fits.Split(' '), "--job", "samples/jobs/mpi-finetune.yaml", "--fail-if", "gang.size>5", "--fail-if", "gang.size>20"]);
        Assert.Equal(3, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("estimate.gapPrecent>10", "\"estimate\" has no \"gapPrecent\"; near it are gapPercent, ")]
    [InlineData("outcom==NoFit", "a report has no \"outcom\"; near it are outcome, ")]
    [InlineData("placement.tier.name==leaf", "\"placement.tier\" has nothing within it, expected it without \".name\"")]
    [InlineData("placement.tier[0]==leaf", "\"placement.tier\" is no list, expected it without \"[0]\"")]
    [InlineData("power.addedWatts>much", "\"much\" is no number")]
    [InlineData("placement.tier>leaf", "is a word; expected == or !=")]
    [InlineData("outcome==Fits", "\"Fits\": expected one of Placed, ")]
    [InlineData("placement==leaf", "is an object; expected a value within it, or the path alone")]
    [InlineData("counterOffers>0", "is a list; expected .length, [0] or a property of its items")]
    [InlineData("memory.fits==maybe", "\"maybe\": expected true or false")]
    [InlineData("power.addedWatts>", "expected a path into the report's JSON")]
    [InlineData("power..addedWatts>1", "expected a path into the report's JSON")]
    [InlineData("placement.pods[x]==1", "expected a path into the report's JSON")]
    public void FailIf_WrongRule_IsCode2AndSaysWhat(string rule, string expected)
    {
        var run = CliHarness.Run([.. Fits.Split(' '), "--fail-if", rule]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains($"option --fail-if=\"{rule}\": {expected}", run.Error, StringComparison.Ordinal);
    }
}
