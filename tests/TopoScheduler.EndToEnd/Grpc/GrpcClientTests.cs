namespace TopoScheduler.EndToEnd.Grpc;

/// <summary>A stock gRPC client, @grpc/grpc-js, against <c>toposched serve</c>: every check of <c>Grpc/client/checks</c> is a result here.</summary>
[Trait("Category", "EndToEnd")]
public sealed class GrpcClientTests(GrpcChecks checks) : IClassFixture<GrpcChecks>
{
    private const int FewestChecks = 60;

    public static TheoryData<string> Names => [.. GrpcChecks.Names];

    [NodeTheory]
    [MemberData(nameof(Names))]
    public void Check(string name)
    {
        var found = checks.Results.Where(r => r.Name == name).Select(r => r.Said).ToList();
        Assert.True(found.Count == 1, $"{found.Count} results of it; the client said: {checks.Beside}");
        Assert.Equal("ok", found[0]);
    }

    [NodeFact]
    public void Checks_AllThatRan_AreListedAndEnough()
    {
        Assert.Equal(GrpcChecks.Names.Order(StringComparer.Ordinal), checks.Results.Select(r => r.Name).Order(StringComparer.Ordinal));
        Assert.True(checks.Results.Count >= FewestChecks, $"{checks.Results.Count} checks");
    }

    // Whatever a caller does, nothing of ours breaks, and no secret is told.
    [NodeFact]
    public void Servers_AfterAllChecks_RunAndSawNoDefect()
    {
        Assert.True(checks.ServersRan);
        var defects = string.Join('\n', checks.Log.Where(l => l.Contains("by a defect", StringComparison.Ordinal) || l.Contains("Unhandled", StringComparison.Ordinal) || l.Contains("fail:", StringComparison.Ordinal)));
        Assert.True(defects.Length == 0, defects);
        Assert.DoesNotContain(checks.Log, l => l.Contains("a-token-of-thirty-two-characters", StringComparison.Ordinal));
        Assert.DoesNotContain("beside a check", checks.Beside, StringComparison.Ordinal);
    }
}
