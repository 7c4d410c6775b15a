using Xunit.Abstractions;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>Thousands of random steps with crashes and changes of the leader between any two calls.</summary>
public sealed class GangHistoryTests(ITestOutputHelper output)
{
    private const string More = "TOPOSCHEDULER_HISTORIES";

    /// <summary>Six seeds, or as many as <c>TOPOSCHEDULER_HISTORIES</c> says.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable(More), out var more) ? more : 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task History_SmallCluster_NothingIsOverAndEveryGangHasItsTurn(int seed) => RunAsync(seed, nodes: 24, gangs: 40, largest: 14, callsPerFault: 100, steps: 1_500);

    [Fact]
    public Task History_FiveHundredGangsOnAThousandNodes_NothingIsOverAndEveryGangHasItsTurn() => RunAsync(7, nodes: 1_000, gangs: 500, largest: 48, callsPerFault: 500, steps: 10_000);

    private async Task RunAsync(int seed, int nodes, int gangs, int largest, int callsPerFault, int steps)
    {
        using var history = new GangHistory(seed, nodes, gangs, largest, callsPerFault);
        for (var step = 0; step < steps; step++)
        {
            await history.StepAsync();
            Assert.True(history.Truth.Violations.Count == 0, $"step {step}: {string.Join("; ", history.Truth.Violations)}");
        }

        var crashes = history.Crashes;
        await history.CalmAsync();
        output.WriteLine($"{history.Truth.Releases} gates came off, {history.Finished} gangs finished, {history.Leaders} leaders, {crashes} of them died");
        Assert.True(history.Truth.Violations.Count == 0, string.Join("; ", history.Truth.Violations));
        Assert.True(!history.Left.Any(), string.Join("\n", history.Left.Take(5)));
        Assert.Equal(default, history.Drift);
        Assert.Equal(0, history.Held);
        Assert.Equal(0, history.Busy);
        Assert.Empty(history.Objects.All(GangObjects.Placements, null).Objects);
        Assert.True(history.Truth.Releases > gangs && crashes > 0 && history.Leaders > 5, "the history is too quiet to show anything");
    }
}
