using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports.Sheets;

/// <summary>An explanation: the cause in one sentence, then the sections of <see cref="ExplanationText"/> in its order.</summary>
internal static class ExplanationSheet
{
    /// <summary>Lays it out.</summary>
    public static Sheet Of(Explanation answer)
    {
        var state = ExplanationWords.State(answer);
        return new()
        {
            Title = answer.Node is null ? ExplanationWords.NameOf(answer) : $"Node {answer.Subject.Name}",
            Verdict = new($"{char.ToUpperInvariant(state[0])}{state[1..]}", ExplanationWords.IsGood(answer) ? Ink.Good : Ink.Bad),
            Size = answer.Gang is { } gang ? ReportWords.SizeOf(gang) : "",
            Lead = answer.Summary,
            Sections = [.. Sections(answer)],
            Problems = answer.Problems,
        };
    }

    private static IEnumerable<SheetSection> Sections(Explanation answer)
    {
        if (answer.Node is { } node)
        {
            yield return new("Node", List(ExplanationNodeWords.Lines(node).Select(l => Labelled(l.Label, l.Text) with { Ink = l.Ink })));
            if (!node.Pods.IsEmpty) yield return new("Pods", Pods(node));
            yield return new("Waiting gangs", List(node.Waiting.Select(Candidate))) { Detail = "Whether they could use it." };
        }

        if (answer is { Place: { } place, Gang: { } gang }) yield return new(ExplanationWords.PlaceTitle(answer), Place(place, gang.Gpus > 0));
        yield return new("Why", List(ExplanationWords.TierLines(answer).Select(Item))) { Detail = SheetText.Sentence(ExplanationWords.Tiers) };
        if (answer.Nodes is { } nodes) yield return new("Nodes", [new SheetText(SheetText.Sentence(ExplanationWords.Usable(nodes))), .. List(ExplanationWords.NodeLines(nodes).Select(Item))]);
        if (answer.Wait is { } wait) yield return new("Waits", [new SheetText(SheetText.Sentence(ExplanationWaitWords.Queue(wait))), .. List(ExplanationWaitWords.Lines(answer, wait).Select(l => Labelled(l.Label, l.Text)))]);
        yield return new("How long", List(answer.Deadlines.Select(d => new SheetItem(d.What) { About = d.At })));
        if (answer.Changed is { } change) yield return new("Changed", [.. List(change.Items.Select(i => new SheetItem(i.Message))), new SheetText(change.Effect)]) { Detail = SheetText.Sentence(ExplanationWaitWords.Since(change)) };
        yield return new("What would help", answer.CounterOffers.IsEmpty ? [] : [new SheetOffers(answer.CounterOffers)]) { Detail = SheetText.Sentence(ExplanationWords.Verified) };
        yield return new("What to do", List(answer.Advice.Select(a => new SheetItem(a))));
    }

    private static SheetTable Pods(ExplanationNode node) => new(
        "The pods on it, those with most GPUs first",
        [new("pod"), SheetColumn.Number("GPUs"), SheetColumn.Number("priority"), new("of gang")],
        [.. node.Pods.Select(p => new SheetRow(p.Id, Figures.Whole(p.Gpus), $"{p.Priority}", p.Terminating ? new SheetCell($"{p.Gang} being deleted".TrimStart(), Ink.Warn) : p.Gang ?? ""))]);

    private static SheetItem Candidate(ExplanationCandidate waiting)
    {
        var (word, ink) = ExplanationNodeWords.Verdict(waiting);
        return new(waiting.Message) { Label = word, Ink = ink, About = waiting.Gang };
    }

    private static ImmutableArray<SheetBlock> Place(ExplanationPlace place, bool hasGpus) =>
        List([.. ExplanationWords.Domains(place).Select(d => Labelled("in", d.Pods) with { About = d.Domain }), .. ExplanationWords.Place(place, hasGpus).Select(p => Labelled(p.Label, p.Text))]);

    private static SheetItem Item(ExplanationLine line) => new(line.Mark.Length > 0 ? $"{line.Text} ({line.Mark})" : line.Text)
    {
        Label = line.Name,
        Ink = line.Ink,
        Details = [.. line.Details.Select(d => new SheetDetail(d))],
    };

    private static SheetItem Labelled(string label, string text) => new(text) { Label = label };

    // A list without items is no block.
    private static ImmutableArray<SheetBlock> List(IEnumerable<SheetItem> items)
    {
        ImmutableArray<SheetItem> all = [.. items];
        return all.IsEmpty ? [] : [new SheetList(all)];
    }
}
