using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>What the scheduler extender may be asked, and how it answers.</summary>
public sealed class ExtenderOptions
{
    /// <summary>MiB of a request body. More is answered with 413.</summary>
    /// <value>Default 16; 15,000 names take less than 1.</value>
    [Range(1, 1024, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int BodyMiB { get; set; } = 16;

    /// <summary>MiB of a request body that carries Node objects (<c>nodeCacheCapable: false</c>); one such body at a time.</summary>
    /// <value>Default 256.</value>
    [Range(1, 1024, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int NodesBodyMiB { get; set; } = 256;

    /// <summary>Milliseconds to receive a body of up to 1 MiB; each further MiB may take as long again. Slower is answered with 408.</summary>
    /// <value>Default 2,000.</value>
    [Range(10, 60_000, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int ReceiveMilliseconds { get; set; } = 2_000;

    /// <summary>Name nodes that eviction cannot help in FailedNodes too: kube-scheduler before 1.21 reads no FailedAndUnresolvableNodes.</summary>
    /// <value>Default false.</value>
    public bool OnlyFailedNodes { get; set; }

    /// <summary>Seconds capacity is held for a gang to which nothing happens. At least twice the scheduler's longest back-off and one call more.</summary>
    /// <value>Default 60.</value>
    [Range(10, 3600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int HoldSeconds { get; set; } = 60;

    /// <summary>Milliseconds a Binding may take. Less than the scheduler's <c>httpTimeout</c> (5 s unless configured).</summary>
    /// <value>Default 4,000.</value>
    [Range(100, 60_000, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int BindMilliseconds { get; set; } = 4_000;

    /// <summary>Take requirements that are not judged (resource claims, unbound volumes) as met.</summary>
    /// <value>Default false: such a gang is refused.</value>
    public bool AssumeSchedulable { get; set; }

    /// <summary>
    /// Leave gangs of pods with <c>spec.schedulingGroup</c> (Kubernetes 1.36) to kube-scheduler: each pod is answered by itself and nothing is held. Set false
    /// only where its own gang scheduling is off.
    /// </summary>
    /// <value>Default true.</value>
    public bool UpstreamGangs { get; set; } = true;
}
