using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>Makes the change that a counter-offer speaks of. Planning then ends as the offer says.</summary>
public static class OfferApplication
{
    private const string MomentForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The cluster and the gang to plan again.</summary>
    /// <param name="cluster">The cluster the offer was made on.</param>
    /// <param name="gang">The gang it was made to.</param>
    /// <param name="offer">The offer.</param>
    public static (ClusterSnapshot Cluster, Gang Gang) Apply(ClusterSnapshot cluster, Gang gang, CounterOffer offer)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(gang);
        ArgumentNullException.ThrowIfNull(offer);
        var change = offer.Apply;
        return offer.Change switch
        {
            CounterOfferChange.FewerPods => (cluster, SizeOffer.Made(gang, change)),
            CounterOfferChange.WiderTier => (cluster, TierOffers.Made(gang, change)),
            CounterOfferChange.LowerGpuCap => CapOffer.Made(cluster, gang, change.GpuCapWatts ?? 0),
            CounterOfferChange.HigherBudget => (cluster.WithPower(cluster.Power.WithBudgets(change.Budgets.ToDictionary(b => b.Domain, b => (long?)b.BudgetWatts))), gang),
            CounterOfferChange.Evict => (Without(cluster, [.. change.Evict], terminating: false), gang),
            CounterOfferChange.Wait => (At(Without(cluster, [.. change.WaitFor], terminating: true), Moment(change.Until)), gang),
            _ => (change.Nodes is { } nodes ? MoreNodesOffer.WithCopies(cluster, cluster.IndexOf(nodes.Like), nodes.Count) : cluster, gang),
        };
    }

    /// <summary>A moment as offers write it, in whole seconds.</summary>
    internal static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(MomentForm, CultureInfo.InvariantCulture);

    /// <summary>The cluster without some gangs and lone pods, by their ids, and without those that are being deleted where that is asked.</summary>
    internal static ClusterSnapshot Without(ClusterSnapshot cluster, HashSet<string> gone, bool terminating) =>
        cluster.WithPods(p => p.IsDaemon || !((terminating && p.Terminating) || gone.Contains(DisplacedGangs.KeyOf(p).Id)));

    /// <summary>The cluster with the budgets of a moment; null: as it is.</summary>
    internal static ClusterSnapshot At(ClusterSnapshot cluster, DateTimeOffset? moment) => moment is { } at ? cluster.WithPower(cluster.Power.Moved(at)) : cluster;

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParseExact(text, MomentForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
