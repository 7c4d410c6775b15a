using System.Diagnostics;
using System.Globalization;
using System.Text;
using TopoScheduler.Testing.Fuzz;
using Xunit.Abstractions;

namespace TopoScheduler.Cli.Tests.Bad;

/// <summary>
/// Damaged clusters and jobs through the whole of <c>toposched report</c>, planning and printing included: an answer or an error for people, never
/// an internal error. <c>TOPOSCHEDULER_FUZZ</c> sets the number of inputs, of which this takes a twentieth.
/// </summary>
public sealed class FuzzedReportTests(ITestOutputHelper output)
{
    private const int FewInputs = 5_000;
    private const int OneIn = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static int Inputs =>
        (int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var many) ? many : FewInputs) / OneIn;

    [Theory]
    [InlineData("tests/cases/bad/good-cluster.yaml", "tests/cases/bad/good-job.yaml", true)]
    [InlineData("tests/cases/bad/good-cluster.yaml", "tests/cases/bad/good-job.yaml", false)]
    [InlineData("tests/cases/two-feeds/cluster.yaml", "tests/cases/two-feeds/job.yaml", true)]
    [InlineData("tests/cases/segments/cluster.yaml", "tests/cases/segments/job.yaml", false)]
    public void Report_DamagedInput_EndsInAnAnswerOrAnErrorForPeople(string cluster, string job, bool damageCluster)
    {
        var random = new Random(20_260);
        var mutations = new FuzzMutations(random);
        var (damaged, other) = damageCluster ? (cluster, job) : (job, cluster);
        var (valid, piece) = (File.ReadAllBytes(CliHarness.File(damaged)), File.ReadAllBytes(CliHarness.File(other)));
        var codes = new int[4];
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Inputs / 4; round++)
        {
            var text = Encoding.UTF8.GetString(mutations.Damage(valid, piece));
            var start = Stopwatch.GetTimestamp();
            var run = CliHarness.Run(text, ["report", "--cluster", damageCluster ? "-" : cluster, "--job", damageCluster ? job : "-", "-o", round % 2 == 0 ? "text" : "json"]);
            var time = Stopwatch.GetElapsedTime(start);
            slowest = time > slowest ? time : slowest;
            Assert.True(run.Code is 0 or 2 or 3, $"round {round}: exit code {run.Code}: {run.Error}\n{text}");
            Assert.True(time < Longest, $"round {round} takes {time.TotalSeconds} s\n{text}");
            Assert.DoesNotContain(run.Error, c => c != '\n' && BadCase.IsHostile(c));
            codes[run.Code]++;
        }

        output.WriteLine($"{Inputs / 4} inputs: {codes[0]} placed, {codes[3]} not placed, {codes[2]} refused; slowest {slowest.TotalMilliseconds:F0} ms");
        Assert.True(codes[0] + codes[3] > 0 && codes[2] > 0, "the damage is too light or too heavy to mean anything");
    }
}
