using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// The one patch that lets a pod go: pins it to its node, says which member it is, takes our gate off. A strategic merge patch: it leaves annotations of
/// others alone, its uid is a precondition, and repeating it changes nothing. While a pod is gated its required node affinity may get narrower but keeps
/// the number of its terms, so each term gets the pin; one without requirements means no node and has to stay so.
/// </summary>
public static class GateRelease
{
    /// <summary>What <see cref="AnnotationKeys.ScaleUp"/> says on a pod whose gate came off without a place for it.</summary>
    public const string Ungated = "ungated";

    /// <summary>The patch.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">The one node it may go to; null to let it go wherever the scheduler puts it.</param>
    /// <param name="annotations">What is written on it.</param>
    public static ReadOnlyMemory<byte> Patch(GangPod pod, string? node, IEnumerable<KeyValuePair<string, string>> annotations)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return JsonText.Of(json =>
        {
            json.WriteStartObject("metadata");
            json.WriteString("uid", pod.Uid);
            JsonText.WriteMap(json, "annotations", annotations);
            json.WriteEndObject();
            json.WriteStartObject("spec");
            json.WriteStartArray("schedulingGates");
            json.WriteStartObject();
            json.WriteString("$patch", "delete");
            json.WriteString("name", SchedulingGates.Gang);
            json.WriteEndObject();
            json.WriteEndArray();
            if (node is not null) WritePin(json, pod, node);
            json.WriteEndObject();
        });
    }

    private static void WritePin(Utf8JsonWriter json, GangPod pod, string node)
    {
        json.WriteStartObject("affinity");
        json.WriteStartObject("nodeAffinity");
        json.WriteStartObject("requiredDuringSchedulingIgnoredDuringExecution");
        json.WriteStartArray("nodeSelectorTerms");
        var terms = pod.RequiredTerms.Items;
        if (terms.IsEmpty) WriteTerm(json, Tree.Missing, node);
        foreach (var term in terms)
        {
            WriteTerm(json, term, GangPod.IsEmpty(term) ? null : node);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTerm(Utf8JsonWriter json, Tree term, string? node)
    {
        json.WriteStartObject();
        WriteRequirements(json, "matchExpressions", term["matchExpressions"], null);
        WriteRequirements(json, "matchFields", term["matchFields"], node);
        json.WriteEndObject();
    }

    private static void WriteRequirements(Utf8JsonWriter json, string key, Tree requirements, string? node)
    {
        if (requirements.Items.IsEmpty && node is null) return;
        json.WriteStartArray(key);
        foreach (var requirement in requirements.Items)
        {
            json.WriteStartObject();
            json.WriteString("key", requirement["key"].Text);
            json.WriteString("operator", requirement["operator"].Text);
            if (!requirement["values"].Items.IsEmpty)
            {
                json.WriteStartArray("values");
                foreach (var value in requirement["values"].Items) json.WriteStringValue(value.Text);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        if (node is not null)
        {
            json.WriteStartObject();
            json.WriteString("key", "metadata.name");
            json.WriteString("operator", "In");
            json.WriteStartArray("values");
            json.WriteStringValue(node);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
