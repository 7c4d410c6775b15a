using System.Globalization;
using System.Text;

namespace TopoScheduler.Core.Topology;

/// <summary>Writes a <see cref="TopologyGraph"/> in the DOT language of Graphviz. Equal graphs give equal text.</summary>
public static class DotWriter
{
    /// <summary>The graph as an undirected DOT graph. Names are escaped: they come from labels.</summary>
    public static string Write(TopologyGraph graph)
    {
        var text = new StringBuilder("graph topology {\n  rankdir=BT;\n");
        foreach (var vertex in graph.Vertices)
        {
            text.Append(CultureInfo.InvariantCulture, $"  v{vertex.Index} [label={Quote(Caption(vertex))}, shape={Shape(vertex.Kind)}];\n");
        }

        foreach (var edge in graph.Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"  v{edge.A} -- v{edge.B}");
            text.Append(edge.CarriesData
                ? string.Create(CultureInfo.InvariantCulture, $" [label=\"{edge.BandwidthGBps} GB/s, {edge.LatencyUs} µs\"];\n")
                : " [style=dotted];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Caption(Vertex vertex) => vertex.Kind switch
    {
        VertexKind.Node => vertex.Label,
        VertexKind.Rack => $"rack {vertex.Label}",
        VertexKind.PowerDomain => vertex.Label,
        _ => $"{vertex.Tier!.Value.Name} {vertex.Label}",
    };

    private static string Shape(VertexKind kind) => kind switch
    {
        VertexKind.Node => "box",
        VertexKind.NvLinkDomain => "hexagon",
        VertexKind.Switch => "ellipse",
        VertexKind.Rack => "box3d",
        _ => "house",
    };

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", _ => char.IsControl(c) ? " " : c.ToString() });
        }

        return quoted.Append('"').ToString();
    }
}
