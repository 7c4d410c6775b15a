using Xunit.Abstractions;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>Thousands of random steps with crashes and changes of the leader between any two calls.</summary>
public sealed class GangHistoryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public Task History_SmallCluster_NothingIsOverAndEveryGangHasItsTurn(int seed) => RunAsync(seed, nodes: 24, gangs: 40, largest: 14, steps: 1_500);

    [Fact]
    public Task History_FiveHundredGangsOnAThousandNodes_NothingIsOverAndEveryGangHasItsTurn() => RunAsync(7, nodes: 1_000, gangs: 500, largest: 48, steps: 1_500);

    private async Task RunAsync(int seed, int nodes, int gangs, int largest, int steps)
    {
        using var history = new GangHistory(seed, nodes, gangs, largest);
        for (var step = 0; step < steps; step++)
        {
            await history.StepAsync();
            if (history.Truth.Violations.Count > 0) foreach (var g in System.Text.RegularExpressions.Regex.Matches(history.Truth.Violations[0], "g[0-9]{4}").Select(m => m.Value).Distinct()) output.WriteLine(history.Debug(g));
            Assert.True(history.Truth.Violations.Count == 0, $"step {step}: {string.Join("; ", history.Truth.Violations)}");
        }

        output.WriteLine("gates times " + string.Join(" ", history.Times));
        var crashes = history.Crashes;
        await history.CalmAsync();
        output.WriteLine($"{history.Truth.Releases} gates came off, {history.Finished} gangs finished, {history.Leaders} leaders, {crashes} of them died");
        Assert.True(history.Truth.Violations.Count == 0, string.Join("; ", history.Truth.Violations));
        Assert.True(!history.Left.Any(), string.Join("\n", history.Left.Take(5)));
        Assert.Equal(0, history.Held);
        Assert.Equal(0, history.Busy);
        Assert.Empty(history.Objects.All(GangObjects.Placements, null).Objects);
        Assert.True(history.Truth.Releases > gangs && crashes > 3, "the history is too quiet to show anything");
    }
}
