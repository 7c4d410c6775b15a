using System.Globalization;
using TopoScheduler.Server.Answers;

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

    private static readonly string[] Heads = ["GANG", "PHASE", "BOUND", "PLACE", "NODES", "WATTS", "AGE"];

    /// <summary>Writes them.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="view">The gangs.</param>
    /// <param name="ages">How old each placement is, where that is known.</param>
    public static void Write(TextPage page, GangListView view, IReadOnlyDictionary<(string Namespace, string Name), TimeSpan> ages)
    {
        if (view.Gangs.IsEmpty)
        {
            page.Write(page.Line().Add("No gang is taken care of: there is no GangPlacement.", Ink.Bold));
            return;
        }

        var rows = view.Gangs.Select(g => Cells(g, ages.TryGetValue((g.Namespace, g.Name), out var age) ? age : null)).ToList();
        int[] widths = [.. Heads.Select((h, i) => Math.Max(h.Length, rows.Max(r => r[i].Length)))];
        if (!page.Style.IsWide) (widths[0], widths[3]) = (Math.Min(widths[0], MostNameColumns), Math.Min(widths[3], MostPlaceColumns));

        // A narrow page leaves out what is looked at least.
        var shown = Enumerable.Range(0, Heads.Length).ToList();
        foreach (var least in (int[])[6, 4, 5, 3])
        {
            if (page.Style.Width - shown.Sum(i => widths[i] + 2) < FewestMessageColumns) shown.Remove(least);
        }

        WriteRow(page, shown, widths, Heads, null).Flush(page, "MESSAGE", Ink.Dim);
        for (var i = 0; i < rows.Count; i++) WriteRow(page, shown, widths, rows[i], InkOf(view.Gangs[i].Phase)).Flush(page, view.Gangs[i].Message, Ink.Plain);
    }

    private static Row WriteRow(TextPage page, List<int> shown, int[] widths, string[] cells, Ink? phase)
    {
        var line = page.Line();
        foreach (var i in shown)
        {
            var ink = phase is null ? Ink.Dim : i == 1 ? phase.Value : Ink.Plain;
            var cell = i is 0 or 3 ? SafeText.CutMiddle(cells[i], widths[i], page.Style.Glyphs.Ellipsis) : cells[i];
            line.Field(cell, widths[i], ink, right: i is 2 or 4 or 5).Add("  ");
        }

        return new(line);
    }

    private static string[] Cells(GangView gang, TimeSpan? age) =>
    [
        gang.Gang, gang.Phase, string.Create(CultureInfo.InvariantCulture, $"{gang.Bound}/{gang.Size}"),
        gang.Tier is null ? "-" : gang.Domain is { Length: > 0 } domain && domain != gang.Tier ? $"{gang.Tier} {domain}" : gang.Tier,
        gang.Nodes > 0 ? Figures.Whole(gang.Nodes) : "-", gang.AddedWatts > 0 ? Figures.Whole(gang.AddedWatts) : "-", age is { } known ? Age(known) : "-",
    ];

    private static Ink InkOf(string phase) => phase switch
    {
        "Bound" => Ink.Good,
        "Degraded" => Ink.Bad,
        "Waiting" => Ink.Warn,
        _ => Ink.Plain,
    };

    // As kubectl says it.
    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 120 } => Whole(Math.Max(0, age.TotalSeconds), "s"),
        { TotalMinutes: < 120 } => Whole(age.TotalMinutes, "m"),
        { TotalHours: < 48 } => Whole(age.TotalHours, "h"),
        _ => Whole(age.TotalDays, "d"),
    };

    private static string Whole(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number)}{unit}");

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
