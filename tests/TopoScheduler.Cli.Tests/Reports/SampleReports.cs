using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

/// <summary>Reports made by hand, for what the page and the JSON look like whatever the engine decides.</summary>
internal static class SampleReports
{
    /// <summary>24 pods on two leaves, tight racks.</summary>
    public static PlacementReport TwoLeaves()
    {
        var pods = Enumerable.Range(0, 24).Select(i => Pod($"pretrain-{i}", i, i * 8, $"dgx-{i + 1:00}", $"r{i / 4 + 1}", "core-1", "spine-1", i < 16 ? "su-1" : "su-2"));
        return new()
        {
            Outcome = PlacementOutcome.Placed,
            Search = new(true, 1234),
            Gang = new("ml", "pretrain", "JobSet", 24, 24, 192, 8),
            Placement = new("spine", "core-1/spine-1", [.. pods],
            [
                new("core", "core-1", 24, 192), new("spine", "core-1/spine-1", 24, 192),
                new("leaf", "core-1/spine-1/su-1", 16, 128), new("leaf", "core-1/spine-1/su-2", 8, 64),
            ]),
            Estimate = new(11.44, 9.84, 16.26, Crossing(("leaf", 2.147e9), ("spine", 0)), 0.93, null),
            Memory = new(61.2e9, 80e9, true, 128, null),
            Power = new(189_600, null, [.. Enumerable.Range(1, 6).Select(r => new ReportPowerDomain("rack", $"r{r}", 42_000, 9_200, 40_800)), new("row", "row-1", 400_000, 73_600, 263_200)]),
            Problems = [Problem.Info("jobset/ml/pretrain", "assumed: AllReduce of 1 GiB per rank and step.")],
            Summary = "24 pods fit in spine core-1/spine-1 on 2 leaves; leaf su-1 alone has room for 16.",
        };
    }

    /// <summary>Refused for watts, with ways out.</summary>
    public static PlacementReport NoFit() => new()
    {
        Outcome = PlacementOutcome.NoFit,
        Search = new(true, 88),
        Gang = new("vision", "finetune-a100", "Job", 6, 6, 48, 8),
        Power = new(31_200, null, [new("rack", "a1", 10_000, 3_000, 13_000)]),
        Reasons =
        [
            new(FitConstraint.PodCount, 0, null, "Every node has room."),
            new(FitConstraint.NvLink, 2, null, "No NVLink domain has 48 GPUs; the largest has 8."),
            new(FitConstraint.Power, 4, "rack/a1", "racks a1 to a4 take one more full node each: 6,500 W of 7,000 W headroom, and the second node would need 13,000 W of 10,000 W."),
        ],
        CounterOffers =
        [
            new(CounterOfferChange.FewerPods, "4 pods instead of 6", PlacementOutcome.Placed, 12.5),
            new(CounterOfferChange.HigherBudget, "rack/a1 and rack/a2 at 13,000 W", PlacementOutcome.Placed, null),
        ],
        Problems = [Problem.Warning("node/b7", "label toposcheduler.io/rack-power-budget-watts=\"10kW\": expected whole watts between 1 and 1000000000, for example \"10000\".")],
        Summary = "6 pods need 6 nodes at 6,500 W, the racks' budgets admit 4.",
    };

    /// <summary>Two NVLink domains, mixed roles, capped, few nodes.</summary>
    public static PlacementReport Capped()
    {
        ReportPod[] pods =
        [
            new("train-launcher", 0, null, "tray-01", "clique-1", "nvl-1", ["spine-1", "leaf-1"]),
            new("train-worker-0", 1, 0, "tray-01", "clique-1", "nvl-1", ["spine-1", "leaf-1"]),
            new("train-worker-1", 2, 4, "tray-02", "clique-1", "nvl-1", ["spine-1", "leaf-1"]),
            new("train-worker-2", 3, 8, "tray-19", "clique-2", "nvl-2", ["spine-1", "leaf-2"]),
            new("train-worker-3", 4, 12, "tray-20", "clique-2", "nvl-2", ["spine-1", "leaf-2"]),
        ];
        return new()
        {
            Outcome = PlacementOutcome.PlacedCapped,
            Search = new(false, 400_000),
            Gang = new("ml", "train", "MPIJob", 5, 4, 16, 4),
            Placement = new("spine", "spine-1", [.. pods], [new("spine", "spine-1", 5, 16), new("leaf", "spine-1/leaf-1", 3, 8), new("leaf", "spine-1/leaf-2", 2, 8)]),
            Estimate = new(0.34, 0.34, 0, ImmutableSortedDictionary<string, double>.Empty, 1, 12.3),
            Memory = new(200e9, 186e9, false, 18, 5.2),
            Power = new(19_200, 960, [new("rack", "nvl-1", 128_400, 18_000, 27_600)]),
            Summary = "4 workers and the launcher fit when every GPU is capped at 960 W.",
        };
    }

    /// <summary>Reports by the name of their golden files.</summary>
    public static ImmutableArray<PlacementReport> Named(string name) => name switch
    {
        "two-leaves" => [TwoLeaves()],
        "no-fit" => [NoFit()],
        "capped" => [Capped()],
        _ => [TwoLeaves(), NoFit(), Capped()],
    };

    private static ReportPod Pod(string name, int index, int rank, string node, string rack, params string[] path) => new(name, index, rank, node, node, rack, [.. path]);

    private static ImmutableSortedDictionary<string, double> Crossing(params (string Tier, double Bytes)[] bytes) =>
        bytes.ToImmutableSortedDictionary(b => b.Tier, b => b.Bytes);
}
