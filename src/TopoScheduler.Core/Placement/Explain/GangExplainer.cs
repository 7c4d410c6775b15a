using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Search;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>
/// Explains a gang, or a pod of it. (1) What of it has a node stands; the rest is what is to be placed, beside it. (2) The queue says whether it may start, and who
/// is before it. (3) The engine says why it does not fit; tiers and nodes are counted. (4) The first of these that stands in the way is the cause.
/// </summary>
internal sealed class GangExplainer
{
    private readonly ExplainQuestion _question;
    private readonly WaitFacts _facts;
    private readonly Gang _gang;
    private readonly Gang _rest;
    private readonly bool[]? _allowed;
    private readonly ClusterSnapshot _cluster;

    /// <param name="question">The question.</param>
    /// <param name="gang">The gang it is about.</param>
    public GangExplainer(ExplainQuestion question, Gang gang)
    {
        (_question, _gang, _facts) = (question, gang, question.Facts);
        _cluster = question.Cluster.Over(gang.Hints.ExpectedDuration);
        (_rest, _allowed) = RestOf(gang);
    }

    private bool IsGated => !_facts.OtherGates.IsEmpty || _facts.AwaitsKueue;

    private bool IsPartly => !ReferenceEquals(_rest, _gang);

    // What the plan of the missing members may use: nodes beside those that stand.
    private (Gang Missing, bool[]? Allowed) RestOf(Gang gang)
    {
        if (_facts.Placed.IsEmpty || gang.Roles.IsEmpty) return (gang, null);
        int[] missing = [.. Enumerable.Range(0, gang.Size).Where(m => !_facts.Placed.ContainsKey(m))];
        if (missing.Length is 0 || missing.Length == gang.Size) return (gang, null);
        var rest = new GangMembers(gang, [], null).GangOf(missing);
        int[] anchors = [.. _facts.Placed.Values.Select(_cluster.IndexOf).Where(n => n >= 0).Distinct().Order()];
        return (rest, anchors.Length == 0 ? null : GangScope.Beside(_cluster, gang.Hints.Required, anchors).Last());
    }

    /// <summary>The explanation.</summary>
    public Explanation Explain()
    {
        if (_facts.IsFinished) return Settled(ExplanationState.Finished, ExplanationCauseKind.Finished);
        if (!_gang.Roles.IsEmpty && _facts.Placed.Count >= _gang.Size) return Settled(_facts.OnTheWay > 0 ? ExplanationState.Planned : ExplanationState.Running, _facts.OnTheWay > 0 ? ExplanationCauseKind.Planned : ExplanationCauseKind.None);
        if (_gang.Roles.IsEmpty || _gang.Problems.Any(p => p.Severity == Severity.Error && !(_question.Policy.AssumeSchedulable && p.IsNotJudged))) return Unread();
        return Waiting();
    }

    private Explanation Settled(ExplanationState state, ExplanationCauseKind kind) => Finish(new()
    {
        Subject = _question.Subject,
        State = state,
        Cause = new(kind),
        Summary = "",
        Gang = _gang.Roles.IsEmpty ? null : PlacementReporter.Describe(_gang),
        Place = _facts.IsFinished || _gang.Roles.IsEmpty ? null : PlaceExplainer.Standing(_cluster, _gang, _facts.Placed, _question.Policy),
        Deadlines = _facts.Deadlines,
        Problems = _gang.Problems,
    });

    private Explanation Unread() => Finish(new()
    {
        Subject = _question.Subject,
        State = IsGated ? ExplanationState.Gated : ExplanationState.Waiting,
        Cause = _facts.Incomplete is null ? new(ExplanationCauseKind.Invalid) : new(ExplanationCauseKind.Incomplete, Room: _facts.MembersThere),
        Summary = "",
        Gang = _gang.Roles.IsEmpty ? null : PlacementReporter.Describe(_gang),
        Wait = WaitOf(null, null),
        Deadlines = _facts.Deadlines,
        Problems = _gang.Problems,
    });

    private Explanation Waiting()
    {
        var forecast = IsPartly ? null : QueueForecast.Of(_question, Queued());
        var start = forecast?.StartOf(_gang.Key);
        var reason = _facts.Reason ?? forecast?.ReasonOf(_gang.Key);
        var tiers = new TierRooms(_question, _cluster, _rest, _allowed).Report();
        var result = PlacementEngine.Plan(_cluster, _rest, _question.Policy, _allowed);
        var verdicts = VerdictsOf();
        var plan = start ?? (result.Plan is { } found ? (found, _cluster) : null);
        var cause = CauseOf(result, forecast, reason, tiers);
        var asIs = result.Plan is null;
        var answer = new Explanation
        {
            Subject = _question.Subject,
            State = IsPartly ? ExplanationState.PartlyBound : IsGated ? ExplanationState.Gated : ExplanationState.Waiting,
            Cause = cause,
            Summary = "",
            Gang = PlacementReporter.Describe(_gang),
            Tiers = tiers,
            Nodes = verdicts.Report(),
            Reasons = asIs ? result.Reasons : reason?.LastAttempt?.Reasons ?? [],
            Place = plan is { } place && !IsPartly ? PlaceExplainer.Planned(place.Item2, _gang, place.Item1, _question.Policy) : null,
            Wait = WaitOf(forecast, reason),
            CounterOffers = asIs && result.Outcome != PlacementOutcome.Invalid ? CounterOffers.Find(new(Scoped(), _rest, _question.Policy, _facts.Now), result.Reasons) : [],
            Changed = _facts.LastAttempt is { } last ? AttemptDifference.Of(last, AttemptFigures.Of(_cluster, verdicts, tiers, result.Reasons), CauseFinder.Scope(tiers).Tier, _rest.LeastMembers) : null,
            Problems = _gang.Problems,
        };
        return Finish(answer with { Deadlines = DeadlineFinder.Of(_question, answer) });
    }

    private NodeVerdicts VerdictsOf()
    {
        var problem = PlacementProblem.Compile(_cluster, _rest, _question.Policy, _allowed);
        problem.Configure(_rest.LeastMembers, null);
        return new(problem);
    }

    // Offers plan on whole clusters: for the rest of a gang the nodes outside are closed.
    private ClusterSnapshot Scoped() => _allowed is null ? _question.Cluster : WhatIf.WithNodes(_question.Cluster, (n, i) => _allowed[i] ? n : n with { Ready = false });

    private IEnumerable<WaitingGang> Queued()
    {
        var stands = !IsGated && _facts.Incomplete is null;
        var others = _facts.Waiting.Where(w => w.Gang.Key != _gang.Key && !w.Gang.Roles.IsEmpty);
        var own = _facts.Waiting.FirstOrDefault(w => w.Gang.Key == _gang.Key) ?? new(_gang, _facts.Now ?? DateTimeOffset.UnixEpoch, null);
        return stands ? others.Append(own) : others;
    }

    private ExplanationCause CauseOf(PlacementResult result, QueueForecast? forecast, WaitReason? reason, ImmutableArray<ExplanationTier> tiers)
    {
        if (IsGated) return new(_facts.AwaitsKueue ? ExplanationCauseKind.Kueue : ExplanationCauseKind.OtherGate);
        if (_facts.Incomplete is not null) return new(ExplanationCauseKind.Incomplete, Wanted: _gang.Size, Room: _facts.MembersThere);
        if (result.Outcome == PlacementOutcome.Invalid) return new(ExplanationCauseKind.Invalid);
        if (forecast?.StartOf(_gang.Key) is not null || (IsPartly && result.Plan is not null)) return new(ExplanationCauseKind.FitsNow);
        if (result.Outcome == PlacementOutcome.Undecided) return CauseFinder.Of(_rest, tiers, result.Reasons) with { Kind = ExplanationCauseKind.Undecided };
        if (result.Plan is null) return CauseFinder.Of(_rest, tiers, result.Reasons);
        var fitsBehind = forecast is not null && PlacementEngine.Plan(forecast.Cluster.Over(_gang.Hints.ExpectedDuration), _gang, _question.Policy).Plan is not null;
        if (reason is { Cause: WaitCause.Head } && fitsBehind) return new(ExplanationCauseKind.KeptForHead, Domain: reason.Behind?.Id);
        if (reason?.HoldsOutUntil is not null) return new(ExplanationCauseKind.HoldsOut, Domain: _gang.Hints.Preferred?.ToString());
        return reason?.Cause == WaitCause.Turn ? new(ExplanationCauseKind.FitsNow) : new(ExplanationCauseKind.Queue, Wanted: _rest.LeastMembers);
    }

    private ExplanationWait WaitOf(QueueForecast? forecast, WaitReason? reason) => new()
    {
        Priority = _gang.Priority,
        Since = ExplainText.Written(_facts.Waiting.FirstOrDefault(w => w.Gang.Key == _gang.Key)?.Since),
        Position = forecast?.PositionOf(_gang.Key),
        QueueLength = forecast?.Length ?? 0,
        Before = forecast?.Before(_gang.Key) ?? [],
        Behind = reason?.Behind?.Id,
        KeptNodes = reason?.Target?.Nodes.Length ?? 0,
        Awaits = reason?.Target?.Awaits.Id,
        ExpectedStart = ExplainText.Written(reason?.Target?.ExpectedStart),
        MembersThere = _facts.MembersThere,
        MembersWanted = _gang.Roles.IsEmpty ? null : _gang.Size,
        OtherGates = _facts.OtherGates,
        HoldsOutUntil = ExplainText.Written(reason?.HoldsOutUntil),
        Recorded = _facts.Recorded,
    };

    private Explanation Finish(Explanation answer) => answer with { Summary = ExplainText.Of(answer, _gang, _facts), Advice = ExplainAdvice.Of(answer, _gang, _facts) };
}
