using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// The power tree for people. Racks that are alike are one line; a rack on feeds A and B is drawn below the first of its PDUs:
/// <code>
///                               drawn   budget     left  stranded  full draw  nodes
/// row-1             ████░░░░   92,000  150,000   58,000         0    163,200     16
/// ├─ pdu-a, feed A  █████░░░   92,000  120,000   28,000         0    163,200     16
/// │  └─ r[1-4] × 4  ██████░░   23,000   26,000    3,000         0     40,800      4
/// └─ pdu-b, feed B  ████░░░░   92,000  140,000   48,000    20,000    163,200     16
/// </code>
/// </summary>
internal static class PowerText
{
    private const int MostLabelColumns = 34;
    private const int MostBarColumns = 12;
    private const int FewestBarColumns = 4;
    private const int FewestLabelColumns = 12;
    private const int NodeColumns = 7;
    private const int WordColumns = 8;
    private const int MostRacks = 10;

    private static readonly string[] Heads = ["drawn", "budget", "left", "stranded", "full draw"];

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, PowerView view)
    {
        var shown = view.Domains.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        var widest = view.Domains.Where(d => !d.Parents.Any(shown.Contains));

        // Budgets that are not over all of the nodes say nothing of their share.
        WriteTotal(page, view.Total, view.Total.OutsideNodes == 0 && widest.All(d => d.BudgetWatts is not null));
        if (view.Domains.IsEmpty)
        {
            page.Write(page.Line().Add($"{TextPage.Indent}No node has power labels: nothing bounds their watts.", Ink.Warn));
            return;
        }

        var rows = new List<Row>();
        var below = view.Domains.ToLookup(d => d.Parents.FirstOrDefault(shown.Contains) ?? "", StringComparer.Ordinal);
        Collect(below, "", null, page.Style.Glyphs, rows);
        var table = Table.Of(page.Style, [.. rows.Select(r => r.Label)], view);
        page.Blank();
        WriteHead(page, table);
        foreach (var row in rows) WriteRow(page, table, row);
        WriteTightest(page, table, view);
    }

    private static void WriteTotal(TextPage page, PowerTreeTotal total, bool likeWithLike)
    {
        var share = likeWithLike && total.BudgetWatts is { } whole ? $", {Figures.Share(total.CommittedWatts, whole)} of it drawn" : "";
        var budget = total.BudgetWatts is { } watts ? $"budget {Figures.Whole(watts)} W{share}" : "no budget";
        page.Paragraph(
            page.Line().Add("POWER", Ink.Bold).Add("  "),
            $"{Figures.Count(total.Nodes, "node")} draw {Figures.Whole(total.CommittedWatts)} W, at full draw {Figures.Whole(total.FullDrawWatts)} W; {budget}");
        if (total.OutsideNodes > 0) page.Write(page.Line().Add($"{TextPage.Indent}{Figures.Count(total.OutsideNodes, "node")} in no power domain: no budget counts their watts", Ink.Warn));
    }

    // Every domain hangs below the first of its parents that are shown; the widest hang below none.
    private static void Collect(ILookup<string, PowerTreeDomain> below, string parent, string? trunk, Glyphs glyphs, List<Row> rows)
    {
        var groups = Alike(below, parent);
        for (var i = 0; i < groups.Count; i++)
        {
            var last = i == groups.Count - 1;
            var first = groups[i][0];
            rows.Add(new($"{(trunk is null ? "" : trunk + (last ? glyphs.LastBranch : glyphs.Branch))}{Name(groups[i])}", first));
            Collect(below, first.Id, trunk is null ? "" : trunk + (last ? "   " : glyphs.Trunk), glyphs, rows);
        }
    }

    /// <summary>Siblings without anything below them and with equal figures are one row.</summary>
    private static List<List<PowerTreeDomain>> Alike(ILookup<string, PowerTreeDomain> below, string parent) =>
        [.. below[parent].GroupBy(d => d with { Name = below.Contains(d.Id) ? d.Name : "", Parents = ImmutableArray<string>.Empty }).Select(g => g.ToList())];

    private static string Name(List<PowerTreeDomain> alike) =>
        Named.Of(alike[0].Kind, NameRanges.Of(alike.Select(d => d.Name))) + (alike[0].Feed is { } feed ? $", feed {feed}" : "") + (alike.Count > 1 ? $" × {alike.Count}" : "");

    private static void WriteHead(TextPage page, Table table)
    {
        var line = page.Line().Add(new string(' ', TextPage.Indent.Length + table.Label + 2 + table.Bar));
        foreach (var head in Heads.Take(table.Figures)) line.Add("  ").Field(head, Math.Max(table.Digits, head.Length), Ink.Dim, right: true);
        page.Write(table.Nodes ? line.Field("nodes", NodeColumns, Ink.Dim, right: true) : line);
    }

    private static void WriteRow(TextPage page, Table table, Row row)
    {
        var domain = row.Domain;
        var ink = domain.OverBudget ? Ink.Bad : Ink.Plain;
        var line = page.Line().Add(TextPage.Indent).Field(SafeText.CutMiddle(row.Label, table.Label, page.Style.Glyphs.Ellipsis), table.Label).Add("  ");
        if (domain.BudgetWatts is { } budget) line.Bar(0, domain.CommittedWatts, budget, table.Bar, ink);
        else line.Add(new string(' ', table.Bar));
        long?[] figures = [domain.CommittedWatts, domain.BudgetWatts, domain.HeadroomWatts, domain.StrandedWatts, domain.FullDrawWatts];
        for (var i = 0; i < table.Figures; i++)
        {
            var inkOf = i == 2 ? domain.OverBudget ? Ink.Bad : Ink.Bold : i == 3 && figures[i] > 0 ? Ink.Warn : Ink.Plain;
            line.Add("  ").Field(figures[i] is { } watts ? Figures.Whole(watts) : "-", Math.Max(table.Digits, Heads[i].Length), inkOf, right: true);
        }

        if (table.Nodes) line.Field(Figures.Whole(domain.Nodes), NodeColumns, Ink.Dim, right: true);
        if (domain.OverBudget) line.Add("  OVER", Ink.Bad);
        else if (domain.Ample) line.Add("  ample", Ink.Dim);
        page.Write(line);
    }

    /// <summary>Of many racks those that are over or nearest to it: a tree of hundreds of lines hides them.</summary>
    private static void WriteTightest(TextPage page, Table table, PowerView view)
    {
        var racks = view.Domains.Where(d => d is { Kind: "rack", BudgetWatts: not null }).ToList();
        if (racks.Count <= MostRacks) return;
        page.Heading("TIGHTEST RACKS", "least headroom first");
        foreach (var rack in racks.OrderBy(d => d.HeadroomWatts).Take(MostRacks)) WriteRow(page, table, new(Name([rack]), rack));
    }

    private sealed record Row(string Label, PowerTreeDomain Domain);

    /// <summary>Columns of the table; a narrow page leaves out the last figures.</summary>
    private sealed record Table(int Label, int Bar, int Digits, int Figures, bool Nodes)
    {
        public static Table Of(TextStyle style, List<string> labels, PowerView view)
        {
            var digits = view.Domains.Max(d => new[] { d.CommittedWatts, d.BudgetWatts ?? 0, d.HeadroomWatts ?? 0, d.FullDrawWatts }.Max(w => Reports.Figures.Whole(w).Length));
            var (figures, nodes) = (Heads.Length, true);
            if (Left() < FewestLabelColumns + FewestBarColumns) (figures, nodes) = (figures - 1, false);
            var left = Left();
            var label = Math.Clamp(left - FewestBarColumns, 8, Math.Min(MostLabelColumns, Math.Max(8, labels.Max(l => l.Length))));
            return new(label, Math.Clamp(left - label, FewestBarColumns, MostBarColumns), digits, figures, nodes);

            int Left() => style.Width - TextPage.Indent.Length - 2 - Heads.Take(figures).Sum(h => 2 + Math.Max(digits, h.Length)) - (nodes ? NodeColumns + WordColumns : 0);
        }
    }
}
