using System.Collections.Immutable;

namespace TopoScheduler.Core.Topology;

/// <summary>What makes two equal ids the same switch.</summary>
public enum IdScope
{
    /// <summary>Ids are local to their parent: leaf <c>s3</c> under two spines is two leaves.</summary>
    Path,

    /// <summary>Ids are unique: one id under two parents is a problem, and the majority parent wins.</summary>
    Unique,
}

/// <summary>
/// Where one node says it is in the network: two axes side by side (the third, rack, belongs to power). What the labels said, before they
/// are checked against those of other nodes.
/// </summary>
/// <param name="Profile">The label profile that was read, for messages: <c>topograph</c>, <c>eks</c>, ...; <c>none</c> without labels.</param>
/// <param name="Fabric">Switch ids, nearest first: [0] leaf, [1] spine, [2] core. A null is a missing label; trailing tiers may be left out.</param>
/// <param name="Scope">What makes two equal ids the same switch.</param>
/// <param name="NvLinkDomain">Id of the NVLink domain the node shares with others; null when the node is a domain of its own.</param>
public sealed record NodeLocation(string Profile, ImmutableArray<string?> Fabric, IdScope Scope, string? NvLinkDomain)
{
    /// <summary>No labels at all.</summary>
    public static NodeLocation Unknown { get; } = new("none", [], IdScope.Path, null);

    /// <summary>Compared by value, the fabric path too: a node that is read again is in the same place.</summary>
    public bool Equals(NodeLocation? other) =>
        other is not null && Profile == other.Profile && Scope == other.Scope && NvLinkDomain == other.NvLinkDomain && Fabric.AsSpan().SequenceEqual(other.Fabric.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Profile, Scope, NvLinkDomain, Fabric.Length);
}
