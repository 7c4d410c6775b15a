using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>
/// Long histories of gangs, single pods, pods of others, budgets that change and time that passes. After each act of ours, every domain that carries one of the
/// nodes it used must hold what it has at the least while the gang runs, with both feeds and with either lost.
/// </summary>
public sealed class PowerHistoryTests(ITestOutputHelper output)
{
    private const int Steps = 10_000;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyHistory_AfterEachActOfOurs_NoDomainItTouchesIsOver(int seed)
    {
        var world = new PowerWorld(seed);
        for (var step = 0; step < Steps; step++) world.Step();
        output.WriteLine(world.Summary);
        Assert.True(world.Acts > Steps / 100, world.Summary);
        Assert.True(world.Refusals > Steps / 100, world.Summary);
    }

    [Fact]
    public void AnyHistory_WhatMetersLeaveIsUsed_WhatIsDrawnNeverPassesABudget()
    {
        var (without, with) = (0, 0);
        for (var seed = 0; seed < Math.Max(2, SeedCount / 2); seed++)
        {
            var (plain, world) = (new PowerWorld(seed), new PowerWorld(seed, recovers: true));
            for (var step = 0; step < Steps; step++)
            {
                plain.Step();
                world.Step();
            }

            output.WriteLine($"{world.Summary}; without recovery {plain.Summary}");
            (without, with) = (without + plain.Acts, with + world.Acts);
        }

        Assert.True(with > without, $"{with} acts, {without} without recovery");
    }

    private static int SeedCount => int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_POWER_HISTORIES"), out var asked) ? asked : 4;

    public static TheoryData<int> Seeds() =>
        [.. Enumerable.Range(0, SeedCount)];
}
