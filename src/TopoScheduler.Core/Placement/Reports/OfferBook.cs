using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// Offers made in one call about many gangs. Gangs that ask for the same of the same cluster are offered the same, planned for once; and all offers of a call
/// together cost <see cref="MostPlans"/> plans at most, and those of the gang that reaches them: later ones go without, and are told so.
/// </summary>
/// <param name="mostPlans">The bound.</param>
internal sealed class OfferBook(int mostPlans = OfferBook.MostPlans)
{
    /// <summary>Plans after which no more offers are looked for.</summary>
    public const int MostPlans = 1_000;

    private readonly List<(Gang Gang, ImmutableArray<CounterOffer> Offers)> _known = [];
    private ClusterSnapshot? _cluster;
    private bool _labelsCount;
    private int _plans;

    /// <summary>The offers; none and a problem that says so where there were plans enough.</summary>
    /// <param name="asked">The cluster before the lowest budgets of the gang's time are taken: what equal gangs share.</param>
    /// <param name="question">The cluster and the gang.</param>
    /// <param name="reasons">Why it does not fit as it is.</param>
    public (ImmutableArray<CounterOffer> Offers, Problem? LeftOut) Find(ClusterSnapshot asked, WhatIf question, IReadOnlyList<FitReason> reasons)
    {
        if (!ReferenceEquals(asked, _cluster))
        {
            (_cluster, _labelsCount) = (asked, asked.PodColumns.AntiAffine.Any());
            _known.Clear();
        }

        foreach (var (gang, known) in _known)
        {
            if (SameGang.AsksTheSame(gang, question.Gang, _labelsCount)) return (known, null);
        }

        if (_plans >= mostPlans)
        {
            return ([], Problem.Info(question.Gang.Key.Id, $"is made no offers: those of the jobs before it took {_plans} plans, and one call stops after {mostPlans}; ask about it alone."));
        }

        var offers = CounterOffers.Find(question, reasons);
        _plans += question.Plans;
        _known.Add((question.Gang, offers));
        return (offers, null);
    }
}
