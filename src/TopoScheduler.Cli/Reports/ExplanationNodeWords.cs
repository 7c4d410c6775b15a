using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the forms of an explanation say alike of a node.</summary>
internal static class ExplanationNodeWords
{
    /// <summary>Where it is, what is left of it and above it.</summary>
    public static IEnumerable<(string Label, string Text, Ink Ink)> Lines(ExplanationNode node)
    {
        yield return ("place", $"{(node.Path.IsEmpty ? "no switch labels" : string.Join('/', node.Path))}, NVLink domain {node.NvlinkDomain}", Ink.Plain);
        foreach (var by in node.ClosedBy) yield return ("closed by", by, Ink.Bad);
        foreach (var devices in node.Devices) yield return ("devices", $"{Figures.Whole(devices.Free)} of {Figures.Whole(devices.Allocatable)} {devices.Resource} free", Ink.Plain);
        yield return ("draws", $"{Figures.Watts(node.DrawWatts)} of at most {Figures.Watts(node.MaxWatts)}", Ink.Plain);
        foreach (var domain in node.Power)
        {
            var over = domain.HeadroomWatts < 0;
            var left = over ? $"{Figures.Whole(-domain.HeadroomWatts)} W over" : $"{Figures.Whole(domain.HeadroomWatts)} W left";
            yield return (domain.Kind, $"{domain.Name}: {left} of {Figures.Whole(domain.BudgetWatts)} W", over ? Ink.Bad : Ink.Plain);
        }
    }

    /// <summary>Whether it could take a pod of a gang that waits, in a word.</summary>
    public static (string Word, Ink Ink) Verdict(ExplanationCandidate waiting) => waiting.Constraint is { } constraint ? (ExplanationWords.Constraint(constraint), Ink.Bad) : ("could", Ink.Good);
}
