using System.Globalization;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>Whatever happens to objects and streams, in the end the receiver knows what the server has.</summary>
public sealed class ReflectorHistoryTests
{
    private const int Steps = 120;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_RandomHistoryWithFaults_EndsEqual(int seed)
    {
        var random = new Random(seed);
        var server = new FakeApiOptions
        {
            WatchList = (FakeWatchList)random.Next(2),
            ExpiresInStream = random.Next(2) == 0,
            SendsTwice = random.Next(2) == 0,
        };
        await using var scene = await WatchScene.StartAsync(server, new ReflectorOptions { PageSize = random.Next(1, 5) }, "n0", "n1", "n2", "n3", "n4", "n5", "n6");
        for (var step = 0; step < Steps; step++)
        {
            Step(scene, random, step);
            scene.Time.Advance(TimeSpan.FromSeconds(random.NextDouble()));
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }

            if (random.Next(30) == 0)
            {
                await scene.Agree();
            }
        }

        await scene.Agree();
        scene.Put("last", seed.ToString(CultureInfo.InvariantCulture));
        await scene.Agree();
        Assert.Contains("a/last/", scene.Known.Text, StringComparison.Ordinal);
    }

    private static void Step(WatchScene scene, Random random, int step)
    {
        var name = "n" + random.Next(10).ToString(CultureInfo.InvariantCulture);
        switch (random.Next(12))
        {
            case < 5:
                scene.Put(name, random.Next(8) == 0 ? "none" : step.ToString(CultureInfo.InvariantCulture));
                break;
            case < 8:
                scene.Delete(name);
                break;
            case 8:
                // The same name, another object.
                scene.Delete(name);
                scene.Put(name, "again");
                break;
            case 9:
                scene.Api.Watches.Cut(abort: random.Next(2) == 0);
                break;
            case 10:
                scene.Api.Objects.Compact();
                scene.Api.ExpiredTokens += random.Next(2);
                break;
            default:
                scene.Api.Watches.Bookmark();
                break;
        }
    }
}
