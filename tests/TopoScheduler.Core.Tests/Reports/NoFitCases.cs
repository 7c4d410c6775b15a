using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Cases;

namespace TopoScheduler.Core.Tests.Reports;

/// <summary>A gang that does not fit, on a cluster where others run: some in gangs, some of which say when they end, under budgets some of which rise later.</summary>
/// <param name="Drawn">The case it was drawn from.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Gang">The gang.</param>
internal sealed record NoFitCase(PlacementCase Drawn, ClusterSnapshot Cluster, Gang Gang);

/// <summary>Draws gangs that do not fit.</summary>
internal static class NoFitCases
{
    /// <summary>The moment of all of them.</summary>
    public static readonly DateTimeOffset Now = new(2027, 1, 27, 12, 0, 0, TimeSpan.Zero);

    /// <summary>So many, in a fixed order.</summary>
    public static IEnumerable<NoFitCase> Draw(int count) => Enumerable.Range(0, int.MaxValue).Select(Case).OfType<NoFitCase>().Take(count);

    private static NoFitCase? Case(int seed)
    {
        var drawn = SmallCases.Draw(seed);
        var random = new Random(seed);
        var gang = drawn.Gang with { Priority = 5 };
        var cluster = ClusterSnapshot.Create(drawn.Nodes, Running(random, drawn.Pods), Windows(random, drawn)).At(Now, TimeSpan.FromHours(24));
        return PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default).Outcome == PlacementOutcome.NoFit ? new(drawn, cluster, gang) : null;
    }

    private static IEnumerable<PodInfo> Running(Random random, ImmutableArray<PodInfo> pods)
    {
        var (left, gang) = (0, 0);
        var pattern = new PodInfo("", "", "", new() { Namespace = "ml" });
        foreach (var pod in pods)
        {
            if (pod.IsDaemon)
            {
                yield return pod;
                continue;
            }

            if (left-- == 0)
            {
                (left, gang) = (random.Next(3), gang + 1);
                pattern = pattern with
                {
                    Priority = random.Next(7),
                    Gang = new("ml", "Job", $"g{gang}"),
                    StartedAt = random.Next(10) == 0 ? null : Now.AddMinutes(-random.Next(3_000)),
                    EndsAt = random.Next(3) == 0 ? null : Now.AddMinutes(random.Next(2_000) - 200),
                };
            }

            yield return pod with { Priority = pattern.Priority, Gang = pattern.Gang, StartedAt = pattern.StartedAt, EndsAt = pattern.EndsAt, Terminating = random.Next(25) == 0 };
        }
    }

    // In one of three, a domain has much more than it has had until now, or every day but some hours.
    private static IEnumerable<PowerDomainSpec> Windows(Random random, PlacementCase drawn)
    {
        var domains = drawn.Cluster.Power.Domains.Where(d => d.BudgetWatts is not null).ToList();
        if (domains.Count == 0 || random.Next(3) > 0) yield break;
        var domain = domains[random.Next(domains.Count)];
        var lower = domain.BudgetWatts!.Value * random.Next(3, 9) / 10;
        yield return new()
        {
            Source = "powerdomain/window",
            Id = new(domain.Kind, domain.Name),
            Schedule = [random.Next(2) == 0
                ? new() { Name = "once", BudgetWatts = lower, Start = Now.AddHours(-1), End = Now.AddMinutes(30 + random.Next(600)) }
                : new() { Name = "weekly", BudgetWatts = lower, Days = [DayOfWeek.Wednesday, DayOfWeek.Thursday], From = new(11, 0), To = new(15 + random.Next(5), 0) }],
        };
    }
}
