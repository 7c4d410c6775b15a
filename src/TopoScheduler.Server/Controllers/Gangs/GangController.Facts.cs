using System.Collections.Concurrent;
using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Server.Controllers.Gangs;

// What people ask about gangs is answered by the loop itself, between two looks: nothing is kept for them, and nothing is locked.
public sealed partial class GangController
{
    private readonly ConcurrentQueue<LiveQuestion> _questions = new();

    /// <summary>What is known of a gang and of the queue, at the end of the next look. For any thread.</summary>
    /// <param name="wanted">Which gang; null: none in particular, the queue as a whole.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Null when there is no such gang.</returns>
    public Task<LiveGangFacts?> FactsOfAsync(Func<GangKey, bool>? wanted, CancellationToken cancellation)
    {
        var question = new LiveQuestion(wanted);
        _questions.Enqueue(question);
        Wake();
        return question.Answer.Task.WaitAsync(cancellation);
    }

    // The end of a look: figures for metrics, and answers.
    private void Publish(DateTimeOffset now)
    {
        _waiting = _turns.Summary();
        while (_questions.TryDequeue(out var question)) question.Answer.TrySetResult(Answer(question, now));
    }

    private LiveGangFacts? Answer(LiveQuestion question, DateTimeOffset now)
    {
        var general = new WaitFacts { Now = now, Waiting = [.. _turns.Waiting], Running = [.. GangTurns.Running(_records)] };
        if (question.Wanted is not { } wanted) return new(null, general, _state.Current);
        var record = _records.Values.Where(r => wanted(r.Key)).OrderByDescending(r => r.Key.Restart).FirstOrDefault();
        return record is null ? null : new(record.Gang, FactsOf(record, general), _state.Current);
    }

    private WaitFacts FactsOf(GangRecord record, WaitFacts general)
    {
        var live = Live(_roster.PodsOf(record.Key));
        var gates = live.Where(p => p.OtherGate is not null).GroupBy(p => p.OtherGate!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        return general with
        {
            MembersThere = live.Count,
            Incomplete = record is { Reason: "Incomplete", Plan.Count: 0 } && !live.Any(p => p.OtherGate is not null) ? record.Message : null,
            OtherGates = [.. gates.Select(g => new OtherGate(g.Key, g.Count()))],
            AwaitsKueue = live.Any(p => p.OtherGate?.StartsWith("kueue.x-k8s.io/", StringComparison.Ordinal) == true),
            Placed = record.Plan.ToImmutableSortedDictionary(),
            OnTheWay = live.Count(p => p.NodeName is null && p.Member is not null),
            Reason = record.IsQueued ? _turns.ReasonOf(record) : null,
            Deadlines = [.. DeadlinesOf(record).OrderBy(d => d.At, StringComparer.Ordinal)],
            Recorded = record.Message.Length > 0 ? record.Message : null,
            LastAttempt = record.AttemptBefore ?? record.Attempt,
            IsFinished = live.Count == 0,
        };
    }

    private static IEnumerable<ExplanationDeadline> DeadlinesOf(GangRecord record)
    {
        foreach (var deadline in record.Deadlines) yield return ExplanationDeadline.Of(deadline.What, deadline.At);
        if (record.AutoscalerDeadline is { } its) yield return ExplanationDeadline.Of(its.What, its.At);
    }
}
