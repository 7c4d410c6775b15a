using BenchmarkDotNet.Attributes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Filters;

namespace TopoScheduler.Benchmarks;

/// <summary>The ladder: nodes × gang × load, against first fit in the same run. In process, so that nothing is generated or restored.</summary>
[Config(typeof(InProcess))]
[MemoryDiagnoser]
public class PlanBenchmarks
{
    private ClusterSnapshot _cluster = null!;
    private Gang _gang = null!;

    [Params(100, 500, 2_500, 10_000)]
    public int Nodes { get; set; }

    [Params(1, 64, 512)]
    public int Members { get; set; }

    [Params(0, 70)]
    public int LoadPercent { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var nodes = BenchClusters.Nodes(Nodes);
        _cluster = ClusterSnapshot.Create(nodes, BenchClusters.Pods(nodes, LoadPercent / 100.0));
        _gang = BenchClusters.Gang(Members);
    }

    [Benchmark(Baseline = true)]
    public int[]? FirstFitPlacement() => FirstFit.Place(_cluster, _gang);

    [Benchmark]
    public PlacementResult Plan() => PlacementEngine.Plan(_cluster, _gang, PlacementPolicy.Default);

    [Benchmark]
    public object Eligible() => Eligibility.Evaluate(_cluster, _gang);
}
