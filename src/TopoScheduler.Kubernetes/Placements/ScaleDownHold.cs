using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// Keeps the cluster autoscaler from taking a node away that a gang is about to use. Beside the autoscaler's annotation stands ours, which says for whom: one
/// that somebody else has written is left alone.
/// </summary>
public static class ScaleDownHold
{
    /// <summary>The annotation the autoscaler reads.</summary>
    public const string DisabledKey = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

    /// <summary>A merge patch. The version is a precondition: nobody has written the node since it was read.</summary>
    /// <param name="resourceVersion">Version of the node as it was read.</param>
    /// <param name="placement">Name of the gang placement it is held for; null takes the hold off.</param>
    public static ReadOnlyMemory<byte> Patch(string resourceVersion, string? placement) => JsonText.Of(json =>
    {
        json.WriteStartObject("metadata");
        json.WriteString("resourceVersion", resourceVersion);
        json.WriteStartObject("annotations");
        json.WriteString(DisabledKey, placement is null ? null : "true");
        json.WriteString(AnnotationKeys.ScaleDownHeldBy, placement);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Whether a node has the autoscaler's annotation, whatever it says, and for whom we have written it; null when we have not.</summary>
    public static (bool IsMarked, string? HeldBy) Read(Tree node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var annotations = node["metadata"]["annotations"];
        var heldBy = annotations[AnnotationKeys.ScaleDownHeldBy];
        return (annotations[DisabledKey].Kind != TreeKind.Null, heldBy.Kind == TreeKind.Null ? null : heldBy.Text);
    }
}
