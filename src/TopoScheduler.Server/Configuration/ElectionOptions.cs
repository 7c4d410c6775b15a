using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>Which of several replicas schedules. The others answer reads, and 503 to the scheduler.</summary>
public sealed class ElectionOptions
{
    /// <summary>
    /// <c>none</c>: this one, always. <c>lease</c>: whoever holds a Lease of ours. <c>scheduler</c>: whoever runs beside the kube-scheduler that holds its own
    /// Lease, which begins with the host name.
    /// </summary>
    /// <value>Default <c>lease</c> where gangs are placed by gates, else <c>none</c>.</value>
    [AllowedValues(null, "none", "lease", "scheduler", ErrorMessage = "expected none, lease or scheduler.")]
    public string? Mode { get; set; }

    /// <summary>Namespace of the Lease.</summary>
    /// <value>Default <c>kube-system</c>.</value>
    public string Namespace { get; set; } = "kube-system";

    /// <summary>Name of the Lease.</summary>
    /// <value>Default <c>toposcheduler</c>; with <c>scheduler</c> that of the kube-scheduler, <c>kube-scheduler</c>.</value>
    public string? Name { get; set; }

    /// <summary>Who this is. With <c>scheduler</c> what the identity of its kube-scheduler begins with.</summary>
    /// <value>Default the host name, and for a Lease of ours something unique.</value>
    public string? Identity { get; set; }

    /// <summary>Seconds after which a Lease that its holder has not renewed may be taken.</summary>
    /// <value>Default 15; less takes over sooner, more bears a slower API server.</value>
    [Range(2, 600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int LeaseSeconds { get; set; } = 15;
}
