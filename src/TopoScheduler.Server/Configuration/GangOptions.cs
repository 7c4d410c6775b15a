using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>How whole gangs are placed by gates, without asking the scheduler's extender.</summary>
public sealed class GangOptions
{
    /// <summary>Place gangs whose pods carry the gate <c>toposcheduler.io/gang</c>. Needs Kubernetes 1.27 or newer and the GangPlacement resource.</summary>
    /// <value>Default false: gangs are placed as the extender is asked.</value>
    public bool Controller { get; set; }

    /// <summary>Seconds a node may be NotReady or cordoned before what is planned there is planned anew.</summary>
    /// <value>Default 120; more rides out longer blips, less replaces sooner.</value>
    [Range(0, 3600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int NodeGraceSeconds { get; set; } = 120;

    /// <summary>Seconds a pinned pod may find its node taken before it is replaced.</summary>
    /// <value>Default 10.</value>
    [Range(0, 3600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int PinGraceSeconds { get; set; } = 10;

    /// <summary>Seconds without a new pod after which a gang whose controller makes pods one after another counts as complete.</summary>
    /// <value>Default 10.</value>
    [Range(1, 3600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int SettleSeconds { get; set; } = 10;

    /// <summary>Pods patched at the same time.</summary>
    /// <value>Default 8; more is faster and asks more of the API server.</value>
    [Range(1, 64, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int PatchesAtOnce { get; set; } = 8;

    /// <summary>Longest time, in seconds, to hold out for a preferred tier where Kueue gives a job up that is not ready in time.</summary>
    /// <value>Default 240: Kueue waits 5 minutes unless configured.</value>
    [Range(0, 86_400, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int KueuePreferredForSeconds { get; set; } = 240;

    /// <summary>Write the rank map of each gang of more than one pod into a ConfigMap.</summary>
    /// <value>Default true.</value>
    public bool RankMaps { get; set; } = true;

    /// <summary>
    /// What is done for a gang that waits for room, so that an autoscaler helps: no autoscaler looks at pods with gates. <c>ungate</c>: its gates are taken off,
    /// and the scheduler places its pods one by one. <c>provisioning-request</c>: the autoscaler is asked for room for all of it, and it is placed as a whole.
    /// </summary>
    /// <value>Default <c>none</c>.</value>
    [AllowedValues("none", "ungate", "provisioning-request", ErrorMessage = "expected none, ungate or provisioning-request.")]
    public string ScaleUp { get; set; } = "none";

    /// <summary>Seconds a gang waits for room before that.</summary>
    /// <value>Default 300; more leaves time for others to end, less has nodes sooner.</value>
    [Range(0, 86_400, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int ScaleUpAfterSeconds { get; set; } = 300;

    /// <summary>Class of the requests for room: how the autoscaler answers them.</summary>
    /// <value>Default <c>best-effort-atomic-scale-up.autoscaling.x-k8s.io</c>: all nodes or none.</value>
    [Required(ErrorMessage = "expected the name of a provisioning class.")]
    public string ProvisioningClass { get; set; } = "best-effort-atomic-scale-up.autoscaling.x-k8s.io";

    /// <summary>True where an autoscaler is turned to.</summary>
    internal bool ScalesUp => ScaleUp != "none";

    /// <summary>True where gates come off for it.</summary>
    internal bool Ungates => ScaleUp == "ungate";
}
