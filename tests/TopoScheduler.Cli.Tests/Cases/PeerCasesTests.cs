using System.Text.Json;

namespace TopoScheduler.Cli.Tests.Cases;

/// <summary>What the documentation of Kueue, KAI, Volcano and JobSet says of a placement, held against the cases that are written after it.</summary>
public sealed class PeerCasesTests
{
    // Kueue, required: one rack, the one with least left over. Preferred: the rack where it can be had, else one block. KAI alike. Volcano, hard: one
    // HyperNode of at most the tier; soft: as near as can be.
    [Theory]
    [InlineData("kueue-required-rack", "leaf", "b2/r1")]
    [InlineData("kueue-preferred-fits", "leaf", "b1/r2")]
    [InlineData("kueue-preferred-falls-back", "spine", "b2")]
    [InlineData("kueue-slices", "spine", "b2")]
    [InlineData("kai-required-and-preferred", "spine", "b2")]
    [InlineData("kai-alias", "leaf", "b2/r1")]
    [InlineData("volcano-hard-tier-two", "spine", "s5")]
    [InlineData("volcano-partitions", "spine", "s4")]
    public void Report_OneDomainAsked_IsTheDomainTheDocumentationNames(string name, string tier, string domain)
    {
        var placement = Report(name).GetProperty("placement");

        Assert.Equal((tier, domain), (placement.GetProperty("tier").GetString(), placement.GetProperty("domain").GetString()));
    }

    [Theory]
    [InlineData("kueue-required-does-not-fit", "NoFit")]
    [InlineData("volcano-hard-tier-one", "NoFit")]
    [InlineData("volcano-soft", "Placed")]
    public void Report_HardAndSoft_WaitAndSpread(string name, string outcome) => Assert.Equal(outcome, Report(name).GetProperty("outcome").GetString());

    [Theory]
    [InlineData("kueue-slices", 4, 2)]
    [InlineData("kueue-jobset-podsets", 4, 2)]
    [InlineData("kai-segments", 3, 2)]
    [InlineData("volcano-partitions", 2, 2)]
    public void Report_Slices_AreEachBelowOneLeaf(string name, int size, int count)
    {
        var pods = Report(name).GetProperty("placement").GetProperty("pods").EnumerateArray().Where(p => p.TryGetProperty("firstRank", out _)).ToList();
        var slices = pods.Chunk(size).Select(slice => slice.Select(p => string.Join('/', p.GetProperty("path").EnumerateArray())).Distinct().ToList()).ToList();

        Assert.Equal(count, slices.Count);
        Assert.All(slices, slice => Assert.Single(slice));
    }

    [Fact]
    public void Report_JobSetExclusive_KeepsEachJobInOnePool()
    {
        var pods = Report("jobset-exclusive").GetProperty("placement").GetProperty("pods").EnumerateArray().ToList();

        Assert.All(pods.Chunk(3), job => Assert.Single(job.Select(p => p.GetProperty("node").GetString()![..2]).Distinct()));
    }

    [Fact]
    public void Report_SeveralJobs_PlansTheHigherPriorityFirst()
    {
        var reports = Report("several-by-priority").GetProperty("reports").EnumerateArray()
            .Select(r => (r.GetProperty("gang").GetProperty("name").GetString(), r.GetProperty("outcome").GetString()));

        Assert.Equal([("urgent", "Placed"), ("patient", "NoFit")], reports);
    }

    private static JsonElement Report(string name) =>
        CliHarness.Run("report", "--cluster", $"tests/cases/{name}/cluster.yaml", "--job", $"tests/cases/{name}/job.yaml", "-o", "json").Json();
}
