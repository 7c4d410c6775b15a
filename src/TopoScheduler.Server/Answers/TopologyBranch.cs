using System.Collections.Immutable;

namespace TopoScheduler.Server.Answers;

/// <summary>A domain of the network and everything below it.</summary>
public sealed record TopologyBranch
{
    /// <summary>Its tier.</summary>
    public required string Tier { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Nodes below it.</summary>
    public required int NodeCount { get; init; }

    /// <summary>Their physical GPUs.</summary>
    public required long Gpus { get; init; }

    /// <summary>Those that pods have.</summary>
    public required long BusyGpus { get; init; }

    /// <summary>Free ones on nodes that take new pods.</summary>
    public required long FreeGpus { get; init; }

    /// <summary>Domains of the next narrower tier.</summary>
    public required ImmutableArray<TopologyBranch> Domains { get; init; }

    /// <summary>Nodes, where no narrower domain is drawn.</summary>
    public required ImmutableArray<TopologyNode> Nodes { get; init; }

    /// <summary>Nodes at any depth.</summary>
    public IEnumerable<TopologyNode> AllNodes() => Nodes.Concat(Domains.SelectMany(d => d.AllNodes()));

    /// <summary>A domain with its sums.</summary>
    public static TopologyBranch Of(string tier, string name, ImmutableArray<TopologyBranch> domains, ImmutableArray<TopologyNode> nodes) => new()
    {
        Tier = tier,
        Name = name,
        NodeCount = domains.Sum(d => d.NodeCount) + nodes.Length,
        Gpus = domains.Sum(d => d.Gpus) + nodes.Sum(n => n.Gpus),
        BusyGpus = domains.Sum(d => d.BusyGpus) + nodes.Sum(n => n.BusyGpus),
        FreeGpus = domains.Sum(d => d.FreeGpus) + nodes.Sum(n => n.FreeGpus),
        Domains = domains,
        Nodes = nodes,
    };
}
