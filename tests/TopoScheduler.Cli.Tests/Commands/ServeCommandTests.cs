using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary>How <c>serve</c> does not start; what each mistake is told as is in <c>tests/cases/bad/serve-*</c>.</summary>
public sealed class ServeCommandTests
{
    private const string Cluster = "tests/cases/bad/good-cluster.yaml";

    [Fact]
    public void Run_Help_NamesEveryOption()
    {
        var run = CliHarness.Run("serve", "--help");

        Assert.Equal(0, run.Code);
        foreach (var option in (string[])["--cluster", "--kubeconfig", "--context", "--listen", "--health-listen", "--allow-non-loopback", "--log-format", "--config"])
        {
            Assert.Contains(option, run.Out, StringComparison.Ordinal);
        }

        Assert.Contains("toposched serve --cluster cluster.yaml", run.Out, StringComparison.Ordinal);
    }

    // The example of the reference page, with a wrong value added so that it is read and not served.
    [Fact]
    public void Run_SettingsOfTheReferencePage_AreKnown()
    {
        var page = File.ReadAllText(CliHarness.File("docs", "reference", "serve.md"));
        var start = page.IndexOf("```yaml\nlisten:", StringComparison.Ordinal) + "```yaml\n".Length;
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, page[start..page.IndexOf("```", start, StringComparison.Ordinal)] + "log: {level: loud}\n");
            var run = CliHarness.Run("serve", "--cluster", Cluster, "--config", file);
            Assert.Equal((ExitCodes.InvalidInput, "error: log.level=\"loud\": expected debug, information, warning or error.\n"), (run.Code, run.Error));
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static TheoryData<string> Options
    {
        get
        {
            var keys = new TheoryData<string>();
            foreach (var section in typeof(ServeSettings).GetProperties().Where(p => p.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)))
            {
                foreach (var option in section.PropertyType.GetProperties()) keys.Add($"{Camel(section.Name)}.{Camel(option.Name)}");
            }

            return keys;
        }
    }

    // Those of measured watts have a page of their own.
    [Theory]
    [MemberData(nameof(Options))]
    public void ReferencePage_EveryOption_HasARow(string key)
    {
        var (page, name) = key.StartsWith("telemetry.", StringComparison.Ordinal) ? ("telemetry.md", $"(telemetry[.])?{key[10..]}") : ("serve.md", key.Replace(".", "[.]", StringComparison.Ordinal));

        Assert.Matches($"(?m)^[|][^|]*`{name}`[^|]*[|].*[|]$", File.ReadAllText(CliHarness.File("docs", "reference", page)));
    }

    [Theory]
    [InlineData("--listen", "--health-listen")]
    [InlineData("--health-listen", "--listen")]
    public async Task Run_AddressInUse_IsCode1AndSaysWhich(string taken, string other)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";

        var run = await RunSoonAsync("serve", "--cluster", Cluster, taken, url, other, "http://127.0.0.1:0");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Equal("", run.Out);
        var line = Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("error: http://127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains(url, line, StringComparison.Ordinal);
        Assert.Contains("cannot be listened on", line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
    }

    // An address of documentation (RFC 5737): no machine has it.
    [Fact]
    public async Task Run_AddressOfNobody_IsCode1AndNoDefect()
    {
        var run = await RunSoonAsync("serve", "--cluster", Cluster, "--listen", "http://192.0.2.1:8888", "--allow-non-loopback");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.StartsWith("error: http://192.0.2.1:8888 cannot be listened on: ", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    // A server that starts after all would not end by itself.
    private static Task<CliRun> RunSoonAsync(params string[] args) => Task.Run(() => CliHarness.Run(args)).WaitAsync(TimeSpan.FromSeconds(60));

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
