using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Extender;

/// <summary>
/// What the four verbs decide. A single pod is answered with every node that has room and watts for it, and with their order; a member of a gang with the
/// one node of its plan. No judgement of topology or power is made here: the engine, the judges and the state make them.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="book">Whom pods belong to.</param>
/// <param name="policy">What plans depend on.</param>
/// <param name="holdUntil">Until when capacity is held for a gang to which nothing happens, from now.</param>
/// <param name="binder">Posts Bindings; null where there is no cluster behind the state.</param>
/// <param name="metrics">What is counted.</param>
public sealed class ExtenderVerbs(ClusterState state, PodBook book, PlacementPolicy policy, Func<DateTimeOffset> holdUntil, PodBinder? binder, SchedulerMetrics metrics)
{
    private readonly PodJudges _judges = new(policy);
    private readonly GangFilter _gangs = new(state, policy, holdUntil, metrics);
    private volatile ExtenderView? _view;
    private volatile bool _ready;

    /// <summary>The state the next request is answered from, or null as long as the cluster is not known.</summary>
    public ExtenderView? Current
    {
        get
        {
            if (!_ready) return null;
            var (now, view) = (state.Current, _view);
            if (view is not null && ReferenceEquals(view.Snapshot, now)) return view;
            var names = view is not null && ReferenceEquals(view.Snapshot.Topology, now.Topology) ? view.Names : new NodeNameTable(now.Topology.NodeNames);
            return _view = new(now, names);
        }
    }

    /// <summary>Told which gang was planned, or asked again; must not wait. Null: nobody.</summary>
    public Action<GangKey>? Planned { get; init; }

    /// <summary>The record of decisions; null for none.</summary>
    internal AuditLog? Audit { get; set; }

    /// <summary>The cluster is known, and this is the replica that schedules: from now on requests are answered.</summary>
    public void Open() => _ready = true;

    /// <summary>Another replica schedules: requests are not answered any more.</summary>
    public void Close() => _ready = false;

    /// <summary>Which candidates the pod may go to.</summary>
    public ValueTask FilterAsync(ExtenderView view, ExtenderArgs args, FilterAnswer answer, CancellationToken cancellation)
    {
        var subject = book.SubjectOfAsync(args.Pod.Uid, args.PodJson, cancellation);
        if (!subject.IsCompletedSuccessfully) return FilterAsync(subject, view, args, answer);
        Filter(subject.Result, view, args, answer);
        return ValueTask.CompletedTask;
    }

    /// <summary>How good each candidate is for the pod.</summary>
    public ValueTask PrioritizeAsync(ExtenderView view, ExtenderArgs args, PriorityAnswer answer, CancellationToken cancellation)
    {
        var subject = book.SubjectOfAsync(args.Pod.Uid, args.PodJson, cancellation);
        if (!subject.IsCompletedSuccessfully) return PrioritizeAsync(subject, view, args, answer);
        Prioritize(subject.Result, view, args, answer);
        return ValueTask.CompletedTask;
    }

    /// <summary>Binds a pod to a node.</summary>
    /// <returns>Why it was not bound; empty when it was.</returns>
    public ValueTask<string> BindAsync(BindingArgs args, CancellationToken cancellation) => Audit is null ? BindOnlyAsync(args, cancellation) : BindAsync(args, Audit, cancellation);

    /// <summary>
    /// Which of the proposed nodes may be preempted on, with which victims: those that free what the pod lacks, watts included. None for a member of a gang,
    /// whose node is not the scheduler's to choose.
    /// </summary>
    public async ValueTask<ImmutableArray<NodeVictims>> PreemptAsync(PreemptionArgs args, CancellationToken cancellation)
    {
        var subject = await book.SubjectOfAsync(args.Pod.Uid, args.PodJson, cancellation).ConfigureAwait(false);
        var (freed, cluster) = (state.Freed, state.Current);
        var answer = Preempt(subject, args, cluster);
        Audit?.Write(VerbRecord.OfPreempt(args, subject, answer, cluster, freed));
        return answer;
    }

    private static ImmutableArray<NodeVictims> Preempt(PodSubject subject, PreemptionArgs args, ClusterSnapshot cluster)
    {
        if (subject.Gang.Size != 1 || subject.Incomplete is not null) return [];
        var answer = ImmutableArray.CreateBuilder<NodeVictims>();
        foreach (var candidate in args.Candidates)
        {
            if (cluster.IndexOf(candidate.Node) is var node && node < 0) continue;
            var pod = new PodInfo(args.Pod.Name, args.Pod.Uid, candidate.Node, subject.Gang.Roles[0].Template, subject.Gang.Priority);
            if (VictimChooser.Choose(cluster, node, pod, candidate.Uids) is not { } victims) continue;
            answer.Add(candidate with { Uids = [.. victims.Select(v => v.Uid)], PdbViolations = Math.Min(candidate.PdbViolations, victims.Length) });
        }

        return answer.ToImmutable();
    }

    private ValueTask<string> BindOnlyAsync(BindingArgs args, CancellationToken cancellation) => binder?.BindAsync(args, cancellation) ?? ValueTask.FromResult(
        state.Current.IndexOf(args.Node) < 0
            ? $"node {args.Node} is not known to toposcheduler"
            : $"{args.Pod} cannot be bound to node {args.Node}: toposched serves a cluster file, expected a cluster");

    private async ValueTask<string> BindAsync(BindingArgs args, AuditLog audit, CancellationToken cancellation)
    {
        var (freed, cluster) = (state.Freed, state.Current);
        var error = await BindOnlyAsync(args, cancellation).ConfigureAwait(false);
        audit.Write(VerbRecord.OfBind(args, book.Remembered(args.Pod.Uid)?.Gang.Key.Id, error, cluster, freed));
        return error;
    }

    private async ValueTask FilterAsync(ValueTask<PodSubject> subject, ExtenderView view, ExtenderArgs args, FilterAnswer answer) =>
        Filter(await subject.ConfigureAwait(false), view, args, answer);

    private async ValueTask PrioritizeAsync(ValueTask<PodSubject> subject, ExtenderView view, ExtenderArgs args, PriorityAnswer answer) =>
        Prioritize(await subject.ConfigureAwait(false), view, args, answer);

    private void Filter(PodSubject subject, ExtenderView view, ExtenderArgs args, FilterAnswer answer)
    {
        var freed = Audit is null ? 0 : state.Freed;
        Judge(subject, view, args, answer);
        Audit?.Write(VerbRecord.OfFilter(view, subject, args, answer, freed));
    }

    private void Judge(PodSubject subject, ExtenderView view, ExtenderArgs args, FilterAnswer answer)
    {
        answer.Reset(view.Names.Count);
        if (subject.Incomplete is null && PodJudge.Serves(subject.Gang))
        {
            var judge = _judges.Rent(subject.Gang);
            judge.Verdicts(view.Snapshot).CopyTo(answer.Verdicts);
            _judges.Return(judge);
            if (metrics.CountsFiltered) metrics.Filtered(RejectWords.OfMain(answer.Verdicts));
            return;
        }

        var seat = _gangs.SeatOf(subject, args.Pod.Uid, args.Pod.Name);
        Planned?.Invoke(subject.Gang.Key);
        var node = seat.Node is { } name ? view.Snapshot.IndexOf(name) : -1;
        answer.Verdicts.Fill(seat.Node is null ? seat.Reject : RejectCodes.GangElsewhere);
        if (node >= 0) answer.Verdicts[node] = RejectReasons.Fits;
        metrics.Filtered(RejectWords.Of(node >= 0 ? RejectReasons.Fits : seat.Node is null ? seat.Reject : RejectCodes.GangElsewhere));
    }

    private void Prioritize(PodSubject subject, ExtenderView view, ExtenderArgs args, PriorityAnswer answer)
    {
        answer.Reset(view.Names.Count);
        if (state.ReservationOf(subject.Gang.Key)?.HoldOf(args.Pod.Uid) is { } hold)
        {
            if (view.Snapshot.IndexOf(hold.Pod.NodeName) is var node and >= 0) answer.Scores[node] = PodJudge.BestScore;
        }
        else if (subject.Incomplete is null && PodJudge.Serves(subject.Gang))
        {
            var judge = _judges.Rent(subject.Gang);
            judge.Score(view.Snapshot, args.Nodes).CopyTo(answer.Scores);
            _judges.Return(judge);
        }
    }
}
