using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The small drawings of the map. A rack is a block of cells with its name on a bar above; an NVLink domain is an outline around its racks. Every
/// cell says on hovering which node it is and what runs there; a screen reader hears one sentence for each drawing.
/// </summary>
internal sealed class MapDrawing(HtmlWriter html, MapDomain cluster, PlacementReport report)
{
    private const int CellWidth = 44;
    private const int CellHeight = 24;
    private const int Gap = 4;
    private const int Head = 18;
    private const int Frame = 8;
    private const int MostRows = 6;
    private const double CharWidth = 6.2;
    private const int BarWidth = 9;
    private const int BarHeight = 30;
    private const int BarsInRow = 24;

    // With more cells than this, names and counts stay in the hover text alone: the file must stay small.
    private const int MostWrittenCells = 2000;
    private const int MostTitleCharacters = 80;
    private const int MostEndCharacters = 3;

    private readonly bool _written = Cells(cluster, cluster.NodeCount >= MapSection.LargeCluster) <= MostWrittenCells;
    private readonly bool _severalEach = cluster.Members > cluster.Count(NodeUse.Gang);

    // A small cluster has room to be read without glasses.
    private readonly double _scale = cluster.NodeCount switch { <= 100 => 1.4, < MapSection.LargeCluster => 1.2, _ => 1.1 };

    /// <summary>Nodes of one rack, or of none.</summary>
    public void Rack(ImmutableArray<MapNode> nodes)
    {
        var size = SizeOf(nodes);
        Begin(size.Width + 2, size.Height + 2, Sentence(nodes[0].Rack is { } rack ? Named.Of("rack", rack) : "nodes without a rack", nodes));
        Block(nodes, 1, 1);
        html.Close().Line();
    }

    /// <summary>The racks of one NVLink domain, as far as they are in one leaf.</summary>
    public void NvLinkDomain(string name, List<ImmutableArray<MapNode>> racks)
    {
        var sizes = racks.ConvertAll(SizeOf);
        var width = sizes.Sum(s => s.Width) + Gap * 2 * (racks.Count - 1) + 2 * Frame;
        var height = sizes.Max(s => s.Height) + Head + 2 * Frame - Gap;
        Begin(width, height, Sentence($"NVLink domain {name}", [.. racks.SelectMany(r => r)]));
        html.Void("rect", "nvl", ("x", "1"), ("y", "1"), ("width", Px(width - 2)), ("height", Px(height - 2)), ("rx", "9"));
        Label($"NVLink {name}", Frame, Head - 3, width - 2 * Frame, "nl");
        var x = Frame;
        for (var r = 0; r < racks.Count; r++)
        {
            Block(racks[r], x, Head + Frame - Gap);
            x += sizes[r].Width + Gap * 2;
        }

        html.Close().Line();
    }

    /// <summary>Domains the gang does not use, each as one bar: free above, busy and unusable below.</summary>
    public void Strip(ImmutableArray<MapDomain> domains)
    {
        var columns = Math.Min(domains.Length, BarsInRow);
        var rows = (domains.Length + BarsInRow - 1) / BarsInRow;
        var all = new MapDomain("", "", domains, []);
        var without = report.Placement is null ? "" : " without the gang";
        Begin(columns * (BarWidth + 3), rows * (BarHeight + Gap), $"{Figures.Count(domains.Length, "domain")}{without}: {MapSection.Counts(all)}");
        for (var i = 0; i < domains.Length; i++) Bar(domains[i], i % BarsInRow * (BarWidth + 3), i / BarsInRow * (BarHeight + Gap));
        html.Close().Line();
    }

    /// <summary>What the cells of every drawing refer to; once a page.</summary>
    public static void WritePatterns(HtmlWriter html)
    {
        html.Open("svg", "patterns", ("width", "0"), ("height", "0"), ("aria-hidden", "true")).Open("defs");
        html.Open("pattern", null, ("id", "off"), ("width", "6"), ("height", "6"), ("patternUnits", "userSpaceOnUse"), ("patternTransform", "rotate(45)"));
        html.Void("rect", "off-base", ("width", "6"), ("height", "6")).Void("path", "off-line", ("d", "M0 0v6")).Close(3).Line();
    }

    /// <summary>A cell as the legend shows it.</summary>
    public static void Sample(HtmlWriter html, string css, string text = "")
    {
        html.Open("svg", "key", ("viewBox", "0 0 26 18"), ("width", "26"), ("height", "18"), ("aria-hidden", "true"));
        var (fill, mark) = css.EndsWith('w') ? (css[..^2], true) : (css, false);
        if (fill == "rk")
        {
            html.Void("path", fill, ("d", "M3 9h20")).Close();
            return;
        }

        if (fill == "bar")
        {
            html.Void("rect", "f", ("x", "9"), ("y", "1"), ("width", "8"), ("height", "16"), ("rx", "2")).Void("rect", "b", ("x", "9"), ("y", "9"), ("width", "8"), ("height", "8"), ("rx", "2")).Close();
            return;
        }

        html.Void("rect", fill, ("x", "1"), ("y", "1"), ("width", "24"), ("height", "16"), ("rx", fill == "nvl" ? "6" : "4"));
        if (fill == "p") html.Void("rect", "b", ("x", "1"), ("y", "9"), ("width", "24"), ("height", "8"), ("rx", "3"));
        if (mark) html.Void("path", "w", ("d", "M19 4l4 7h-8z"));
        if (text.Length > 0) html.Element("text", text, "on", ("x", "13"), ("y", "13"), ("text-anchor", "middle"));
        html.Close();
    }

    private static int Cells(MapDomain domain, bool large) =>
        domain.Below.IsEmpty ? large && domain.Members == 0 ? 0 : domain.NodeCount : domain.Below.Sum(b => Cells(b, large));

    private static (int Width, int Height, int Rows) SizeOf(ImmutableArray<MapNode> nodes)
    {
        var columns = (nodes.Length + MostRows - 1) / MostRows;
        var rows = (nodes.Length + columns - 1) / columns;
        return (columns * (CellWidth + Gap) - Gap, rows * (CellHeight + Gap) + (nodes[0].Rack is null ? 0 : Head), rows);
    }

    private void Block(ImmutableArray<MapNode> nodes, int left, int top)
    {
        var size = SizeOf(nodes);
        if (nodes[0].Rack is { } rack)
        {
            Label(RackLabel(rack, size.Width), left, top + 9, size.Width, "rl");
            html.Void("path", "rk", ("d", $"M{left} {top + 13}h{size.Width}"));
            top += Head;
        }

        for (var i = 0; i < nodes.Length; i++) Cell(nodes[i], left + i / size.Rows * (CellWidth + Gap), top + i % size.Rows * (CellHeight + Gap));
    }

    private void Cell(MapNode node, int x, int y)
    {
        html.Open("g").Element("title", Hover(node));
        html.Void("rect", Css(node.Use), ("x", Px(x)), ("y", Px(y)), ("width", Px(CellWidth)), ("height", Px(CellHeight)), ("rx", "4"));
        if (node.Use == NodeUse.Partly)
        {
            var filled = Math.Clamp(node.UsedGpus / Math.Max(1, node.Gpus), 0.1, 0.9) * CellHeight;
            html.Void("rect", "b", ("x", Px(x)), ("y", HtmlWriter.Number(y + CellHeight - filled)), ("width", Px(CellWidth)), ("height", HtmlWriter.Number(filled)), ("rx", "3"));
        }

        if (node.BudgetInTheWay && node.Use is NodeUse.Free or NodeUse.Partly) html.Void("path", "w", ("d", $"M{x + CellWidth - 8} {y + 7}l5 9h-10z"));
        var ink = node.Use == NodeUse.Gang ? "on" : "off";
        if (_written) html.Element("text", Ending(node.Name), ink, ("x", Px(x + 5)), ("y", Px(y + 16)));
        if (node.Use == NodeUse.Gang && (_written || _severalEach))
        {
            html.Element("text", Figures.Whole(node.Members.Length), "on c", ("x", Px(x + CellWidth - 5)), ("y", Px(y + 17)), ("text-anchor", "end"));
        }

        html.Close();
    }

    private void Bar(MapDomain domain, int x, int y)
    {
        html.Open("g").Element("title", $"{ClusterMap.Title(domain)}: {MapSection.Counts(domain)}");
        html.Void("rect", "f", ("x", Px(x)), ("y", Px(y)), ("width", Px(BarWidth)), ("height", Px(BarHeight)), ("rx", "2"));
        var nodes = Math.Max(1, domain.NodeCount);
        var busy = (double)BarHeight * (domain.Count(NodeUse.Busy) + 0.5 * domain.Count(NodeUse.Partly)) / nodes;
        var unusable = (double)BarHeight * domain.Count(NodeUse.Unusable) / nodes;
        Part("b", y + BarHeight - busy, busy);
        Part("u", y + BarHeight - busy - unusable, unusable);
        html.Close();

        void Part(string css, double top, double height)
        {
            if (height > 0) html.Void("rect", css, ("x", Px(x)), ("y", HtmlWriter.Number(top)), ("width", Px(BarWidth)), ("height", HtmlWriter.Number(height)), ("rx", "2"));
        }
    }

    private void Begin(int width, int height, string sentence) => html.Open(
        "svg", null, ("viewBox", $"0 0 {width} {height}"), ("width", HtmlWriter.Number(width * _scale)), ("height", HtmlWriter.Number(height * _scale)),
        ("role", "img"), ("aria-label", sentence));

    private void Label(string text, int x, int y, int width, string css) =>
        html.Element("text", SafeText.CutMiddle(text, Math.Max(4, (int)(width / CharWidth)), "…"), css, ("x", Px(x)), ("y", Px(y)));

    private static string Sentence(string what, ImmutableArray<MapNode> nodes)
    {
        var domain = new MapDomain("", "", [], nodes);
        var members = domain.Members > 0 ? $"{Figures.Count(domain.Members, "pod")} of the gang; " : "";
        return $"{what}: {members}{MapSection.Counts(domain)}";
    }

    // The legend says what the bar is; where "rack-1050" is too long, its number tells it apart.
    private static string RackLabel(string rack, int width)
    {
        var whole = Named.Of("rack", rack);
        if (whole.Length <= width / CharWidth) return whole;
        var rest = rack.StartsWith("rack", StringComparison.OrdinalIgnoreCase) ? rack["rack".Length..].TrimStart('-', '_', '.', ' ') : rack;
        return rest.Length > 0 ? rest : rack;
    }

    private static string Hover(MapNode node)
    {
        var gpus = node.Gpus > 0 ? $"{Figures.Digits(node.UsedGpus)} of {Figures.Count(node.Gpus, "GPU")} taken by other pods" : "no GPU";
        var state = node.Use switch
        {
            NodeUse.Gang => $"{Figures.Count(node.Members.Length, "pod")}: {SafeText.Cut(NameRanges.Of(node.Members.Select(m => m.Name)), MostTitleCharacters, "…")}{Rank(node)}",
            NodeUse.Unusable => $"unusable: {node.Trouble}",
            NodeUse.Free => "free",
            NodeUse.Partly => $"partly busy: {gpus}",
            _ => $"busy: {gpus}",
        };
        var budget = node.BudgetInTheWay ? ", a power budget is in the way" : "";
        return $"{node.Name} · {state}{budget}";
    }

    private static string Rank(MapNode node) => node.Members.Min(m => m.FirstRank) is { } rank ? $", first rank {rank}" : "";

    private static string Css(NodeUse use) => use switch
    {
        NodeUse.Gang => "g",
        NodeUse.Busy => "b",
        NodeUse.Partly => "p",
        NodeUse.Unusable => "u",
        _ => "f",
    };

    // What tells nodes of a rack apart: the number at the end, else the last letters.
    private static string Ending(string name)
    {
        var start = name.Length;
        while (start > 0 && char.IsAsciiDigit(name[start - 1])) start--;
        if (start == name.Length) start = 0;
        return name[Math.Max(start, name.Length - MostEndCharacters)..];
    }

    private static string Px(int value) => HtmlWriter.Number(value);
}
