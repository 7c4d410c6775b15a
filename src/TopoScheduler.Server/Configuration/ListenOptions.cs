namespace TopoScheduler.Server.Configuration;

/// <summary>Where requests are listened for.</summary>
public sealed class ListenOptions
{
    /// <summary>Address of the extender, and of health unless that has its own.</summary>
    /// <value>Default <c>http://127.0.0.1:8888</c>; port 0 takes any free one.</value>
    public string Url { get; set; } = "http://127.0.0.1:8888";

    /// <summary>Another address for health alone: probes come from outside the pod.</summary>
    /// <value>Default none: health answers where the extender does.</value>
    public string? HealthUrl { get; set; }

    /// <summary>Lets the extender listen beyond this machine. Whoever reaches it may ask it anything: there is no other check of callers.</summary>
    /// <value>Default false.</value>
    public bool AllowNonLoopback { get; set; }
}
