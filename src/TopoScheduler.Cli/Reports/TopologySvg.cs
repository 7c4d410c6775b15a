using System.Globalization;
using System.Text;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The network as one self-contained picture: boxes in boxes from the widest tier down, a square for each node, filled as far as its GPUs are busy.
/// Every square and box says its figures on hover. No script, no font, nothing fetched; light and dark.
/// </summary>
internal static class TopologySvg
{
    private const int Cell = 16;
    private const int Gap = 4;
    private const int Padding = 8;
    private const int Title = 20;
    private const int CellsPerRow = 12;
    private const int Width = 1200;
    private const int Header = 64;
    private const double CharacterWidth = 6.6;

    private const string Style = """
        svg{font:12px system-ui,sans-serif;background:#fff}text{fill:#1b1f24}.box{fill:none;stroke:#8c959f}.nvl{stroke:#1a7f37;stroke-dasharray:3 2}
        .free{fill:#d0ebd8;stroke:#4f8a5f}.busy{fill:#0b5cad}.closed{fill:#f3c9c5;stroke:#b3362b}.none{fill:#e6e8eb;stroke:#8c959f}.big{font-size:18px;font-weight:600}
        @media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.box{stroke:#6e7681}.nvl{stroke:#56d364}.free{fill:#12331d;stroke:#56a86b}.busy{fill:#58a6ff}.closed{fill:#4b1914;stroke:#f08a80}.none{fill:#21262d;stroke:#6e7681}}
        """;

    /// <summary>Writes it.</summary>
    public static string Write(TopologyView view)
    {
        var root = Layout(view.Cluster, Width - 2 * Padding);
        var (width, height) = (Math.Max(root.Width + 2 * Padding, 560), root.Height + Header + Padding);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>Topology of {Figures.Count(view.Cluster.NodeCount, "node")}</title>\n<style>{Style}</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"big\" x=\"{Padding}\" y=\"24\">{Figures.Count(view.Cluster.NodeCount, "node")}, {Escape(Free(view.Cluster))}</text>\n");
        Legend(svg);
        Draw(svg, root, Padding, Header);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Legend(StringBuilder svg)
    {
        var x = Padding;
        foreach (var (kind, text) in ((string, string)[])[("free", "free"), ("busy", "busy"), ("closed", "takes no pods"), ("none", "no GPU")])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{x}\" y=\"36\" width=\"12\" height=\"12\" rx=\"2\"/><text x=\"{x + 17}\" y=\"46\">{text}</text>\n");
            x += 34 + (int)(text.Length * CharacterWidth);
        }
    }

    private static Box Layout(TopologyBranch branch, int available)
    {
        var inner = available - 2 * Padding;
        var children = branch.Domains.Select(d => Layout(d, inner)).ToList();
        var places = new List<(int X, int Y)>();
        int x = 0, y = 0, rowHeight = 0, widest = 0;
        foreach (var child in children)
        {
            if (x > 0 && x + child.Width > inner) (x, y, rowHeight) = (0, y + rowHeight + Gap, 0);
            places.Add((x, y));
            (x, rowHeight) = (x + child.Width + Gap, Math.Max(rowHeight, child.Height));
            widest = Math.Max(widest, x - Gap);
        }

        var rows = (branch.Nodes.Length + CellsPerRow - 1) / CellsPerRow;
        var cells = Math.Min(branch.Nodes.Length, CellsPerRow) * (Cell + Gap);
        var name = (int)(Caption(branch).Length * CharacterWidth);
        return new(branch, Math.Max(Math.Max(widest, cells), Math.Min(name, inner)) + 2 * Padding, Title + y + rowHeight + rows * (Cell + Gap) + Padding, children, places);
    }

    private static void Draw(StringBuilder svg, Box box, int x, int y)
    {
        var kind = box.Branch.Tier == "nvlink-domain" ? "box nvl" : "box";
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Escape(Named.Of(box.Branch.Tier, box.Branch.Name))}: {Figures.Count(box.Branch.NodeCount, "node")}, {Escape(Free(box.Branch))}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{box.Width}\" height=\"{box.Height}\" rx=\"4\"/>");
        var room = (int)((box.Width - 2 * Padding) / CharacterWidth);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + Padding}\" y=\"{y + 15}\">{Escape(SafeText.CutMiddle(Caption(box.Branch), Math.Max(4, room), "…"))}</text></g>\n");
        for (var i = 0; i < box.Children.Count; i++) Draw(svg, box.Children[i], x + Padding + box.Places[i].X, y + Title + box.Places[i].Y);
        for (var i = 0; i < box.Branch.Nodes.Length; i++)
        {
            DrawNode(svg, box.Branch.Nodes[i], x + Padding + i % CellsPerRow * (Cell + Gap), y + Title + i / CellsPerRow * (Cell + Gap));
        }
    }

    private static void DrawNode(StringBuilder svg, TopologyNode node, int x, int y)
    {
        var kind = node.Closed is not null ? "closed" : node.Gpus == 0 ? "none" : "free";
        var state = node.Gpus == 0 ? "no GPU" : $"{node.BusyGpus} of {Figures.Count(node.Gpus, "GPU")} busy";
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Escape(node.Name)}: {state}{(node.Closed is null ? "" : $", {node.Closed}")}{(node.Rack is null ? "" : $", rack {Escape(node.Rack)}")}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{Cell}\" height=\"{Cell}\" rx=\"2\"/>");
        if (node.BusyGpus > 0)
        {
            var height = Math.Max(2, Cell * node.BusyGpus / Math.Max(1, node.Gpus));
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"busy\" x=\"{x}\" y=\"{y + Cell - height}\" width=\"{Cell}\" height=\"{height}\" rx=\"2\"/>");
        }

        svg.Append("</g>\n");
    }

    private static string Caption(TopologyBranch branch) => $"{Named.Of(branch.Tier, branch.Name)} · {Figures.Whole(branch.FreeGpus)} of {Figures.Whole(branch.Gpus)} free";

    private static string Free(TopologyBranch branch) => $"{Figures.Whole(branch.FreeGpus)} of {Figures.Count(branch.Gpus, "GPU")} free";

    // Names come from labels of strangers; XML forbids most control characters even escaped.
    private static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in SafeText.Show(text, unicode: true))
        {
            safe.Append(c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", _ => char.IsSurrogate(c) || c is '\ufffe' or '\uffff' ? "?" : c.ToString() });
        }

        return safe.ToString();
    }

    private sealed record Box(TopologyBranch Branch, int Width, int Height, List<Box> Children, List<(int X, int Y)> Places);
}
