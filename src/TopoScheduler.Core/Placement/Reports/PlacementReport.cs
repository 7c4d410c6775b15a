using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Reports;

// The report model of design.md §6. Property names in camelCase are the JSON; a null is left out. Watts, bytes and milliseconds are numbers.

/// <summary>Everything worth saying about one gang on one snapshot: the one model behind text, JSON and every other door.</summary>
public sealed record PlacementReport
{
    /// <summary><c>toposcheduler.io/v1</c>.</summary>
    public string ApiVersion { get; init; } = "toposcheduler.io/v1";

    /// <summary><c>PlacementReport</c>.</summary>
    public string Kind { get; init; } = "PlacementReport";

    /// <summary>What planning ended in.</summary>
    public required PlacementOutcome Outcome { get; init; }

    /// <summary>Effort.</summary>
    public required SearchEffort Search { get; init; }

    /// <summary>The gang.</summary>
    public required ReportGang Gang { get; init; }

    /// <summary>Where it goes.</summary>
    public ReportPlacement? Placement { get; init; }

    /// <summary>What it costs.</summary>
    public ReportEstimate? Estimate { get; init; }

    /// <summary>Whether the model fits the GPUs' memory.</summary>
    public ReportMemory? Memory { get; init; }

    /// <summary>What it draws, and from whom.</summary>
    public ReportPower? Power { get; init; }

    /// <summary>Why not.</summary>
    public ImmutableArray<FitReason> Reasons { get; init; } = [];

    /// <summary>What would make it fit, cheapest first (<see cref="OfferCost"/>).</summary>
    public ImmutableArray<CounterOffer> CounterOffers { get; init; } = [];

    /// <summary>What is wrong or assumed.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What was different from the cluster as it is; absent where nothing was, and where a list of reports says it for all.</summary>
    public ReportScenario? Scenario { get; init; }
}

/// <summary>The gang of a report.</summary>
public sealed record ReportGang(string Namespace, string Name, string Kind, int Size, int Min, int Gpus, int GpusPerPod);

/// <summary>A placement.</summary>
/// <param name="Tier">Narrowest tier holding all members.</param>
/// <param name="Domain">Path of that domain.</param>
/// <param name="Pods">Members.</param>
/// <param name="Domains">Domains used, widest tier first.</param>
public sealed record ReportPlacement(string Tier, string Domain, ImmutableArray<ReportPod> Pods, ImmutableArray<ReportDomain> Domains);

/// <summary>A member.</summary>
public sealed record ReportPod(string Name, int Index, int? FirstRank, string Node, string NvlinkDomain, string? Rack, ImmutableArray<string> Path);

/// <summary>A domain a placement uses.</summary>
public sealed record ReportDomain(string Tier, string Path, int Pods, int Gpus);

/// <summary>Estimated cost.</summary>
/// <param name="CommunicationMs">Communication per step, ms.</param>
/// <param name="BestPossibleMs">The same on the same nodes with every other pod removed and power ignored.</param>
/// <param name="GapPercent">100·(communication/best − 1).</param>
/// <param name="CrossTierBytes">Bytes per step crossing each tier.</param>
/// <param name="Uniformity">0 to 1; 1 is uniform.</param>
/// <param name="DataStagingSeconds">Time to bring the data; absent when not known.</param>
public sealed record ReportEstimate(
    double CommunicationMs, double BestPossibleMs, double GapPercent, ImmutableSortedDictionary<string, double> CrossTierBytes, double Uniformity, double? DataStagingSeconds);

/// <summary>Memory fit.</summary>
public sealed record ReportMemory(double RequiredBytesPerGpu, double AvailableBytesPerGpu, bool Fits, int MinimumGpus, double? LatencyFloorMs);

/// <summary>Power.</summary>
public sealed record ReportPower(long AddedWatts, int? GpuCapWatts, ImmutableArray<ReportPowerDomain> Domains);

/// <summary>A power domain that the placement draws from, or that stands in the way.</summary>
public sealed record ReportPowerDomain(string Kind, string Name, long BudgetWatts, long BeforeWatts, long AfterWatts);
