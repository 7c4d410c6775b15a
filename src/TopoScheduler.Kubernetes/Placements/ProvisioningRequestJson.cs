using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// Writes the request for room that the cluster autoscaler answers as a whole: all pods or none (<c>autoscaling.x-k8s.io/v1</c>). Its pods are described by
/// <see cref="PodTemplateJson"/>, because they are behind gates and no autoscaler looks at those.
/// </summary>
public static class ProvisioningRequestJson
{
    /// <summary>On a pod: the request whose room it takes.</summary>
    public const string ConsumeKey = "autoscaling.x-k8s.io/consume-provisioning-request";

    /// <summary>On a pod: the class of that request.</summary>
    public const string ClassKey = "autoscaling.x-k8s.io/provisioning-class-name";

    /// <summary>The request.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="provisioningClass">How the autoscaler is to answer it.</param>
    /// <param name="podSets">How many pods of each template.</param>
    /// <param name="owner">What it goes with.</param>
    public static ReadOnlyMemory<byte> Write(string name, string provisioningClass, IReadOnlyList<(string Template, int Count)> podSets, OwnerReference owner)
    {
        ArgumentNullException.ThrowIfNull(podSets);
        ArgumentNullException.ThrowIfNull(owner);
        return JsonText.Of(json =>
        {
            json.WriteString("apiVersion", "autoscaling.x-k8s.io/v1");
            json.WriteString("kind", "ProvisioningRequest");
            json.WriteStartObject("metadata");
            json.WriteString("name", name);
            json.WriteString("namespace", owner.Namespace);
            owner.Write(json);
            json.WriteEndObject();
            json.WriteStartObject("spec");
            json.WriteString("provisioningClassName", provisioningClass);
            json.WriteStartArray("podSets");
            foreach (var (template, count) in podSets)
            {
                json.WriteStartObject();
                json.WriteNumber("count", count);
                json.WriteStartObject("podTemplateRef");
                json.WriteString("name", template);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
