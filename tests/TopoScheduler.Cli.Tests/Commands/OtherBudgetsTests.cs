using System.Text.Json;

namespace TopoScheduler.Cli.Tests.Commands;

public sealed class OtherBudgetsTests
{
    private const string Folder = "tests/cases/other-budgets";

    [Theory]
    [InlineData("rack/r1=33kW", "rack/r1", "33,000 W instead of 26,000 W")]
    [InlineData("rack/r1=+5%", "rack/r1", "27,300 W instead of 26,000 W")]
    [InlineData("pdu/p1=none", "pdu/p1", "none instead of 60,000 W")]
    [InlineData("rack/r2=17099", "rack/r2", "17,099 W instead of 26,000 W; up to 17,100 W are drawn there already, so nothing more is admitted")]
    [InlineData("rack/r2=17100", "rack/r2", "17,100 W instead of 26,000 W")]
    public void Report_Budget_IsTold(string budget, string obj, string message) =>
        Assert.Equal([(obj, message)], Notes(Run("--budget", budget).Json()));

    [Fact]
    public void Report_BudgetAll_IsToldOnceAndSparesThoseNamed()
    {
        var report = Run("--budget", "rack/r1=33kW", "--budget-all", "-40%").Json();
        Assert.Equal(
            [
                ("rack/r1", "33,000 W instead of 26,000 W"),
                ("cluster", "2 budgets changed by -40%; more is drawn already in rack/r2, so nothing more is admitted there"),
            ],
            Notes(report));
        Assert.Equal("NoFit", report.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData(0, "--budget", "rack/r1=32900")]
    [InlineData(3, "--budget", "rack/r1=32899")]
    [InlineData(3, "--budget", "rack/r1=32900", "--budget", "pdu/p1=49999")]
    [InlineData(0, "--budget", "rack/r1=32900", "--budget", "pdu/p1=50000")]
    [InlineData(0, "--budget", "rack/r1=none")]
    [InlineData(3, "--budget-all", "+26.5%")]
    [InlineData(0, "--budget-all", "+26.6%")]
    [InlineData(3, "--budget-all", "-100%")]
    public void Report_OtherBudgets_DecideToTheWatt(int code, params string[] options) => Assert.Equal(code, Run(options).Code);

    [Fact]
    public void Report_SeveralJobs_AllAreUnderTheOtherBudgets()
    {
        var run = Run("--job", $"{Folder}/job.yaml", "--budget", "rack/r1=33kW");
        var list = run.Json();
        Assert.Equal(["Placed", "NoFit"], list.GetProperty("reports").EnumerateArray().Select(r => r.GetProperty("outcome").GetString()));
        Assert.Single(Notes(list));
        Assert.All(list.GetProperty("reports").EnumerateArray(), r => Assert.False(r.TryGetProperty("scenario", out _)));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("markdown")]
    [InlineData("html")]
    public void Report_OtherForms_TellToo(string form)
    {
        var told = string.Join(' ', Run("-o", form, "--budget", "rack/r1=33kW").Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("33,000 W instead of 26,000 W", told, StringComparison.Ordinal);
    }

    private static CliRun Run(params string[] options)
    {
        string[] form = options.Contains("-o") ? [] : ["-o", "json"];
        return CliHarness.Run(["report", "--cluster", $"{Folder}/cluster.yaml", "--job", $"{Folder}/job.yaml", .. form, .. options]);
    }

    private static List<(string, string)> Notes(JsonElement report) =>
        [.. report.GetProperty("scenario").GetProperty("changes").EnumerateArray().Select(c => (c.GetProperty("object").GetString()!, c.GetProperty("detail").GetString()!))];
}
