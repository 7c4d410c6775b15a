using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Extender;

/// <summary>
/// Binds pods: assumes the pod on its node, which judges limits and budgets for the last time, then posts the Binding. What the API server refuses for
/// certain is forgotten; what is uncertain stays assumed until the watch, or a look at the pod, decides.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="state">The live state.</param>
/// <param name="book">Whom pods belong to.</param>
/// <param name="holdUntil">When an assumed pod that nobody hears of becomes doubtful.</param>
/// <param name="timeout">Longest time of the call: less than kube-scheduler waits.</param>
/// <param name="metrics">What is counted.</param>
/// <param name="logger">Where bindings are told.</param>
public sealed partial class PodBinder(
    ApiClient client, ClusterState state, PodBook book, Func<DateTimeOffset> holdUntil, TimeSpan timeout, SchedulerMetrics metrics, ILogger<PodBinder> logger)
{
    /// <summary>Binds a pod to a node. Repeating it does no harm.</summary>
    /// <returns>Why it was not bound; empty when it was.</returns>
    public async ValueTask<string> BindAsync(BindingArgs args, CancellationToken cancellation)
    {
        using var span = SchedulerTraces.Bind(args.Pod.Namespace, args.Pod.Name, args.Node);
        var (outcome, error) = await DecideAsync(args, cancellation).ConfigureAwait(false);
        metrics.Bound(outcome);
        SchedulerTraces.End(span, outcome, isError: error.Length > 0);
        return error;
    }

    // A word for metrics, and why the pod was not bound.
    private async ValueTask<(string Outcome, string Error)> DecideAsync(BindingArgs args, CancellationToken cancellation)
    {
        if (state.BoundPod(args.Pod.Uid) is { } bound)
        {
            return bound.NodeName == args.Node
                ? (Words.Of(BindOutcome.AlreadyBoundHere), "")
                : (Words.Of(BindOutcome.AlreadyBoundElsewhere), $"{args.Pod} is bound to node {bound.NodeName} already");
        }

        var subject = book.Remembered(args.Pod.Uid) ?? await LookUpAsync(args.Pod, cancellation).ConfigureAwait(false);
        if (subject is null) return (Words.Of(BindOutcome.NotFound), $"{args.Pod} with uid {args.Pod.Uid} does not exist");
        // Its gang would be taken for a gang of one, and the pod be bound without a plan.
        if (subject.Incomplete is { } missing) return ("incomplete", $"{args.Pod} cannot be bound yet: {missing}");
        if (subject.Gang.Roles.IsEmpty) return ("invalid", $"{args.Pod} cannot be planned");
        var template = subject.TemplateUnder(state.ReservationOf(subject.Gang.Key)?.GpuCapWatts);
        var pod = new PodInfo(args.Pod.Name, args.Pod.Uid, args.Node, template, subject.Gang.Priority, Gang: subject.Gang.Key, Member: subject.Member);
        var answer = state.TryAssume(subject.Gang.Key, pod, subject.Gang, holdUntil());
        if (!answer.MayBind)
        {
            LogRefused(args.Pod, args.Node, answer.Refusal, answer.PlannedNode);
            return answer.PlannedNode is { } planned
                ? ("planned_elsewhere", $"{args.Pod} is planned to run on node {planned}")
                : (Words.Of(answer.Refusal), ReasonOf(args, answer.Refusal));
        }

        var request = new BindRequest(args.Pod.Namespace, args.Pod.Name, args.Pod.Uid, args.Node) { Annotations = Annotations(subject, args), Timeout = timeout };
        metrics.Writes.Writing(args.Pod.Uid);
        var result = await client.BindAsync(request, cancellation).ConfigureAwait(false);
        return (Words.Of(result.Outcome), Settle(args, result));
    }

    private async ValueTask<PodSubject?> LookUpAsync(PodIdentity pod, CancellationToken cancellation)
    {
        var tree = await client.GetAsync(ApiResource.Pods.Path(pod.Namespace, pod.Name), cancellation).ConfigureAwait(false);
        return tree is null || tree["metadata"]["uid"].Text != pod.Uid ? null : await book.SubjectOfAsync(tree, cancellation).ConfigureAwait(false);
    }

    private string Settle(BindingArgs args, BindResult result)
    {
        switch (result.Outcome)
        {
            case BindOutcome.Bound or BindOutcome.AlreadyBoundHere:
                LogBound(args.Pod, args.Node);
                return "";
            case BindOutcome.NotFound or BindOutcome.UidMismatch:
                state.RemovePod(args.Pod.Uid);
                break;
            case BindOutcome.AlreadyBoundElsewhere or BindOutcome.Refused:
                state.Forget(args.Pod.Uid);
                break;
        }

        metrics.Writes.Failed(args.Pod.Uid);
        LogFailed(args.Pod, args.Node, result.Outcome, result.Message);
        return $"{args.Pod} could not be bound to node {args.Node}: {result.Message}";
    }

    private static string ReasonOf(BindingArgs args, CommitRefusal refusal) => refusal switch
    {
        CommitRefusal.NodeGone => $"node {args.Node} is not known to toposcheduler",
        CommitRefusal.NodeNotReady => $"node {args.Node} is not ready or switched off",
        CommitRefusal.Resources => $"node {args.Node} has too little of a resource free",
        CommitRefusal.PodCount => $"node {args.Node} has too many pods",
        CommitRefusal.Power => $"a power budget above node {args.Node} has too few watts left",
        _ => $"the plan of {args.Pod}'s gang has lapsed; it is planned again",
    };

    private Dictionary<string, string> Annotations(PodSubject subject, BindingArgs args)
    {
        var reservation = state.ReservationOf(subject.Gang.Key);
        var member = reservation?.HoldOf(args.Pod.Uid)?.Member ?? 0;
        return PlacementAnnotations.Of(subject.Gang, member, args.Node, state.Current, reservation?.GpuCapWatts, subject.Demand?.Unsaid);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Pod} bound to {Node}")]
    private partial void LogBound(PodIdentity pod, string node);

    [LoggerMessage(2, LogLevel.Information, "{Pod} not bound to {Node}: {Refusal}, planned: {PlannedNode}")]
    private partial void LogRefused(PodIdentity pod, string node, CommitRefusal refusal, string? plannedNode);

    [LoggerMessage(3, LogLevel.Warning, "{Pod} not bound to {Node}: {Outcome}: {Reason}")]
    private partial void LogFailed(PodIdentity pod, string node, BindOutcome outcome, string reason);
}
