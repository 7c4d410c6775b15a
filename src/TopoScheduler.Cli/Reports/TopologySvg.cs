using System.Globalization;
using TopoScheduler.Core.Topology;
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

    /// <summary>The picture as a file of its own.</summary>
    public static string Write(TopologyView view)
    {
        var root = Layout(view.Cluster, Width - 2 * Padding);
        var (width, height) = (Math.Max(root.Width + 2 * Padding, 560), root.Height + Header + Padding);
        using var svg = new StringWriter(CultureInfo.InvariantCulture);
        var picture = new HtmlWriter(svg);
        picture.Open("svg", null, ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {width} {height}"), ("width", Px(width)), ("height", Px(height)), ("role", "img")).Line();
        picture.Element("title", $"Topology of {Figures.Count(view.Cluster.NodeCount, "node")}").Line().Open("style");
        svg.Write(Style);
        picture.Close().Line();
        picture.Element("text", $"{Figures.Count(view.Cluster.NodeCount, "node")}, {Free(view.Cluster)}", "big", ("x", Px(Padding)), ("y", "24")).Line();
        Legend(picture);
        Draw(picture, root, Padding, Header);
        picture.Close().Line();
        return svg.ToString();
    }

    /// <summary>The picture as a part of a page, whose stylesheet colours it and whose legend explains it.</summary>
    public static void Draw(HtmlWriter html, TopologyView view)
    {
        var root = Layout(view.Cluster, Width - 2 * Padding);
        var (width, height) = (root.Width + 2, root.Height + 2);
        html.Open("svg", null, ("viewBox", $"0 0 {width} {height}"), ("width", Px(width)), ("height", Px(height)), ("role", "img"), ("aria-label", $"Map of {Figures.Count(view.Cluster.NodeCount, "node")}, {Free(view.Cluster)}")).Line();
        Draw(html, root, 1, 1);
        html.Close().Line();
    }

    /// <summary>Drawn as an NVLink domain, and not as one of the switches.</summary>
    public static bool IsNvLinkDomain(TopologyBranch branch) => branch.Tier == Tier.NvLinkDomain.Name;

    private static void Legend(HtmlWriter svg)
    {
        var x = Padding;
        foreach (var (kind, text) in ((string, string)[])[("free", "free"), ("busy", "busy"), ("closed", "takes no pods"), ("none", "no GPU")])
        {
            Rect(svg, kind, x, 36, 12, 12).Element("text", text, null, ("x", Px(x + 17)), ("y", "46")).Line();
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

    private static void Draw(HtmlWriter svg, Box box, int x, int y)
    {
        svg.Open("g").Element("title", $"{Named.Of(box.Branch.Tier, box.Branch.Name)}: {Figures.Count(box.Branch.NodeCount, "node")}, {Free(box.Branch)}");
        Rect(svg, IsNvLinkDomain(box.Branch) ? "box nvl" : "box", x, y, box.Width, box.Height, 4);
        var room = (int)((box.Width - 2 * Padding) / CharacterWidth);
        svg.Element("text", SafeText.CutMiddle(Caption(box.Branch), Math.Max(4, room), "…"), null, ("x", Px(x + Padding)), ("y", Px(y + 15))).Close().Line();
        for (var i = 0; i < box.Children.Count; i++) Draw(svg, box.Children[i], x + Padding + box.Places[i].X, y + Title + box.Places[i].Y);
        for (var i = 0; i < box.Branch.Nodes.Length; i++)
        {
            DrawNode(svg, box.Branch.Nodes[i], x + Padding + i % CellsPerRow * (Cell + Gap), y + Title + i / CellsPerRow * (Cell + Gap));
        }
    }

    private static void DrawNode(HtmlWriter svg, TopologyNode node, int x, int y)
    {
        var kind = node.Closed is not null ? "closed" : node.Gpus == 0 ? "none" : "free";
        var state = node.Gpus == 0 ? "no GPU" : $"{node.BusyGpus} of {Figures.Count(node.Gpus, "GPU")} busy";
        svg.Open("g").Element("title", $"{node.Name}: {state}{(node.Closed is null ? "" : $", {node.Closed}")}{(node.Rack is null ? "" : $", rack {node.Rack}")}");
        Rect(svg, kind, x, y, Cell, Cell);
        if (node.BusyGpus > 0)
        {
            var height = Math.Max(2, Cell * node.BusyGpus / Math.Max(1, node.Gpus));
            Rect(svg, "busy", x, y + Cell - height, Cell, height);
        }

        svg.Close().Line();
    }

    private static HtmlWriter Rect(HtmlWriter svg, string css, int x, int y, int width, int height, int round = 2) =>
        svg.Void("rect", css, ("x", Px(x)), ("y", Px(y)), ("width", Px(width)), ("height", Px(height)), ("rx", Px(round)));

    private static string Px(int value) => HtmlWriter.Number(value);

    private static string Caption(TopologyBranch branch) => $"{Named.Of(branch.Tier, branch.Name)} · {Figures.Whole(branch.FreeGpus)} of {Figures.Whole(branch.Gpus)} free";

    private static string Free(TopologyBranch branch) => $"{Figures.Whole(branch.FreeGpus)} of {Figures.Count(branch.Gpus, "GPU")} free";

    private sealed record Box(TopologyBranch Branch, int Width, int Height, List<Box> Children, List<(int X, int Y)> Places);
}
