namespace TopoScheduler.Server.Extender;

/// <summary>What a request may take. Beyond it the answer is 413 or 408; the server goes on.</summary>
public sealed record ExtenderLimits
{
    /// <summary>Bytes of a body.</summary>
    /// <value>Default 16 MiB.</value>
    public int BodyBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of a body that carries Node objects (nodeCacheCapable: false); one such body above <see cref="BodyBytes"/> at a time.</summary>
    /// <value>Default 256 MiB.</value>
    public int ObjectBodyBytes { get; init; } = 256 << 20;

    /// <summary>Time to receive a body of up to 1 MiB; each further MiB may take as long again.</summary>
    /// <value>Default 2 s.</value>
    public TimeSpan ReceiveTime { get; init; } = TimeSpan.FromSeconds(2);
}
