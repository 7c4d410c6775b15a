using System.Text;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Server.Webhook;

/// <summary>Puts our scheduling gate on new pods that are ours to place, so that no scheduler sees them before their gang is planned.</summary>
/// <param name="managed">Which pods are ours to place.</param>
internal sealed class GateMutation(ManagedPods managed)
{
    private const string Gate = $$"""{"name":"{{SchedulingGates.Gang}}"}""";

    private static readonly ReadOnlyMemory<byte> AddList = Encoding.UTF8.GetBytes($$"""[{"op":"add","path":"/spec/schedulingGates","value":[{{Gate}}]}]""");
    private static readonly ReadOnlyMemory<byte> Append = Encoding.UTF8.GetBytes($$"""[{"op":"add","path":"/spec/schedulingGates/-","value":{{Gate}}}]""");

    /// <summary>Answers a request to create something.</summary>
    public AdmissionAnswer Answer(AdmissionRequest request)
    {
        if (!request.IsNewPod) return request.Kind == "Pod" ? AdmissionAnswer.Allowed : AdmissionAnswer.AllowedWith($"toposcheduler gates pods, not {request.Kind}.");
        var pod = request.Object;
        if (!managed.Contains(request.Namespace, pod) || SchedulingGates.Has(pod, SchedulingGates.Gang)) return AdmissionAnswer.Allowed;
        return AdmissionAnswer.Patched(pod["spec"]["schedulingGates"].Kind == TreeKind.List ? Append : AddList);
    }
}
