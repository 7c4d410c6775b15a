using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Benchmarks;

/// <summary>Building the snapshot itself.</summary>
[Config(typeof(InProcess))]
[MemoryDiagnoser]
public class SnapshotBenchmarks
{
    private ImmutableArray<NodeInfo> _nodes;
    private ImmutableArray<PodInfo> _pods;

    [Params(100, 500, 2_500, 10_000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _nodes = BenchClusters.Nodes(Nodes);
        _pods = BenchClusters.Pods(_nodes, 0.7);
    }

    [Benchmark]
    public ClusterSnapshot Create() => ClusterSnapshot.Create(_nodes, _pods);
}
