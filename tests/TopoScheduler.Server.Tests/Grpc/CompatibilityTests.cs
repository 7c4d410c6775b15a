namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>
/// What <c>docs/reference/toposcheduler.v1.txt</c> promises stays: fields and methods keep their names, numbers and types. What is new is added to the page with
/// <c>UPDATE_GOLDEN=1</c>, which adds and never takes away.
/// </summary>
public sealed class CompatibilityTests
{
    private const string Page = "docs/reference/toposcheduler.v1.txt";

    private static string PagePath => Path.Combine(RepositoryFiles.Root, Page);

    [Fact]
    public void Schema_Committed_IsKept()
    {
        var broken = GrpcSchema.Broken(Committed(), GrpcSchema.Lines).ToList();
        Assert.True(broken.Count == 0, $"Clients of toposcheduler.v1 would break; what is promised in {Page} stays:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void Schema_New_IsCommitted()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: expected files are reviewed, not made, there.");
            File.WriteAllText(PagePath, string.Join('\n', Committed().Union(GrpcSchema.Lines).Order(StringComparer.Ordinal)) + "\n");
        }

        Assert.Empty(GrpcSchema.Lines.Except(Committed()).Select(l => $"not in {Page} yet (UPDATE_GOLDEN=1 adds it): {l}"));
    }

    [Theory]
    [InlineData("field toposcheduler.v1.Power.added_watts = 1: optional double, JSON addedWatts", null, "gone: ")]
    [InlineData("field toposcheduler.v1.Power.added_watts = 1: optional double, JSON addedWatts", "field toposcheduler.v1.Power.added_watts = 4: optional double, JSON addedWatts", "changed: ")]
    [InlineData("field toposcheduler.v1.Power.added_watts = 1: optional double, JSON addedWatts", "field toposcheduler.v1.Power.added_watts = 1: optional int32, JSON addedWatts", "changed: ")]
    [InlineData("field toposcheduler.v1.Power.added_watts = 1: optional double, JSON addedWatts", "field toposcheduler.v1.Power.added_watts = 1: double, JSON addedWatts", "changed: ")]
    [InlineData("field toposcheduler.v1.Power.added_watts = 1: optional double, JSON addedWatts", "field toposcheduler.v1.Power.added = 1: optional double, JSON added", "gone: ")]
    [InlineData("field toposcheduler.v1.Power.domains = 3: repeated toposcheduler.v1.PowerDomainChange, JSON domains", "field toposcheduler.v1.Power.domains = 3: toposcheduler.v1.PowerDomainChange, JSON domains", "changed: ")]
    [InlineData("field toposcheduler.v1.Power.domains = 3: repeated toposcheduler.v1.PowerDomainChange, JSON domains", "field toposcheduler.v1.Power.domains = 3: repeated toposcheduler.v1.PowerDomain, JSON domains", "changed: ")]
    [InlineData("method toposcheduler.v1.ClusterService.GetPower: toposcheduler.v1.GetPowerRequest to toposcheduler.v1.PowerReport", null, "gone: ")]
    [InlineData("method toposcheduler.v1.ClusterService.WatchPower: toposcheduler.v1.WatchPowerRequest to stream toposcheduler.v1.PowerReport", "method toposcheduler.v1.ClusterService.WatchPower: toposcheduler.v1.WatchPowerRequest to toposcheduler.v1.PowerReport", "changed: ")]
    public void Broken_EveryKindOfChange_IsToldWithWhatWasPromised(string promised, string? now, string told)
    {
        // What is promised here is what is so today.
        Assert.Contains(promised, GrpcSchema.Lines);
        var lines = GrpcSchema.Lines.Remove(promised);
        var only = Assert.Single(GrpcSchema.Broken([promised], now is null ? lines : lines.Add(now)));
        Assert.StartsWith(told + promised, only, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_OnlyAdded_IsNothing() => Assert.Empty(GrpcSchema.Broken(GrpcSchema.Lines, GrpcSchema.Lines.Add("field toposcheduler.v1.Power.new = 9: optional double, JSON new")));

    private static string[] Committed() => File.Exists(PagePath) ? File.ReadAllLines(PagePath) : [];
}
