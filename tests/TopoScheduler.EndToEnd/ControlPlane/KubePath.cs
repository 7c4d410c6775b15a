namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>Paths of the kinds that tests use most.</summary>
internal static class KubePath
{
    /// <summary>All nodes.</summary>
    public const string Nodes = "/api/v1/nodes";

    /// <summary>All namespaces.</summary>
    public const string Namespaces = "/api/v1/namespaces";

    /// <summary>All pods of all namespaces.</summary>
    public const string AllPods = "/api/v1/pods";

    /// <summary>One node.</summary>
    public static string Node(string name) => $"{Nodes}/{name}";

    /// <summary>The pods of a namespace.</summary>
    public static string Pods(string space) => $"{Namespaces}/{space}/pods";

    /// <summary>One pod.</summary>
    public static string Pod(string space, string name) => $"{Pods(space)}/{name}";

    /// <summary>The Jobs of a namespace.</summary>
    public static string Jobs(string space) => $"/apis/batch/v1/namespaces/{space}/jobs";

    /// <summary>The events of a namespace.</summary>
    public static string Events(string space) => $"/apis/events.k8s.io/v1/namespaces/{space}/events";

    /// <summary>One lease.</summary>
    public static string Lease(string space, string name) => $"/apis/coordination.k8s.io/v1/namespaces/{space}/leases/{name}";

    /// <summary>The placements of gangs of a namespace.</summary>
    public static string GangPlacements(string space) => $"/apis/toposcheduler.io/v1alpha1/namespaces/{space}/gangplacements";

    /// <summary>All power domains.</summary>
    public const string PowerDomains = "/apis/toposcheduler.io/v1alpha1/powerdomains";

    /// <summary>All definitions of custom resources.</summary>
    public const string CustomResources = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
}
