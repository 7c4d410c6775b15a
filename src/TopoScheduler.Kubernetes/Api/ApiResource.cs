using System.Text;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>One kind of object as the server's paths name it.</summary>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Version">Version of the group.</param>
/// <param name="Plural">Lower-case plural.</param>
public sealed record ApiResource(string Group, string Version, string Plural)
{
    /// <summary>Nodes.</summary>
    public static ApiResource Nodes { get; } = new("", "v1", "nodes");

    /// <summary>Pods.</summary>
    public static ApiResource Pods { get; } = new("", "v1", "pods");

    /// <summary>Namespaces.</summary>
    public static ApiResource Namespaces { get; } = new("", "v1", "namespaces");

    /// <summary>Persistent volumes.</summary>
    public static ApiResource PersistentVolumes { get; } = new("", "v1", "persistentvolumes");

    /// <summary>Persistent volume claims.</summary>
    public static ApiResource PersistentVolumeClaims { get; } = new("", "v1", "persistentvolumeclaims");

    /// <summary>Priority classes.</summary>
    public static ApiResource PriorityClasses { get; } = new("scheduling.k8s.io", "v1", "priorityclasses");

    /// <summary>Leases.</summary>
    public static ApiResource Leases { get; } = new("coordination.k8s.io", "v1", "leases");

    /// <summary>Events.</summary>
    public static ApiResource Events { get; } = new("events.k8s.io", "v1", "events");

    /// <summary>Config maps.</summary>
    public static ApiResource ConfigMaps { get; } = new("", "v1", "configmaps");

    /// <summary>Templates of pods.</summary>
    public static ApiResource PodTemplates { get; } = new("", "v1", "podtemplates");

    /// <summary>Requests to the cluster autoscaler for room.</summary>
    public static ApiResource ProvisioningRequests { get; } = new("autoscaling.x-k8s.io", "v1", "provisioningrequests");

    /// <summary>Our placements of gangs.</summary>
    public static ApiResource GangPlacements { get; } = new("toposcheduler.io", "v1alpha1", "gangplacements");

    /// <summary>Configurations of webhooks that change objects.</summary>
    public static ApiResource MutatingWebhooks { get; } = new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations");

    /// <summary>Our power domains.</summary>
    public static ApiResource PowerDomains { get; } = new("toposcheduler.io", "v1alpha1", "powerdomains");

    /// <summary>Path of all objects, of those in a namespace, of one object, or of a part of it.</summary>
    /// <param name="ns">Namespace; null: all, or the kind has none.</param>
    /// <param name="name">Name; null: all.</param>
    /// <param name="part">Subresource, as <c>status</c>.</param>
    public string Path(string? ns = null, string? name = null, string? part = null)
    {
        var path = new StringBuilder(Group.Length == 0 ? "/api/" : $"/apis/{Segment(Group)}/").Append(Segment(Version));
        if (ns is not null)
        {
            path.Append("/namespaces/").Append(Segment(ns));
        }

        path.Append('/').Append(Segment(Plural));
        if (name is not null)
        {
            path.Append('/').Append(Segment(name));
        }

        return (part is null ? path : path.Append('/').Append(Segment(part))).ToString();
    }

    // Names come from other objects; none may lead to another path.
    private static string Segment(string text) => text is "" or "." or ".." ? throw new ArgumentException($"\"{text}\" is no part of a path.") : Uri.EscapeDataString(text);
}
