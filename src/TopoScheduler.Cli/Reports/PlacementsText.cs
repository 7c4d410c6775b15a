using System.Collections.Immutable;

namespace TopoScheduler.Cli.Reports;

/// <summary>
/// Gangs for people, one a line; what does not fit the page is cut, the message first:
/// <code>
/// GANG           PHASE    BOUND  PLACE              NODES   WATTS  AGE  MESSAGE
/// job/ml/llama   Bound     8/8   leaf spine-1/su-1      8  63,200  2h   Placed: 8 pods …
/// job/ml/wait    Waiting   0/4   -                      -       -  5m   Does not fit: …
/// </code>
/// </summary>
internal static class PlacementsText
{
    private const int MostNameColumns = 40;
    private const int MostPlaceColumns = 28;
    private const int FewestMessageColumns = 16;

    private static readonly ImmutableArray<string> Heads = [.. PlacementsWords.Heads.Select(h => h.ToUpperInvariant())];

    /// <summary>Writes them.</summary>
    public static void Write(TextPage page, AgedGangs gangs)
    {
        var view = gangs.View;
        if (view.Gangs.IsEmpty)
        {
            page.Write(page.Line().Add(PlacementsWords.None, Ink.Bold));
            return;
        }

        var rows = PlacementsWords.Rows(gangs);
        int[] widths = [.. Heads.Select((h, i) => Math.Max(h.Length, rows.Max(r => r[i].Length)))];
        if (!page.Style.IsWide) (widths[0], widths[3]) = (Math.Min(widths[0], MostNameColumns), Math.Min(widths[3], MostPlaceColumns));

        // A narrow page leaves out what is looked at least.
        var shown = Enumerable.Range(0, Heads.Length).ToList();
        foreach (var least in (int[])[6, 4, 5, 3])
        {
            if (page.Style.Width - shown.Sum(i => widths[i] + 2) < FewestMessageColumns) shown.Remove(least);
        }

        WriteRow(page, shown, widths, Heads, null).Flush(page, "MESSAGE", Ink.Dim);
        for (var i = 0; i < rows.Length; i++) WriteRow(page, shown, widths, rows[i], PlacementsWords.InkOf(view.Gangs[i].Phase)).Flush(page, view.Gangs[i].Message, Ink.Plain);
    }

    private static Row WriteRow(TextPage page, List<int> shown, int[] widths, ImmutableArray<string> cells, Ink? phase)
    {
        var line = page.Line();
        foreach (var i in shown)
        {
            var ink = phase is null ? Ink.Dim : i == 1 ? phase.Value : Ink.Plain;
            var cell = i is 0 or 3 ? SafeText.CutMiddle(cells[i], widths[i], page.Style.Glyphs.Ellipsis) : cells[i];
            line.Field(cell, widths[i], ink, right: PlacementsWords.IsNumber(i)).Add("  ");
        }

        return new(line);
    }

    private readonly record struct Row(TextLine Line)
    {
        // A wide page has room for the whole sentence, however long it is.
        public void Flush(TextPage page, string message, Ink ink)
        {
            if (page.Style.IsWide) page.Paragraph(Line, message, ink);
            else page.Write(Line.Add(message, ink));
        }
    }
}
