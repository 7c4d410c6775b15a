using System.Globalization;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>
/// Writes a <c>PodTemplate</c> that tells an autoscaler what a pod needs of a node: what it asks for, and where it may go. Gates are left out, and so is all
/// that no node is chosen by: what the pod runs nobody starts from here.
/// </summary>
public static class PodTemplateJson
{
    // All that is read as a tree is text; these the server takes as numbers only.
    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal) { "weight", "maxSkew", "minDomains", "tolerationSeconds" };

    /// <summary>The template.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="pod">A pod without a node.</param>
    /// <param name="owner">What it goes with.</param>
    public static ReadOnlyMemory<byte> Write(string name, GangPod pod, OwnerReference owner)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(owner);
        var tree = pod.Pending?.Tree ?? throw new ArgumentException($"pod {pod.Namespace}/{pod.Name} has a node", nameof(pod));
        return JsonText.Of(json =>
        {
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "PodTemplate");
            json.WriteStartObject("metadata");
            json.WriteString("name", name);
            json.WriteString("namespace", owner.Namespace);
            owner.Write(json);
            json.WriteEndObject();
            json.WriteStartObject("template");
            json.WriteStartObject("metadata");
            // Affinity between pods of the gang goes by them.
            Write(json, "labels", tree["metadata"]["labels"], asText: true);
            json.WriteEndObject();
            json.WriteStartObject("spec");
            WriteSpec(json, tree["spec"]);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void WriteSpec(Utf8JsonWriter json, Tree spec)
    {
        WriteContainers(json, "initContainers", spec["initContainers"]);
        WriteContainers(json, "containers", spec["containers"]);
        Write(json, "nodeSelector", spec["nodeSelector"], asText: true);
        Write(json, "affinity", spec["affinity"]);
        Write(json, "tolerations", spec["tolerations"]);
        Write(json, "topologySpreadConstraints", spec["topologySpreadConstraints"]);
        Write(json, "overhead", spec["overhead"], asText: true);
        foreach (var key in (string[])["runtimeClassName", "priorityClassName", "restartPolicy"]) Write(json, key, spec[key], asText: true);
    }

    private static void WriteContainers(Utf8JsonWriter json, string key, Tree containers)
    {
        if (containers.Items.IsEmpty) return;
        json.WriteStartArray(key);
        foreach (var container in containers.Items)
        {
            json.WriteStartObject();
            foreach (var part in (string[])["name", "image", "resources", "restartPolicy"]) Write(json, part, container[part], asText: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string key, Tree tree, bool asText = false)
    {
        if (tree.Kind == TreeKind.Null) return;
        json.WritePropertyName(key);
        WriteValue(json, key, tree, asText);
    }

    private static void WriteValue(Utf8JsonWriter json, string key, Tree tree, bool asText)
    {
        switch (tree.Kind)
        {
            case TreeKind.Map:
                json.WriteStartObject();
                foreach (var (name, value) in tree.Entries) Write(json, name, value, asText || key == "matchLabels");
                json.WriteEndObject();
                break;
            case TreeKind.List:
                json.WriteStartArray();
                foreach (var item in tree.Items) WriteValue(json, key, item, asText);
                json.WriteEndArray();
                break;
            default:
                if (!asText && Numbers.Contains(key) && long.TryParse(tree.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) json.WriteNumberValue(number);
                else json.WriteStringValue(tree.Text);
                break;
        }
    }
}
