using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Server.Webhook;

/// <summary>
/// Holds limits and budgets for every scheduler: a pod may be bound, or created with a node, only if node and power domains stay within their limits. What is
/// allowed counts until the watch shows it, so that two Bindings asked about before either is seen do not take the same room.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="book">Reads what a pod takes.</param>
/// <param name="lookUp">Fetches a pod by namespace and name; a Binding says nothing else of it. Null where there is no cluster to ask.</param>
/// <param name="assumeUntil">When an allowed pod that the watch does not show is looked up, from now.</param>
/// <param name="ownUser">Our own user name; empty for none. What it binds counts already, so it need not be looked up.</param>
public sealed class BindingGuard(
    ClusterState state, PodBook book, Func<string, string, CancellationToken, Task<Tree?>>? lookUp, Func<DateTimeOffset> assumeUntil, string ownUser)
{
    /// <summary>Answers a request to create something.</summary>
    public async ValueTask<AdmissionAnswer> AnswerAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        if (request.IsBinding) return await OfBindingAsync(request, cancellation).ConfigureAwait(false);
        if (request.Kind is not ("Pod" or "Binding")) return AdmissionAnswer.AllowedWith($"toposcheduler judges pods and bindings, not {request.Kind}.");
        var node = request.Object["spec"]["nodeName"].Text;
        // The kubelet runs a mirror pod whatever is answered here.
        if (!request.IsNewPod || node.Length == 0 || ManagedPods.IsMirror(request.Object)) return AdmissionAnswer.Allowed;
        return Judge(book.OccupantOf(request.Object, request.Namespace, node), request.IsDryRun);
    }

    // Whatever is wrong with the Binding itself, or with the pod's being there, the API server says next.
    private async ValueTask<AdmissionAnswer> OfBindingAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        var target = request.Object["target"];
        if (target["kind"].Text is not ("" or "Node") || target["name"].Text is not { Length: > 0 } node) return AdmissionAnswer.Allowed;
        if (lookUp is null) return AdmissionAnswer.AllowedWith("toposched serves a cluster file and does not judge bindings.");
        // A replica that has just ceased to lead may still send what nobody counts any more: that is judged like anybody's.
        if (ownUser.Length > 0 && request.UserName == ownUser && state.IsExpected(request.Object["metadata"]["uid"].Text, node)) return AdmissionAnswer.Allowed;
        var pod = await lookUp(request.Namespace, request.Name, cancellation).ConfigureAwait(false);
        if (pod is null || pod["spec"]["nodeName"].Text.Length > 0) return AdmissionAnswer.Allowed;
        return Judge(book.OccupantOf(pod, request.Namespace, node), request.IsDryRun);
    }

    private AdmissionAnswer Judge(PodInfo pod, bool isDryRun)
    {
        // A pod without a uid could not be told from another when the watch shows it; so it is only judged, as where no watch is going to show anything.
        var verdict = isDryRun || pod.Uid.Length == 0 || lookUp is null ? state.JudgeForeign(pod) : state.AssumeForeign(pod, assumeUntil());
        return verdict.MayBind ? AdmissionAnswer.Allowed : AdmissionAnswer.Denied(ReasonOf(pod, verdict));
    }

    private static string ReasonOf(PodInfo pod, ForeignVerdict verdict)
    {
        if (verdict.OtherNode is { } other) return $"{pod.Id} cannot go to node {pod.NodeName}: toposcheduler has promised it node {other}.";
        var breach = verdict.Breach!;
        var what = breach.Refusal switch
        {
            CommitRefusal.NodeGone => "toposcheduler does not know this node.",
            CommitRefusal.Power when breach.Resource.Length == 0 => "it is below a power budget and its watts are not known.",
            CommitRefusal.Power => string.Create(CultureInfo.InvariantCulture, $"{breach.Where} would draw {breach.Taken} W of {breach.Limit} W{InState(breach.Feed)}."),
            CommitRefusal.PodCount => string.Create(CultureInfo.InvariantCulture, $"it would hold {breach.Taken} pods of {breach.Limit}."),
            _ => string.Create(CultureInfo.InvariantCulture, $"its pods would take {breach.Taken} {UnitOf(breach.Resource)} of {breach.Limit}."),
        };
        return $"{pod.Id} cannot go to node {pod.NodeName}: {what}";
    }

    private static string UnitOf(string resource) => resource == "cpu" ? "thousandths of a core" : resource;

    private static string InState(FeedState state) => state switch
    {
        FeedState.LostA => " without feed A",
        FeedState.LostB => " without feed B",
        _ => "",
    };
}
