namespace TopoScheduler.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public void Run_NoArguments_ShowsHelp()
    {
        var run = CliHarness.Run();
        Assert.Equal(0, run.Code);
        Assert.Contains("report", run.Out, StringComparison.Ordinal);
        Assert.Contains("Examples:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_HelpOfReport_NamesEveryOptionAndShowsExamples()
    {
        var run = CliHarness.Run("report", "--help");
        Assert.Equal(0, run.Code);
        foreach (var option in (string[])["--cluster", "--job", "--output", "--oversubscription", "--max-steps", "--assume-schedulable", "--namespace", "--width", "--budget", "--budget-all"])
        {
            Assert.Contains(option, run.Out, StringComparison.Ordinal);
        }

        Assert.Contains("toposched report --cluster cluster.yaml --job job.yaml", run.Out, StringComparison.Ordinal);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 110, line));
    }

    [Fact]
    public void Run_AsKubectlPlugin_HelpSaysKubectlTopo()
    {
        var console = new CliConsole { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Name = CliConsole.NameOf("/usr/local/bin/kubectl-topo") };
        var run = CliHarness.Run(null, ["report", "--help"], console);
        Assert.Contains("kubectl topo report", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("toposched report", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Version_IsOneLine()
    {
        var run = CliHarness.Run("--version");
        Assert.Equal(0, run.Code);
        Assert.Matches(@"^toposched \d+\.\d+\.\d+\S*\r?\n$", run.Out);
    }

    [Theory]
    [InlineData("report --job j.yaml", "--cluster")]
    [InlineData("report --cluster c.yaml", "--job")]
    [InlineData("report --cluster c.yaml --job j.yaml -o xml", "option --output=\"xml\": expected text, wide, json, yaml, markdown or html.")]
    [InlineData("report --cluster c.yaml --job j.yaml --width 10", "option --width=\"10\": expected a whole number between 60 and 400.")]
    [InlineData("report --cluster c.yaml --job j.yaml --max-steps -1", "option --max-steps=\"-1\": expected a whole number of at least 1.")]
    [InlineData("report --cluster c.yaml --job j.yaml --max-steps many", "option --max-steps=\"many\": expected a whole number of at least 1.")]
    [InlineData("report --cluster c.yaml --job j.yaml --oversubscription spine", "\"spine\" is not understood; expected tier=ratio pairs")]
    [InlineData("report --cluster c.yaml --job j.yaml --oversubscription rack=2", "\"rack=2\" is not understood")]
    [InlineData("report --cluster c.yaml --job j.yaml --oversubscription core=0.5", "\"core=0.5\" is not understood")]
    [InlineData("report --cluster c.yaml --job j.yaml --oversubscription core=2,core=4", "tier core is given twice")]
    [InlineData("report --cluster c.yaml --job j.yaml --nodes 4", "--nodes")]
    [InlineData("raport", "raport")]
    public void Run_BadOption_IsCode2AndSaysWhat(string arguments, string expected)
    {
        var run = CliHarness.Run(arguments.Split(' '));
        Assert.Equal(ExitCodes.InvalidInput, run.Code);
        Assert.Equal("", run.Out);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.All(run.Error.TrimEnd('\n').Split('\n'), line => Assert.True(line.StartsWith("error: ", StringComparison.Ordinal) || line.StartsWith("See \"toposched", StringComparison.Ordinal), line));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 3, 3)]
    [InlineData(3, 2, 2)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 3, 1)]
    public void Worse_OfTwo_FollowsBadnessNotNumbers(int a, int b, int worse)
    {
        Assert.Equal(worse, ExitCodes.Worse(a, b));
        Assert.Equal(worse, ExitCodes.Worse(b, a));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("en_GB.UTF-8", true)]
    [InlineData("C.utf8", true)]
    [InlineData("de_DE", true)]
    [InlineData("C", false)]
    [InlineData("POSIX", false)]
    [InlineData("de_DE.ISO-8859-1", false)]
    public void IsUtf8_Locale_Decides(string? locale, bool utf8) => Assert.Equal(utf8, CliConsole.IsUtf8(System.Text.Encoding.UTF8, locale));

    [Fact]
    public void IsUtf8_OtherEncoding_IsNot() => Assert.False(CliConsole.IsUtf8(System.Text.Encoding.Latin1, "en_GB.UTF-8"));
}
