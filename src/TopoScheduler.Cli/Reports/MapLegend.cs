using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the cells of the map mean: only what this map shows.</summary>
internal static class MapLegend
{
    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, MapDomain all, PlacementReport report, ImmutableArray<MapDomain> domains, bool large)
    {
        var nodes = domains.SelectMany(Nodes).ToList();
        var cells = !large || report.Placement is not null;
        html.Open("ul", "legend", ("aria-label", "Legend"));
        if (report.Placement is not null) Item(html, "g", "the gang, with its pods", "1");
        Item(html, "f", "free");
        if (all.Count(NodeUse.Partly) > 0) Item(html, "p", "partly busy");
        if (all.Count(NodeUse.Busy) > 0) Item(html, "b", "busy");
        if (all.Count(NodeUse.Unusable) > 0) Item(html, "u", "not Ready, cordoned or off");
        if (cells && nodes.Any(n => n.BudgetInTheWay && n.Use is NodeUse.Free or NodeUse.Partly)) Item(html, "f w", "free, but a power budget is in the way");
        if (cells && nodes.Any(n => n.Rack is not null)) Item(html, "rk", "rack");
        if (cells && nodes.Any(n => n.NvLinkDomain is not null)) Item(html, "nvl", "NVLink domain");
        if (large) Item(html, "bar", "a leaf, by the shares of its nodes");
        html.Close().Line();
    }

    private static void Item(HtmlWriter html, string css, string words, string text = "")
    {
        html.Open("li");
        MapDrawing.Sample(html, css, text);
        html.Text(words).Close();
    }

    private static IEnumerable<MapNode> Nodes(MapDomain domain) => domain.Nodes.Concat(domain.Below.SelectMany(Nodes));
}
