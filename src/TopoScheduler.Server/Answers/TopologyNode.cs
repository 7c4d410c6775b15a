namespace TopoScheduler.Server.Answers;

/// <summary>A node of the network.</summary>
public sealed record TopologyNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its accelerator; null when it has none or an unknown one.</summary>
    public string? Accelerator { get; init; }

    /// <summary>Its rack.</summary>
    public string? Rack { get; init; }

    /// <summary>Its physical GPUs.</summary>
    public required int Gpus { get; init; }

    /// <summary>Those that pods have.</summary>
    public required int BusyGpus { get; init; }

    /// <summary>Free ones, if it takes new pods.</summary>
    public required int FreeGpus { get; init; }

    /// <summary>Why it takes no new pods; null when it does.</summary>
    public string? Closed { get; init; }
}
