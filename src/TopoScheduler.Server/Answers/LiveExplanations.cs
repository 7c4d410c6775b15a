using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Situations;

namespace TopoScheduler.Server.Answers;

/// <summary>
/// Explains pods, gangs and nodes of the live cluster. Where this replica places gangs, its controller says what it knows of one: the queue as it is, the last attempt,
/// deadlines. Else, and for pods the controller does not take care of, what waits is read when it is asked, and answered as a file with it would be.
/// </summary>
/// <param name="source">The cluster and those who know of it.</param>
internal sealed class LiveExplanations(LiveSource source)
{
    // The controller answers at the end of a look. One that has stopped never does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What to explain.</summary>
    /// <param name="view">The snapshot.</param>
    /// <param name="asked">What is asked about.</param>
    /// <param name="at">The moment asked about; null: now.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="NoSubjectException">It is not there.</exception>
    public async Task<ExplainQuestion> QuestionAsync(LiveView view, SubjectRequest asked, DateTimeOffset? at, CancellationToken cancellation)
    {
        var question = await OfQueueAsync(view, asked, cancellation).ConfigureAwait(false) is { } live ? At(live, at) : await OfSituationAsync(view, asked, at, cancellation).ConfigureAwait(false);
        return question with { Policy = source.Policy };
    }

    private async Task<ExplainQuestion?> OfQueueAsync(LiveView view, SubjectRequest asked, CancellationToken cancellation)
    {
        if (source.Queue() is not { } queue) return null;
        var pod = asked.Kind == ExplanationSubjectKind.Pod ? queue.Roster.Find(asked.Namespace, asked.Name) : null;
        var key = asked.Kind == ExplanationSubjectKind.Gang ? KeyOf(queue.Roster, asked) : pod?.Gang;
        if (asked.Kind == ExplanationSubjectKind.Node ? view.Snapshot.IndexOf(asked.Name) < 0 : key is null) return null;
        if (await FactsAsync(queue, key, cancellation).ConfigureAwait(false) is not { } known || (key is not null && known.Gang is null)) return null;
        var subject = new ExplanationSubject(asked.Kind, asked.Kind == ExplanationSubjectKind.Node ? "" : asked.Namespace, pod?.Name ?? key?.Name ?? asked.Name) { Gang = key?.Id };
        if (pod is not null)
        {
            var member = pod.Member ?? (pod.NodeName is null ? PodBook.SubjectIn(known.Gang!, pod).Member : null);
            subject = subject with { Member = member, Node = pod.NodeName ?? (member is { } m ? known.Facts.Placed.GetValueOrDefault(m) : null) };
        }

        // A node that went away meanwhile is looked for among those that are there.
        if (asked.Kind == ExplanationSubjectKind.Node && known.Cluster.IndexOf(asked.Name) < 0) return null;
        return new() { Cluster = known.Cluster, Subject = subject, Gang = known.Gang, Facts = known.Facts };
    }

    // Two kinds of one name are told apart by whoever asks.
    private static GangKey? KeyOf(GangRoster roster, SubjectRequest asked)
    {
        var found = roster.Gangs.Where(k => k.Namespace == asked.Namespace && asked.IsNamed(k)).OrderByDescending(k => k.Restart).ToList();
        return found.Select(k => k.Kind).Distinct(StringComparer.Ordinal).Count() == 1 ? found[0] : null;
    }

    private static async Task<Controllers.Gangs.LiveGangFacts?> FactsAsync(LiveQueue queue, GangKey? key, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            return await queue.FactsOfAsync(key is { } its ? k => k == its : null, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    // What the queue says holds now; at another moment it is walked through anew.
    private ExplainQuestion At(ExplainQuestion question, DateTimeOffset? at) => at is not { } moment
        ? question
        : question with { Cluster = question.Cluster.At(moment, source.Horizon), Facts = question.Facts with { Now = moment, Reason = null } };

    private async Task<ExplainQuestion> OfSituationAsync(LiveView view, SubjectRequest asked, DateTimeOffset? at, CancellationToken cancellation)
    {
        var read = await source.Situation(asked, cancellation).ConfigureAwait(false);
        var situation = read with { Gangs = [.. read.Gangs.Select(Believed)] };
        var facts = new SituationFacts(situation, at ?? source.Time.GetUtcNow());
        var cluster = at is { } moment ? view.Snapshot.At(moment, source.Horizon) : view.Snapshot;
        cluster = cluster.Plus(facts.Promised().Where(p => !IsThere(cluster, p)));
        if (SubjectFinder.Find(situation, cluster, asked, out var wrong) is not { } found) throw new NoSubjectException(wrong);
        return WithHolds(SituationQuestion.Of(found.Subject, found.Gang, cluster, facts));
    }

    // A gang that is planned as kube-scheduler asks has its places for a while after each call. A pod that is being bound keeps them for all of it.
    private ExplainQuestion WithHolds(ExplainQuestion question)
    {
        if (question.Gang is not { } gang || source.State.ReservationOf(gang.Key) is not { ExpiresAt: var until } reservation || until == DateTimeOffset.MaxValue) return question;
        if (until <= question.Facts.Now || reservation.Holds.Any(h => h.Phase == HoldPhase.Assumed)) return question;
        var holds = reservation.Holds.Length == 1 ? "its hold lapses" : string.Create(CultureInfo.InvariantCulture, $"its {reservation.Holds.Length} holds lapse");
        var lapse = ExplanationDeadline.Of($"{holds} and the room is free again, unless kube-scheduler asks about the gang before", until);
        return question with { Facts = question.Facts with { Deadlines = [.. question.Facts.Deadlines.Append(lapse).OrderBy(d => d.At, StringComparer.Ordinal)] } };
    }

    // What is promised is in the snapshot of whoever promised it.
    private static bool IsThere(ClusterSnapshot cluster, PodInfo promised)
    {
        var n = cluster.IndexOf(promised.NodeName);
        return n < 0 || cluster.PodsOf(n).Any(p => p.Gang == promised.Gang && p.Member == promised.Member);
    }

    private SituationGang Believed(SituationGang gang) => source.Trusted.Contains(gang.Gang.Key.Namespace)
        ? gang
        : gang with { Gang = gang.Gang with { Roles = [.. gang.Gang.Roles.Select(r => r with { Template = r.Template with { Power = r.Template.Power with { Trusted = false } } })] } };
}
