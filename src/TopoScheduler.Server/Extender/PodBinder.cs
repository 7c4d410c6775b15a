using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Extender.Wire;

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
/// <param name="logger">Where bindings are told.</param>
public sealed partial class PodBinder(
    ApiClient client, ClusterState state, PodBook book, Func<DateTimeOffset> holdUntil, TimeSpan timeout, ILogger<PodBinder> logger)
{
    /// <summary>Binds a pod to a node. Repeating it does no harm.</summary>
    /// <returns>Why it was not bound; empty when it was.</returns>
    public async ValueTask<string> BindAsync(BindingArgs args, CancellationToken cancellation)
    {
        if (state.BoundPod(args.Pod.Uid) is { } bound)
        {
            return bound.NodeName == args.Node ? "" : $"{args.Pod} is bound to node {bound.NodeName} already";
        }

        var subject = book.Remembered(args.Pod.Uid) ?? await LookUpAsync(args.Pod, cancellation).ConfigureAwait(false);
        if (subject is null) return $"{args.Pod} with uid {args.Pod.Uid} does not exist";
        // Its gang would be taken for a gang of one, and the pod be bound without a plan.
        if (subject.Incomplete is { } missing) return $"{args.Pod} cannot be bound yet: {missing}";
        if (subject.Gang.Roles.IsEmpty) return $"{args.Pod} cannot be planned";
        var template = subject.TemplateUnder(state.ReservationOf(subject.Gang.Key)?.GpuCapWatts);
        var pod = new PodInfo(args.Pod.Name, args.Pod.Uid, args.Node, template, subject.Gang.Priority, Gang: subject.Gang.Key, Member: subject.Member);
        var answer = state.TryAssume(subject.Gang.Key, pod, subject.Gang, holdUntil());
        if (!answer.MayBind)
        {
            LogRefused(args.Pod, args.Node, answer.Refusal, answer.PlannedNode);
            return answer.PlannedNode is { } planned ? $"{args.Pod} is planned to run on node {planned}" : ReasonOf(args, answer.Refusal);
        }

        var request = new BindRequest(args.Pod.Namespace, args.Pod.Name, args.Pod.Uid, args.Node) { Annotations = Annotations(subject, args), Timeout = timeout };
        return Settle(args, await client.BindAsync(request, cancellation).ConfigureAwait(false));
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
