using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Tests.Replay;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.ThirdParty;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>
/// The jobs of one virtual cluster of a production trace, through the queue in virtual time and, for comparison, strictly one after the other in order of
/// arrival. A job in eight wants two thirds of the cluster.
/// </summary>
public sealed class QueueReplayTests(ITestOutputHelper output)
{
    private const int Large = 32;

    [ThirdPartyFact]
    public void Next_JobsOfAProductionTrace_StartsAllAndLetsTheLargestWaitNoLonger()
    {
        var jobs = PhillyTrace.Jobs("2869ce");
        Assert.Equal((422, 51), (jobs.Count, jobs.Count(j => j.Gpus == Large)));
        var cluster = ClusterBuilder.Spines(1).Leaves(2).NodesPerLeaf(3).Build();
        var gangs = jobs.Select(GangOf).ToList();
        var world = new QueueWorld(cluster);
        for (var i = 0; i < jobs.Count; i++) world.Arrive(jobs[i].Minute, gangs[i], jobs[i].Runs);
        world.Run();

        Assert.Empty(world.Queue.Waiting);
        var startOf = world.History.ToDictionary(h => h.Gang.Key, h => (h.Start - QueueWorld.Midnight).TotalMinutes);
        var queued = jobs.Select((j, i) => Math.Round(startOf[gangs[i].Key] - j.Minute, 3)).ToArray();
        var inOrder = InOrder(cluster, jobs, gangs).Select((start, i) => Math.Round(start - jobs[i].Minute, 3)).ToArray();
        output.WriteLine($"{jobs.Count} jobs on {cluster.Nodes.Length} nodes, {world.History.Count(h => h.Backfilled)} backfilled, {world.Queue.Plans} plans.");
        output.WriteLine($"Waits in minutes, in order of arrival:  {Figures(jobs, inOrder)}");
        output.WriteLine($"Waits in minutes, with backfill:        {Figures(jobs, queued)}");

        Assert.All(queued, wait => Assert.True(wait >= 0));
        Assert.True(Largest(jobs, queued).Max() <= Largest(jobs, inOrder).Max());
        Assert.True(queued.Average() < inOrder.Average() / 1.2, "backfill gains nothing");
        // Else it may as well have planned every job at every event.
        Assert.True(world.Queue.Plans < 40 * jobs.Count, $"{world.Queue.Plans} plans");
    }

    // The oldest waits until it fits, and everybody behind it waits for it.
    private static List<double> InOrder(ClusterSnapshot cluster, List<PhillyJob> jobs, List<Gang> gangs)
    {
        var running = new PriorityQueue<GangKey, double>();
        var starts = new List<double>();
        var now = 0.0;
        for (var i = 0; i < jobs.Count; i++)
        {
            now = Math.Max(now, jobs[i].Minute);
            PlacementPlan? plan = null;
            while (true)
            {
                while (running.TryPeek(out var gone, out var end) && end <= now)
                {
                    running.Dequeue();
                    cluster = cluster.WithPods(p => p.Gang != gone);
                }

                plan = PlacementEngine.Plan(cluster, gangs[i], PlacementPolicy.Default).Plan;
                if (plan is not null) break;
                Assert.True(running.TryPeek(out _, out now));
            }

            cluster = cluster.Plus(GangPlanner.HoldsOf(cluster, gangs[i], plan, m => m).Select(h => h.Pod));
            running.Enqueue(gangs[i].Key, now + jobs[i].Runs);
            starts.Add(now);
        }

        return starts;
    }

    private static Gang GangOf(PhillyJob job, int number) => GangBuilder.Members(Math.Max(1, job.Gpus / 8)).GpusPerPod(Math.Min(8, job.Gpus))
        .Named(number.ToString("D4", CultureInfo.InvariantCulture)).Hints(h => h with { ExpectedDuration = TimeSpan.FromMinutes(job.Runs) }).Build();

    private static IEnumerable<double> Largest(List<PhillyJob> jobs, double[] waits) => waits.Where((_, i) => jobs[i].Gpus == Large);

    private static string Figures(List<PhillyJob> jobs, double[] waits) =>
        $"mean {waits.Average():F0}, most {waits.Max():F0}; of the largest jobs mean {Largest(jobs, waits).Average():F0}, most {Largest(jobs, waits).Max():F0}.";
}
