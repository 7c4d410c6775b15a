using System.Collections.Immutable;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>A sheet as one HTML file (<see cref="HtmlPage"/>).</summary>
internal static class HtmlSheet
{
    // A list longer than this is cut; the JSON has it all.
    private const int MostRows = 1_000;

    // Characters of a label that fit the narrow column.
    private const int MostShortLabel = 11;

    /// <summary>Writes the page.</summary>
    public static void Write(TextWriter output, Sheet sheet, bool unicode)
    {
        var title = sheet.Verdict is { } verdict ? $"{verdict.Word}: {sheet.Title}" : sheet.Title;
        var drawings = sheet.Sections.Any(s => s.Blocks.Any(b => b is SheetDrawing));
        HtmlPage.Write(output, unicode, title, drawings ? MapDrawing.WritePatterns : null, html =>
        {
            WriteHeader(html, sheet);
            foreach (var section in sheet.Sections.Where(s => !s.Blocks.IsEmpty)) WriteSection(html, section);
            HtmlSections.WriteProblems(html, sheet.Problems, "Notes");
        });
    }

    private static void WriteHeader(HtmlWriter html, Sheet sheet)
    {
        if (sheet.Verdict is { } verdict) HtmlSections.OpenHeader(html, verdict.Ink, verdict.Ink switch { Ink.Good => "✔", Ink.Bad => "✘", _ => "!" }, verdict.Word);
        else html.Open("header", "card");
        html.Element("h1", sheet.Title);
        if (sheet.Size.Length > 0) html.Element("p", sheet.Size, "size");
        if (sheet.Lead.Length > 0) html.Element("p", sheet.Lead, "lead");
        html.Open("dl", "tiles");
        foreach (var (name, value, detail) in sheet.Figures) HtmlSections.Tile(html, name, value, detail);
        html.Close(2).Line();
    }

    private static void WriteSection(HtmlWriter html, SheetSection section)
    {
        html.Open("section", "card");
        if (section.IsFolded) html.Open("details").Open("summary").Element("h2", section.Title).Close();
        else html.Element("h2", section.Title);
        if (section.Detail.Length > 0) html.Element("p", section.Detail, "dim");
        html.Line();
        foreach (var block in section.Blocks) WriteBlock(html, block);
        html.Close(section.IsFolded ? 2 : 1).Line();
    }

    private static void WriteBlock(HtmlWriter html, SheetBlock block)
    {
        switch (block)
        {
            case SheetText sentence:
                html.Element("p", sentence.Text, "sentence").Line();
                break;
            case SheetList list:
                WriteList(html, list.Items);
                break;
            case SheetTable table:
                HtmlTable.Write(html, table, MostRows);
                break;
            case SheetOffers offers:
                HtmlSections.WriteOfferList(html, offers.Offers);
                break;
            case SheetDrawing drawing:
                HtmlSections.WriteLegend(html, drawing.Legend);
                html.Open("div", "scroll net").Line();
                drawing.Draw(html);
                html.Close().Line();
                break;
        }
    }

    private static void WriteList(HtmlWriter html, ImmutableArray<SheetItem> items)
    {
        var longest = items.Max(i => i.Label.Length);
        var labelled = longest > 0;
        html.Open("ul", longest > MostShortLabel ? "reasons long" : labelled ? "reasons" : "points").Line();
        foreach (var item in items.Take(MostRows))
        {
            html.Open("li");
            if (labelled) html.Element("span", item.Label, item.Ink == Ink.Plain ? "label" : $"tag {HtmlSections.Css(item.Ink)}");
            html.Open("span");
            if (item.About.Length > 0) html.Element("b", item.About).Text(item.Text.Length > 0 ? ": " : "");
            html.Text(item.Text);
            foreach (var detail in item.Details) html.Element(detail.IsCommand ? "code" : "span", detail.Text, "more");
            html.Close(2).Line();
        }

        html.Close();
        HtmlTable.WriteRest(html, items.Length - MostRows);
    }
}
