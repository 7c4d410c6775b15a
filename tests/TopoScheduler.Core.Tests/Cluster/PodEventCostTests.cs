using System.Diagnostics;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Testing.Builders;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>A pod event costs what its node holds, however large the cluster is.</summary>
public sealed class PodEventCostTests(ITestOutputHelper output)
{
    private const int Nodes = 15_000;
    private const int Pods = 100_000;
    private const int Events = 2_000;
    private const long MostBytesPerEvent = 64 << 10;

    [Fact]
    public void PodEvents_15000Nodes100000Pods_AllocateKilobytesEach()
    {
        var builder = ClusterBuilder.Spines(30).Leaves(25).NodesPerLeaf(20).Racks(4, 60_000).Pdus(40, 600_000);
        var template = ClusterBuilder.BoundPod("n", "p", 1).Template;
        var state = new ClusterState();
        state.ReplaceNodes(builder.BuildNodes());
        state.ReplacePods(Enumerable.Range(0, Pods).Select(i => PodOf(i)));
        var first = state.Current;
        // A first round compiles the code.
        Run(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        Run(Events);
        clock.Stop();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;

        output.WriteLine($"{Nodes:N0} nodes, {Pods:N0} pods: {bytes:N0} bytes and {clock.Elapsed.TotalMicroseconds / Events:N1} µs per pod event");
        Assert.InRange(bytes, 1, MostBytesPerEvent);
        Assert.NotSame(first, state.Current);
        Assert.Same(first.Nodes[0], state.Current.Nodes[0]);
        Assert.Equal(Pods, Enumerable.Range(0, Nodes).Sum(n => state.Current.PodsOf(n).Length));

        PodInfo PodOf(int i) => new($"pod-{i}", $"uid-{i}", ClusterBuilder.NameOf(i % Nodes), template);

        // A bound pod changes, goes, and comes back: three kinds of events in turn.
        void Run(int events)
        {
            for (var e = 0; e < events; e++)
            {
                var pod = PodOf(e / 3 * 7919 % Pods);
                if (e % 3 == 0) state.Upsert(pod with { Terminating = true });
                else if (e % 3 == 1) state.RemovePod(pod.Uid);
                else state.Upsert(pod);
                _ = state.Current;
            }

            if (events % 3 > 0) state.Upsert(PodOf(events / 3 * 7919 % Pods));
        }
    }
}
