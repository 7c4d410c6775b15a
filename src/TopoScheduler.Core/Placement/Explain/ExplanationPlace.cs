using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>Where a gang runs or would go.</summary>
/// <param name="Placement">Its pods and the domains they use.</param>
/// <param name="Estimate">What that costs, against the best the same nodes could give.</param>
/// <param name="Power">What it draws, and from whom.</param>
public sealed record ExplanationPlace(ReportPlacement Placement, ReportEstimate Estimate, ReportPower Power)
{
    /// <summary>Why this domain beat the next best; absent where none was found or asked for.</summary>
    public string? Chosen { get; init; }

    /// <summary>Where it would go now, if that is better; absent when it is where it would go, or nothing better is free.</summary>
    public BetterPlace? Better { get; init; }
}

/// <summary>A place that is better now than the one a gang runs in.</summary>
/// <param name="Tier">Narrowest tier that holds all members there.</param>
/// <param name="Domain">That domain.</param>
/// <param name="CommunicationMs">Communication per step there, ms.</param>
/// <param name="MovedPods">Pods that would have another node.</param>
public sealed record BetterPlace(string Tier, string Domain, double CommunicationMs, int MovedPods);
