using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>Short ways through an object as a manifest has it.</summary>
internal static class KubeObject
{
    // Where objects of a kind live in the API, and whether a namespace holds them.
    private static readonly Dictionary<string, (string Plural, bool IsNamespaced)> Kinds = new(StringComparer.Ordinal)
    {
        ["ClusterRole"] = ("clusterroles", false),
        ["ClusterRoleBinding"] = ("clusterrolebindings", false),
        ["ConfigMap"] = ("configmaps", true),
        ["CustomResourceDefinition"] = ("customresourcedefinitions", false),
        ["Deployment"] = ("deployments", true),
        ["Job"] = ("jobs", true),
        ["MutatingWebhookConfiguration"] = ("mutatingwebhookconfigurations", false),
        ["Namespace"] = ("namespaces", false),
        ["NetworkPolicy"] = ("networkpolicies", true),
        ["Pod"] = ("pods", true),
        ["PodDisruptionBudget"] = ("poddisruptionbudgets", true),
        ["Role"] = ("roles", true),
        ["RoleBinding"] = ("rolebindings", true),
        ["Secret"] = ("secrets", true),
        ["Service"] = ("services", true),
        ["ServiceAccount"] = ("serviceaccounts", true),
        ["ValidatingWebhookConfiguration"] = ("validatingwebhookconfigurations", false),
        // Of cert-manager and of the Prometheus operator.
        ["Certificate"] = ("certificates", true),
        ["Issuer"] = ("issuers", true),
        ["PrometheusRule"] = ("prometheusrules", true),
        ["ServiceMonitor"] = ("servicemonitors", true),
    };

    public static string Kind(this JsonObject obj) => obj["kind"]!.GetValue<string>();

    public static string Name(this JsonObject obj) => obj["metadata"]!["name"]!.GetValue<string>();

    public static string? Namespace(this JsonObject obj) => (string?)obj["metadata"]!["namespace"];

    public static string Id(this JsonObject obj) => $"{obj.Kind()} {obj.Namespace()}/{obj.Name()}";

    /// <summary>Whether a namespace holds objects of its kind.</summary>
    public static bool IsNamespaced(this JsonObject obj) => Kinds[obj.Kind()].IsNamespaced;

    /// <summary>Its path in the API.</summary>
    public static string Path(this JsonObject obj)
    {
        var version = obj["apiVersion"]!.GetValue<string>();
        var space = obj.IsNamespaced() ? $"/namespaces/{obj.Namespace()}" : "";
        return $"/{(version.Contains('/', StringComparison.Ordinal) ? "apis" : "api")}/{version}{space}/{Kinds[obj.Kind()].Plural}/{obj.Name()}";
    }

    /// <summary>The template of the pods of a Deployment or Job, or the pod itself; null for other kinds.</summary>
    public static JsonObject? PodTemplate(this JsonObject obj) => obj.Kind() switch
    {
        "Deployment" or "Job" => obj["spec"]!["template"]!.AsObject(),
        "Pod" => obj,
        _ => null,
    };

    /// <summary>True for what Helm makes and deletes on occasions, beside the release.</summary>
    public static bool IsHook(this JsonObject obj) => obj["metadata"]!["annotations"]?["helm.sh/hook"] is not null;
}
