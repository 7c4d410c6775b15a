namespace TopoScheduler.Core.Topology;

/// <summary>What a vertex of a <see cref="TopologyGraph"/> stands for.</summary>
public enum VertexKind
{
    /// <summary>A Kubernetes node.</summary>
    Node,

    /// <summary>The switches of an NVLink domain that joins several nodes.</summary>
    NvLinkDomain,

    /// <summary>A leaf, spine, core or wider switch domain.</summary>
    Switch,

    /// <summary>A rack, where given.</summary>
    Rack,

    /// <summary>A PDU, row or facility, where given.</summary>
    PowerDomain,
}

/// <summary>A vertex of a <see cref="TopologyGraph"/>.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Tier">Its rung of the network; null for racks and power domains.</param>
/// <param name="Name">Its name, unique within its kind.</param>
/// <param name="Label">What a drawing shows.</param>
public sealed record Vertex(int Index, VertexKind Kind, Tier? Tier, string Name, string Label);
