using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>A node for people: where it is, who is on it, what is left, who could not use it.</summary>
internal static class ExplanationNodeText
{
    private const int MostPods = 12;

    /// <summary>Writes it.</summary>
    public static void Write(TextPage page, ExplanationNode node)
    {
        page.Heading("NODE");
        page.Write(page.Labelled("place").Add($"{(node.Path.IsEmpty ? "no switch labels" : string.Join('/', node.Path))}, NVLink domain {node.NvlinkDomain}"));
        foreach (var by in node.ClosedBy) page.Write(page.Labelled("closed by").Add(by, Ink.Bad));
        foreach (var devices in node.Devices) page.Write(page.Labelled("devices").Add($"{Figures.Whole(devices.Free)} of {Figures.Whole(devices.Allocatable)} {devices.Resource} free"));
        page.Write(page.Labelled("draws").Add($"{Figures.Watts(node.DrawWatts)} of at most {Figures.Watts(node.MaxWatts)}"));
        foreach (var domain in node.Power)
        {
            var over = domain.HeadroomWatts < 0;
            page.Write(page.Labelled(domain.Kind).Add($"{domain.Name}: {(over ? $"{Figures.Whole(-domain.HeadroomWatts)} W over" : $"{Figures.Whole(domain.HeadroomWatts)} W left")} of {Figures.Whole(domain.BudgetWatts)} W", over ? Ink.Bad : Ink.Plain));
        }

        WritePods(page, node);
        WriteWaiting(page, node);
    }

    private static void WritePods(TextPage page, ExplanationNode node)
    {
        if (node.Pods.IsEmpty) return;
        page.Heading("PODS");
        foreach (var pod in node.Pods.Take(MostPods))
        {
            page.Write(page.Line().Add($"{TextPage.Indent}{pod.Id}, {Figures.Count(pod.Gpus, "GPU")}{(pod.Gang is { } gang ? $", of {gang}" : "")}, priority {pod.Priority}{(pod.Terminating ? ", being deleted" : "")}"));
        }

        if (node.Pods.Length > MostPods) page.Write(page.Line().Add($"{TextPage.Indent}{page.Style.Glyphs.Ellipsis} {node.Pods.Length - MostPods} more", Ink.Dim));
    }

    private static void WriteWaiting(TextPage page, ExplanationNode node)
    {
        if (node.Waiting.IsEmpty) return;
        page.Heading("WAITING GANGS", "whether they could use it");
        foreach (var waiting in node.Waiting)
        {
            var word = waiting.Constraint is { } constraint ? ExplanationText.ConstraintName(constraint) : "could";
            page.Paragraph(page.Line().Add(TextPage.Indent).Field(word, 14, waiting.Constraint is null ? Ink.Good : Ink.Bad).Add(" "), $"{waiting.Gang}: {waiting.Message}");
        }
    }
}
