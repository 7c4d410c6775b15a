using System.Collections.Immutable;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Kubernetes.Tests.Api;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>Placements of every shape, and the way they are read: as the client reads an answer.</summary>
internal static class RandomPlacements
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One in which nothing is left out.</summary>
    public static GangPlacement Full { get; } = new()
    {
        Gang = new("ml", "JobSet", "llama", "uid-llama", 2),
        Name = "jobset-llama-bcdfg",
        Uid = "uid-placement",
        ResourceVersion = "17",
        Owner = new("jobset.x-k8s.io/v1alpha2", "JobSet", "ml", "llama", "uid-llama"),
        Size = 6,
        Min = 4,
        Gpus = 48,
        Status = new()
        {
            Phase = GangPhase.Degraded,
            Plan = [new(0, "n-b", "w-0"), new(1, "n-a", "w-1"), new(2, "n-b"), new(3, "n-a", "w-3"), new(5, "n-b", "w-5")],
            Bound = 3,
            Tier = "leaf",
            Domain = "spine-0/leaf-1",
            Nodes = 2,
            Watts = 15_800,
            GpuCapWatts = 500,
            EstimateMs = 12.5,
            StartedAt = Start,
            Message = "2 of 6 members are gone",
            Deadlines = [new("a member that is gone is given up", Start.AddMinutes(2))],
            Conditions = [new(GangCondition.Bound, false, "Incomplete", "3 of 6 members are bound", Start)],
        },
    };

    public static GangPlacement Draw(int seed)
    {
        var random = new Random(seed);
        bool Chance(int percent) => random.Next(100) < percent;
        string Word(params string[] words) => words[random.Next(words.Length)];
        DateTimeOffset Time() => Start.AddSeconds(random.Next(1_000_000));
        var plan = Plan(random);
        return new()
        {
            Gang = new("ml", Word("Job", "JobSet", "Pod"), $"gang-{seed}", Chance(70) ? $"uid-{seed}" : "", Chance(30) ? random.Next(1, 9) : 0),
            Name = $"job-gang-{seed}",
            Uid = Chance(50) ? "uid" : "",
            ResourceVersion = Chance(50) ? "5" : "",
            Owner = Chance(50) ? new("batch/v1", "Job", "ml", $"gang-{seed}", "owner") : null,
            Size = plan.Length + random.Next(3),
            Min = random.Next(plan.Length + 1),
            Gpus = random.Next(1000),
            Status = new()
            {
                Phase = (GangPhase)random.Next(4),
                Plan = plan,
                Bound = random.Next(plan.Length + 1),
                Tier = Chance(50) ? Word("leaf", "rack", "spine") : null,
                Domain = Chance(50) ? "spine-1/leaf-2" : null,
                Nodes = random.Next(20),
                Watts = Chance(50) ? random.NextInt64(1, long.MaxValue) : 0,
                GpuCapWatts = Chance(50) ? random.Next(100, 700) : null,
                EstimateMs = Chance(50) ? random.NextDouble() * Math.Pow(10, random.Next(-9, 10)) : null,
                StartedAt = Chance(50) ? Time() : null,
                Message = Word("", "0 of 4 pods are there", "\"quoted\", \\ and \u00e9\u2028\n- 7: x", "true", "~", "007"),
                Deadlines = [.. Enumerable.Range(0, random.Next(3)).Select(i => new GangDeadline($"what {i}", Time()))],
                Conditions = [.. Enumerable.Range(0, random.Next(4)).Select(i => new ObjectCondition($"Type{i}", Chance(50), "Reason", Word("", "a sentence"), Time()))],
            },
        };
    }

    /// <summary>What was written, read as an answer of the API server is. Null where it is no JSON.</summary>
    public static Tree? TreeOf(ReadOnlyMemory<byte> json)
    {
        using var stream = new PiecemealStream(json.ToArray(), 1 + (json.Length % 97));
        var builder = new TreeBuilder(new(), InputLimits.Default);
        try
        {
            var feed = new JsonFeed(stream, InputLimits.Default);
            return feed.RunAsync(builder, default).AsTask().GetAwaiter().GetResult() ? builder.Result : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    // Few nodes and members with gaps, dealt at random: a node holds members in no order that could be foreseen.
    private static ImmutableArray<PlannedMember> Plan(Random random)
    {
        var (nodes, named, gaps) = (random.Next(1, 6), random.Next(3), random.Next(4));
        var size = random.Next(3) == 0 ? 0 : random.Next(1, 40);
        return [.. Enumerable.Range(0, size).Where(_ => random.Next(4) >= gaps)
            .Select(m => new PlannedMember(m, $"n-{random.Next(nodes)}", named == 0 || (named == 1 && random.Next(2) == 0) ? "" : $"pod-{m}"))];
    }
}
