using System.Collections.Immutable;

namespace TopoScheduler.Core.Topology;

/// <summary>One switch domain of the fabric: the nodes below one leaf, spine or core. A contiguous range of node indices.</summary>
/// <param name="Tier">Index of the switch tier, 0 being the leaf.</param>
/// <param name="Index">Index among the domains of its tier.</param>
/// <param name="Name">The id the labels gave, or <c>?</c> where the label is missing.</param>
/// <param name="Path">Names from the widest tier down to this one, joined by <c>/</c>.</param>
/// <param name="Parent">Index among the domains of the next wider tier; -1 at the widest.</param>
/// <param name="FirstNode">Index of its first node.</param>
/// <param name="NodeCount">How many nodes it has.</param>
public sealed record FabricDomain(int Tier, int Index, string Name, string Path, int Parent, int FirstNode, int NodeCount);

/// <summary>GPUs on one NVLink fabric, as the nodes that hold them. An axis of its own: it need not nest in the switch tiers.</summary>
/// <param name="Index">Index among the NVLink domains.</param>
/// <param name="Name">The id the labels gave, or the node's name for a node that is a domain of its own.</param>
/// <param name="Nodes">Node indices, ascending.</param>
public sealed record NvLinkDomain(int Index, string Name, ImmutableArray<int> Nodes);
