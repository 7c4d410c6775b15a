using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>Says, constraint by constraint and with figures, why a gang does not fit.</summary>
internal static class FitExplainer
{
    /// <summary>The reasons, in the order of <see cref="FitConstraint"/>, for the given size.</summary>
    public static ImmutableArray<FitReason> Explain(PlacementProblem problem, int size) => [];
}
