using System.Globalization;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary>Budgets that change with time: the moment asked about, and the present one without the option.</summary>
public sealed class AtOptionTests
{
    private const string Folder = "tests/cases/demand-response";

    // A Wednesday; the window is open from four to seven in the afternoon, UTC, on working days.
    [Theory]
    [InlineData("2027-01-27T12:00:00Z", 40_000, null)]
    [InlineData("2027-01-27T15:59:59Z", 40_000, null)]
    [InlineData("2027-01-27T16:00:00Z", 20_000, "OVER")]
    [InlineData("2027-01-27T17:30:00+01:00", 20_000, "OVER")]
    [InlineData("2027-01-27T19:00:00Z", 40_000, null)]
    [InlineData("2027-07-28T15:00:00Z", 20_000, "OVER")]
    public void Power_At_CountsTheBudgetOfThatMoment(string at, long budget, string? open)
    {
        var rack = Run("power", at).Json().GetProperty("domains")[0];

        Assert.Equal((budget, 10_400L), (rack.GetProperty("budgetWatts").GetInt64(), rack.GetProperty("committedWatts").GetInt64()));
        Assert.Equal(open is null ? 29_600 : 9_600, rack.GetProperty("headroomWatts").GetInt64());
    }

    [Theory]
    [InlineData("2027-01-27T12:00:00Z", "NoFit", "NoFit", "Placed")]
    [InlineData("2027-01-27T13:00:01Z", "NoFit", "NoFit", "NoFit")]
    [InlineData("2027-01-27T19:00:00Z", "NoFit", "Placed", "NoFit")]
    [InlineData("2027-01-29T19:00:00Z", "Placed", "NoFit", "NoFit")]
    public void Report_At_FitsTheLowestBudgetUntilItEnds(string at, params string[] outcomes)
    {
        var reports = Run("report", at, "--job", $"{Folder}/job.yaml").Json().GetProperty("reports").EnumerateArray();

        Assert.Equal(outcomes, reports.Select(r => r.GetProperty("outcome").GetString()));
    }

    [Fact]
    public void Capacity_At_CountsTheBudgetsOfTheHorizon()
    {
        Assert.Equal(8, LargestGpus("2027-01-27T12:00:00Z"));
        Assert.Equal(24, LargestGpus("2027-01-29T19:00:00Z"));

        static int LargestGpus(string at) => Run("capacity", at).Json().GetProperty("resources")[0].GetProperty("largest").EnumerateArray().Max(l => l.GetProperty("gpus").GetInt32());
    }

    [Theory]
    [InlineData("report")]
    [InlineData("power")]
    [InlineData("capacity")]
    public void AnyCommand_TimeThatIsNone_NamesTheOptionAndWhatWasExpected(string command)
    {
        foreach (var text in (string[])["now", "2027-01-27", "2027-01-27T12:00:00", "12:00", "2027-01-27T25:00:00Z"])
        {
            var run = CliHarness.Run([command, "--cluster", $"{Folder}/cluster.yaml", "--at", text, .. command == "report" ? ["--job", $"{Folder}/job.yaml"] : Array.Empty<string>()]);

            Assert.Equal(ExitCodes.InvalidInput, run.Code);
            Assert.Contains($"option --at=\"{text}\": expected a time such as 2027-01-31T16:00:00Z.", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2027-01-27T12:00:00Z", 40_000)]
    [InlineData("2027-01-27T18:00:00Z", 20_000)]
    public void AnyCommand_WithoutTheOption_CountsNow(string now, long budget)
    {
        var console = new CliConsole
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            OpenInput = () => Stream.Null,
            Time = new Clock(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)),
        };

        var rack = CliHarness.Run(null, ["power", "--cluster", $"{Folder}/cluster.yaml", "-o", "json"], console).Json().GetProperty("domains")[0];

        Assert.Equal(budget, rack.GetProperty("budgetWatts").GetInt64());
    }

    [Fact]
    public void AnyCommand_WithoutPowerDomains_SaysTheSameAtAllTimes()
    {
        string[] args = ["report", "--cluster", "tests/cases/rack-takes-two/cluster.yaml", "--job", "tests/cases/rack-takes-two/job.yaml"];

        Assert.Equal(CliHarness.Run(args).Out, CliHarness.Run([.. args, "--at", "1999-12-31T23:59:59Z"]).Out);
    }

    private static CliRun Run(string command, string at, params string[] more) =>
        CliHarness.Run([command, "--cluster", $"{Folder}/cluster.yaml", "--at", at, "-o", "json", .. more]);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
