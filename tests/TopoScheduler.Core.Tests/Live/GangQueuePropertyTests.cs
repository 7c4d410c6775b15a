using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>What holds in every history: gangs come at random, run as long as they said (or said nothing), and go.</summary>
public sealed class GangQueuePropertyTests
{
    private const int Chunks = 5;
    private const int PerChunk = 8;

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Next_AllDurationsKnownAndExact_StartsEveryHeadWhenItWasFirstPromised(int chunk)
    {
        var (promises, backfills) = (0, 0);
        for (var seed = chunk * PerChunk; seed < (chunk + 1) * PerChunk; seed++)
        {
            var world = History(seed, known: 100, priorities: 1);
            var promised = new Dictionary<GangKey, DateTimeOffset>();
            world.Settled = () =>
            {
                if (world.Queue.Head is { ExpectedStart: { } start } head) promised.TryAdd(head.Gang, start);
            };
            world.Run();
            foreach (var started in world.History)
            {
                if (!promised.TryGetValue(started.Gang.Key, out var latest)) continue;
                promises++;
                Assert.True(started.Start <= latest, $"seed {seed}: {started.Gang.Key.Name} started at {started.Start:t} and was promised {latest:t}");
            }

            backfills += world.History.Count(s => s.Backfilled);
        }

        Assert.True(promises > 4 * PerChunk && backfills > 2 * PerChunk, $"{promises} promises, {backfills} backfills");
    }

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Next_SomeDurationsUnknown_StartsEveryHeadWhenThoseBeforeItHaveEnded(int chunk)
    {
        var heads = 0;
        for (var seed = chunk * PerChunk; seed < (chunk + 1) * PerChunk; seed++)
        {
            var world = History(seed, known: 50, priorities: 1);
            var latest = new Dictionary<GangKey, DateTimeOffset>();
            world.Settled = () =>
            {
                if (world.Queue.Head is { } head) latest.TryAdd(head.Gang, world.Running.Max(r => r.End));
            };
            world.Run();
            heads += latest.Count;
            foreach (var started in world.History.Where(s => latest.ContainsKey(s.Gang.Key)))
            {
                Assert.True(started.Start <= latest[started.Gang.Key], $"seed {seed}: {started.Gang.Key.Name}");
            }
        }

        Assert.True(heads > 4 * PerChunk, $"only {heads} heads");
    }

    // Every start is audited by the world.
    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Next_AnyHistory_StartsEveryGangThatFitsAnEmptyClusterAndIsRepeatable(int chunk)
    {
        for (var seed = chunk * PerChunk; seed < (chunk + 1) * PerChunk; seed++)
        {
            var (first, second) = (History(seed, known: 70, priorities: 3), History(seed, known: 70, priorities: 3));
            first.Run();
            second.Run();

            Assert.Equal(first.History.Select(Text), second.History.Select(Text));
            Assert.All(first.Queue.Waiting, w => Assert.Equal(WaitCause.Capacity, first.Queue.ReasonOf(w.Gang.Key)!.Cause));
            Assert.True(first.History.Count > first.Queue.Waiting.Count, "most gangs never fit");
        }
    }

    [Theory]
    [MemberData(nameof(ChunkNumbers))]
    public void Next_PlansLimited_StartsEveryGangAllTheSame(int chunk)
    {
        for (var seed = chunk * 4; seed < (chunk + 1) * 4; seed++)
        {
            var (free, limited) = (History(seed, known: 70, priorities: 1), History(seed, known: 70, priorities: 1, new() { MostPlansPerNext = 1 + seed % 3 }));
            free.Run();
            limited.Run();

            Assert.Equal(free.History.Select(s => s.Gang.Key.Name).Order(), limited.History.Select(s => s.Gang.Key.Name).Order());
        }
    }

    public static TheoryData<int> ChunkNumbers() => [.. Enumerable.Range(0, Chunks)];

    private static string Text(Started s) => $"{s.Gang.Key.Name} {s.Start:t} {s.Backfilled}";

    private static QueueWorld History(int seed, int known, int priorities, QueueLimits? limits = null)
    {
        var random = new Random(seed);
        var cluster = ClusterBuilder.Spines(2).Leaves(2).NodesPerLeaf(3)
            .Racks(3, 24_000 + 1_000 * random.Next(8)).Pdus(6, 46_000 + 2_000 * random.Next(9)).Build();
        var world = new QueueWorld(cluster, limits);
        var minute = 0.0;
        for (var g = 0; g < 30; g++)
        {
            minute += random.Next(8);
            var (gang, runs) = RandomGang(random, g, known);
            gang = gang with { Priority = random.Next(priorities) };
            world.Arrive(minute, gang, runs, gang.Hints.Preferred is null ? null : random.Next(1, 30));
        }

        return world;
    }

    private static (Gang Gang, int Runs) RandomGang(Random random, int number, int known)
    {
        var runs = random.Next(2, 60);
        var members = random.Next(4) == 0 ? random.Next(5, 11) : random.Next(1, 4);
        Tier?[] tiers = [null, null, null, Tier.Leaf, Tier.Spine];
        var gang = GangBuilder.Members(members).Named($"g{number.ToString("D2", CultureInfo.InvariantCulture)}")
            .GpusPerPod(random.Next(3) switch { 0 => 2, 1 => 4, _ => 8 })
            .Required(members > 6 ? null : tiers[random.Next(5)])
            .Preferred(tiers[random.Next(5)])
            .Min(random.Next(5) == 0 ? Math.Max(1, members - 2) : members)
            .Workload(random.Next(3) == 0 ? "decode" : "pretrain")
            .Hints(h => random.Next(100) < known ? h with { ExpectedDuration = TimeSpan.FromMinutes(runs) } : h);
        return (gang.Build(), runs);
    }
}
