using System.Diagnostics.CodeAnalysis;

namespace TopoScheduler.Core.Topology;

/// <summary>
/// A rung of the network, narrowest first: node, nvlink-domain, leaf, spine, core, (tier-3, ...), cluster. Ordered by width.
/// </summary>
public readonly record struct Tier : IComparable<Tier>
{
    private const byte FirstFabric = 2;
    private const byte ClusterOrder = byte.MaxValue;

    private readonly byte _order;

    private Tier(byte order) => _order = order;

    /// <summary>A single node.</summary>
    public static Tier Node => new(0);

    /// <summary>GPUs on one NVLink fabric (or another scale-up fabric).</summary>
    public static Tier NvLinkDomain => new(1);

    /// <summary>The switch tier closest to the node (tier 0 of Topograph).</summary>
    public static Tier Leaf => Fabric(0);

    /// <summary>The second switch tier.</summary>
    public static Tier Spine => Fabric(1);

    /// <summary>The third switch tier.</summary>
    public static Tier Core => Fabric(2);

    /// <summary>Everything: always one domain.</summary>
    public static Tier Cluster => new(ClusterOrder);

    /// <summary>The switch tier with the given index, 0 being the leaf.</summary>
    public static Tier Fabric(int index) => new(checked((byte)(FirstFabric + index)));

    /// <summary>True for leaf, spine, core and wider switch tiers.</summary>
    public bool IsFabric => _order is >= FirstFabric and < ClusterOrder;

    /// <summary>Index of a switch tier, 0 being the leaf. Meaningful only if <see cref="IsFabric"/>.</summary>
    public int FabricIndex => _order - FirstFabric;

    /// <summary>The field's word for the tier, as used in annotations and reports.</summary>
    public string Name => _order switch
    {
        0 => "node",
        1 => "nvlink-domain",
        2 => "leaf",
        3 => "spine",
        4 => "core",
        ClusterOrder => "cluster",
        _ => $"tier-{FabricIndex}",
    };

    /// <summary>Reads a tier name. Names are case-sensitive and exact; <c>tier-0</c> is the leaf.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Tier tier)
    {
        tier = default;
        switch (text)
        {
            case "node": tier = Node; return true;
            case "nvlink-domain": tier = NvLinkDomain; return true;
            case "leaf": tier = Leaf; return true;
            case "spine": tier = Spine; return true;
            case "core": tier = Core; return true;
            case "cluster": tier = Cluster; return true;
        }

        if (text is { Length: 6 } && text.StartsWith("tier-", StringComparison.Ordinal) && char.IsAsciiDigit(text[5]))
        {
            tier = Fabric(text[5] - '0');
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public int CompareTo(Tier other) => _order.CompareTo(other._order);

    /// <summary>Narrower than <paramref name="b"/>.</summary>
    public static bool operator <(Tier a, Tier b) => a._order < b._order;

    /// <summary>Wider than <paramref name="b"/>.</summary>
    public static bool operator >(Tier a, Tier b) => a._order > b._order;

    /// <summary>At most as wide as <paramref name="b"/>.</summary>
    public static bool operator <=(Tier a, Tier b) => a._order <= b._order;

    /// <summary>At least as wide as <paramref name="b"/>.</summary>
    public static bool operator >=(Tier a, Tier b) => a._order >= b._order;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
