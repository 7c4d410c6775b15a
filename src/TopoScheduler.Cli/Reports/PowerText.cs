using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Server.Answers;

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

    private const string Left = "left";
    private const string Stranded = "stranded";
    private const string FullDraw = "full draw";

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, PowerView view)
    {
        WriteTotal(page, view);
        if (view.Domains.IsEmpty)
        {
            page.Write(page.Line().Add($"{TextPage.Indent}{PowerWords.NoDomains}", Ink.Warn));
            return;
        }

        var rows = PowerTreeRow.Of(view.Domains, page.Style.Glyphs);
        var table = Table.Of(page.Style, [.. rows.Select(r => r.Label)], view);
        page.Blank();
        WriteHead(page, table);
        foreach (var row in rows) WriteRow(page, table, row);
        WriteTightest(page, table, view);
        OvershootSection.Write(page, view.Overshoots);
    }

    private static void WriteTotal(TextPage page, PowerView view)
    {
        var total = view.Total;
        page.Paragraph(page.Line().Add("POWER", Ink.Bold).Add("  "), PowerWords.Total(view));
        if (total.OutsideNodes > 0) page.Write(page.Line().Add($"{TextPage.Indent}{PowerWords.Outside(total)}", Ink.Warn));
    }

    private static void WriteHead(TextPage page, Table table)
    {
        var line = page.Line().Add(new string(' ', TextPage.Indent.Length + table.Label + 2 + table.Bar));
        foreach (var head in table.Heads) line.Add("  ").Field(head, Math.Max(table.Digits, head.Length), Ink.Dim, right: true);
        page.Write(table.Nodes ? line.Field("nodes", NodeColumns, Ink.Dim, right: true) : line);
    }

    private static void WriteRow(TextPage page, Table table, PowerTreeRow row)
    {
        var domain = row.Domain;
        var ink = domain.OverBudget ? Ink.Bad : Ink.Plain;
        var line = page.Line().Add(TextPage.Indent).Field(SafeText.CutMiddle(row.Label, table.Label, page.Style.Glyphs.Ellipsis), table.Label).Add("  ");
        if (domain.BudgetWatts is { } budget) line.Bar(0, domain.CommittedWatts, budget, table.Bar, ink);
        else line.Add(new string(' ', table.Bar));
        foreach (var head in table.Heads)
        {
            var watts = Figure(domain, head);
            var inkOf = head == Left ? domain.OverBudget ? Ink.Bad : Ink.Bold : head == Stranded && watts > 0 ? Ink.Warn : Ink.Plain;
            line.Add("  ").Field(watts is { } figure ? Figures.Whole(figure) : "-", Math.Max(table.Digits, head.Length), inkOf, right: true);
        }

        if (table.Nodes) line.Field(Figures.Whole(domain.Nodes), NodeColumns, Ink.Dim, right: true);
        if (domain.OverBudget) line.Add("  OVER", Ink.Bad);
        else if (domain.Ample) line.Add("  ample", Ink.Dim);
        page.Write(line);
    }

    private static long? Figure(PowerTreeDomain domain, string head) => head switch
    {
        Left => domain.HeadroomWatts,
        Stranded => domain.StrandedWatts,
        FullDraw => domain.FullDrawWatts,
        "budget" => domain.BudgetWatts,
        "measured" => domain.MeasuredWatts,
        _ => domain.CommittedWatts,
    };

    /// <summary>Of many racks those that are over or nearest to it: a tree of hundreds of lines hides them.</summary>
    private static void WriteTightest(TextPage page, Table table, PowerView view)
    {
        var racks = view.Domains.Where(d => d is { Kind: "rack", BudgetWatts: not null }).ToList();
        if (racks.Count <= MostRacks) return;
        page.Heading("TIGHTEST RACKS", "least headroom first");
        foreach (var rack in racks.OrderBy(d => d.HeadroomWatts).Take(MostRacks)) WriteRow(page, table, new(0, "", PowerTreeRow.NameOf([rack]), rack, 1));
    }

    /// <summary>Columns of the table; a narrow page leaves out the last figures.</summary>
    private sealed record Table(int Label, int Bar, int Digits, string[] Heads, bool Nodes)
    {
        public static Table Of(TextStyle style, List<string> labels, PowerView view)
        {
            var digits = view.Domains.Max(d => new[] { d.CommittedWatts, d.MeasuredWatts ?? 0, d.BudgetWatts ?? 0, d.HeadroomWatts ?? 0, d.FullDrawWatts }.Max(w => Figures.Whole(w).Length));
            string[] heads = ["drawn", .. view.IsMeasured ? ["measured"] : Array.Empty<string>(), "budget", PowerText.Left, Stranded, FullDraw];
            var nodes = true;
            while (Room() < FewestLabelColumns + FewestBarColumns && (nodes || heads.Length > 3)) (heads, nodes) = (heads[..^1], false);
            var left = Room();
            var label = Math.Clamp(left - FewestBarColumns, 8, Math.Min(MostLabelColumns, Math.Max(8, labels.Max(l => l.Length))));
            return new(label, Math.Clamp(left - label, FewestBarColumns, MostBarColumns), digits, heads, nodes);

            int Room() => style.Width - TextPage.Indent.Length - 2 - heads.Sum(h => 2 + Math.Max(digits, h.Length)) - (nodes ? NodeColumns + WordColumns : 0);
        }
    }
}
