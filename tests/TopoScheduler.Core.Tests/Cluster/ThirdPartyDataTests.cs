using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>Tests over third-party data are skipped with a reason where it is absent, and never in continuous integration.</summary>
public sealed class ThirdPartyDataTests
{
    private static readonly string Absent = Path.Combine(AppContext.BaseDirectory, "no-such-folder");

    [Fact]
    public void SkipReason_DataAbsent_NamesTheFolderAndTheVariable()
    {
        var reason = ThirdPartyData.SkipReasonFor(Absent, required: false);
        Assert.Contains(Absent, reason, StringComparison.Ordinal);
        Assert.Contains("TOPOSCHEDULER_DATA", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void SkipReason_DataAbsentInContinuousIntegration_IsNone() => Assert.Null(ThirdPartyData.SkipReasonFor(Absent, required: true));

    [Fact]
    public void SkipReason_DataPresent_IsNone() => Assert.Null(ThirdPartyData.SkipReasonFor(AppContext.BaseDirectory, required: false));

    [Fact]
    public void Path_FileAbsent_IsNullOrFails()
    {
        Assert.Null(ThirdPartyData.PathIn(Absent, false, "scenes", "README.md"));
        var thrown = Assert.Throws<FileNotFoundException>(() => ThirdPartyData.PathIn(Absent, true, "scenes", "README.md"));
        Assert.Contains("TOPOSCHEDULER_DATA", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_FilePresent_IsFound()
    {
        var file = Path.GetFileName(typeof(ThirdPartyDataTests).Assembly.Location);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, file), ThirdPartyData.PathIn(AppContext.BaseDirectory, true, file));
    }
}
