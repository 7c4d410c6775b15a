using System.Collections.Frozen;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>
/// Long parts of nodes and pods that say nothing about placement: a third to two thirds of what the API server sends. Readers of JSON pass over
/// them unread, from files and live alike.
/// </summary>
internal static class UnusedParts
{
    private static readonly FrozenSet<string> Keys = new[]
    {
        "managedFields", "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses", "images", "env", "envFrom", "volumeMounts", "volumeDevices",
        "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "securityContext", "imagePullSecrets", "dnsConfig", "hostAliases", "podIPs", "hostIPs",
        "volumesInUse", "volumesAttached", "daemonEndpoints",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when the object or list under this key is not read.</summary>
    public static bool Contains(string key) => Keys.Contains(key);
}
