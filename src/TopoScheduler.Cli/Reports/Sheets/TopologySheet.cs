using System.Collections.Immutable;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>The network: its figures, a drawing of every node, and the tree with domains and nodes that are alike in one row.</summary>
internal static class TopologySheet
{
    /// <summary>Lays it out.</summary>
    public static Sheet Of(TopologyView view)
    {
        var cluster = view.Cluster;
        return new()
        {
            Title = "Topology",
            Lead = $"{TopologyText.Tiers(view)}; {TopologyText.Profiles(view)}",
            Figures =
            [
                new("Nodes", Figures.Whole(cluster.NodeCount)),
                new("GPUs", Figures.Whole(cluster.Gpus)),
                new("Free", Figures.Whole(cluster.FreeGpus), $"{Figures.Share(cluster.FreeGpus, cluster.Gpus)} of all"),
                new("Busy", Figures.Whole(cluster.BusyGpus), $"{Figures.Share(cluster.BusyGpus, cluster.Gpus)} of all"),
                new("Idle on closed nodes", Figures.Whole(Closed(cluster))),
            ],
            Sections =
            [
                new("Map", new SheetDrawing(html => TopologySvg.Draw(html, view), [.. Legend(view)])) { Detail = "A square for each node, filled as far as its GPUs are busy." },
                new("Tree", Tree(view)),
            ],
        };
    }

    private static SheetTable Tree(TopologyView view)
    {
        ImmutableArray<SheetColumn> columns = [new("domain or nodes"), SheetColumn.Bar("busy"), SheetColumn.Number("GPUs free"), SheetColumn.Number("GPUs"), SheetColumn.Number("nodes"), new("state")];
        return new("Free and busy GPUs of every domain; rows that stand for several alike say the figures of each", columns, [.. TopologyRow.Of(view, Glyphs.Drawn).Select(Row)])
        {
            Legend = [("before", "busy"), ("stranded", "idle on closed nodes"), ("left", "free")],
        };
    }

    private static SheetRow Row(TopologyRow row)
    {
        if (row.Domains.IsEmpty)
        {
            return new(row.Name, "", Figures.Whole(row.Nodes.Sum(n => n.FreeGpus)), Figures.Whole(row.Nodes.Sum(n => n.Gpus)), Figures.Whole(row.Nodes.Length), new SheetCell(row.State, Ink.Dim)) { Depth = row.Depth, IsPlain = true };
        }

        var domain = row.Domains[0];
        var bar = new SheetCell($"{Figures.Whole(domain.BusyGpus)} of {Figures.Count(domain.Gpus, "GPU")} busy, {Figures.Whole(domain.FreeGpus)} free")
        {
            Parts = [("before", domain.BusyGpus), ("stranded off-part", Closed(domain))],
            Whole = domain.Gpus,
        };
        var each = row.Domains.Length > 1 ? $"each of {row.Domains.Length}" : "";
        return new(row.Name, bar, Figures.Whole(domain.FreeGpus), Figures.Whole(domain.Gpus), Figures.Whole(domain.NodeCount), new SheetCell(each, Ink.Dim)) { Depth = row.Depth };
    }

    private static IEnumerable<(string Css, string Text)> Legend(TopologyView view)
    {
        yield return ("left", "free");
        if (view.Cluster.BusyGpus > 0) yield return ("before", "busy");
        if (view.Cluster.AllNodes().Any(n => n.Closed is not null)) yield return ("stranded", "takes no pods");
        if (view.Cluster.AllNodes().Any(n => n.Gpus == 0)) yield return ("none", "no GPU");
        yield return ("box", "switch domain");
        if (HasNvLinkDomain(view.Cluster)) yield return ("nvlink", "NVLink domain");
    }

    private static bool HasNvLinkDomain(TopologyBranch branch) => TopologySvg.IsNvLinkDomain(branch) || branch.Domains.Any(HasNvLinkDomain);

    private static long Closed(TopologyBranch branch) => branch.Gpus - branch.FreeGpus - branch.BusyGpus;
}
