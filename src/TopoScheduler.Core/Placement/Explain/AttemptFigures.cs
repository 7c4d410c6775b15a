using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// What an attempt to place a gang found, in few figures: kept per gang that waits, so that the next explanation can say what has changed. Bounded: at most
/// <see cref="MostNames"/> names of closed nodes, <see cref="MostBudgets"/> budgets and four reasons.
/// </summary>
public sealed record AttemptFigures
{
    /// <summary>Closed nodes named at most.</summary>
    public const int MostNames = 64;

    /// <summary>Budgets kept at most: those with least left.</summary>
    public const int MostBudgets = 32;

    private const int MostReasons = 4;

    /// <summary>When it was; null when unknown.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Nodes there were.</summary>
    public required int Nodes { get; init; }

    /// <summary>Nodes that could take a member.</summary>
    public required int Usable { get; init; }

    /// <summary>Members these could take together.</summary>
    public required int Slots { get; init; }

    /// <summary>Pods on all nodes.</summary>
    public required int Pods { get; init; }

    /// <summary>Nodes not Ready, cordoned, switched off or tainted for this gang.</summary>
    public required int ClosedCount { get; init; }

    /// <summary>Their names, in ordinal order, as far as they are kept.</summary>
    public required ImmutableArray<string> Closed { get; init; }

    /// <summary>Room of the roomiest domain of each tier, narrowest first.</summary>
    public required ImmutableArray<AttemptRoom> Rooms { get; init; }

    /// <summary>Power budgets with least left.</summary>
    public required ImmutableArray<PowerHeadroom> Budgets { get; init; }

    /// <summary>Why it did not fit.</summary>
    public required ImmutableArray<FitReason> Reasons { get; init; }

    /// <summary>True when both found the same, whenever that was.</summary>
    public bool IsLike(AttemptFigures other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Nodes == other.Nodes && Usable == other.Usable && Slots == other.Slots && Pods == other.Pods && ClosedCount == other.ClosedCount
            && Closed.SequenceEqual(other.Closed) && Rooms.SequenceEqual(other.Rooms) && Budgets.SequenceEqual(other.Budgets) && Reasons.SequenceEqual(other.Reasons);
    }

    /// <summary>The figures of a gang on a cluster. Compiles the gang once and plans nothing.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="gang">The gang.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="reasons">Why the engine refused.</param>
    /// <param name="at">When.</param>
    public static AttemptFigures Of(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, ImmutableArray<FitReason> reasons, DateTimeOffset? at)
    {
        var question = new ExplainQuestion { Cluster = cluster, Subject = new(ExplanationSubjectKind.Gang, "", ""), Policy = policy, MostDomainPlans = 0 };
        cluster = cluster.Over(gang.Hints.ExpectedDuration);
        var tiers = new TierRooms(question, cluster, gang, null).Report();
        var problem = Search.PlacementProblem.Compile(cluster, gang, policy);
        problem.Configure(gang.LeastMembers, null);
        return Of(cluster, new NodeVerdicts(problem), tiers, reasons) with { At = at };
    }

    internal static AttemptFigures Of(ClusterSnapshot cluster, NodeVerdicts verdicts, ImmutableArray<ExplanationTier> tiers, ImmutableArray<FitReason> reasons)
    {
        var report = verdicts.Report();
        var closed = Enumerable.Range(0, cluster.Nodes.Length).Where(n => verdicts.Of(n) is FitConstraint.Readiness or FitConstraint.Taints)
            .Select(n => cluster.Nodes[n].Name).Order(StringComparer.Ordinal).ToList();
        return new()
        {
            Nodes = report.Nodes,
            Usable = report.Usable,
            Slots = report.Slots,
            Pods = Enumerable.Range(0, cluster.Nodes.Length).Sum(n => cluster.PodsOf(n).Length),
            ClosedCount = closed.Count,
            Closed = [.. closed.Take(MostNames)],
            Rooms = [.. tiers.Where(t => t.Best is not null).Select(t => new AttemptRoom(t.Tier, t.Best!.Path, t.Best.Room))],
            Budgets = [.. CapacityReporter.Headroom(cluster).OrderBy(h => h.HeadroomWatts).ThenBy(h => h.Kind, StringComparer.Ordinal).ThenBy(h => h.Name, StringComparer.Ordinal).Take(MostBudgets)],
            Reasons = [.. reasons.Take(MostReasons)],
        };
    }
}

/// <summary>Room of the roomiest domain of a tier.</summary>
/// <param name="Tier">Name of the tier.</param>
/// <param name="Domain">That domain.</param>
/// <param name="Room">Members it has room for.</param>
public sealed record AttemptRoom(string Tier, string Domain, int Room);
