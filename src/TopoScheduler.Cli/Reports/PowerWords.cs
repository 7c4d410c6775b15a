using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the forms of the power tree say alike.</summary>
internal static class PowerWords
{
    /// <summary>Said where there is no tree.</summary>
    public const string NoDomains = "No node has power labels: nothing bounds their watts.";

    /// <summary>Above the list of what to do.</summary>
    public const string Advice = "what to cap or move first; nothing is done by itself";

    /// <summary>All nodes in one sentence.</summary>
    public static string Total(PowerView view)
    {
        var total = view.Total;
        var shown = view.Domains.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);

        // Budgets that are not over all of the nodes say nothing of their share.
        var likeWithLike = total.OutsideNodes == 0 && view.Domains.Where(d => !d.Parents.Any(shown.Contains)).All(d => d.BudgetWatts is not null);
        var share = likeWithLike && total.BudgetWatts is { } whole ? $", {Figures.Share(total.CommittedWatts, whole)} of it drawn" : "";
        var budget = total.BudgetWatts is { } watts ? $"budget {Figures.Whole(watts)} W{share}" : "no budget";
        return $"{Figures.Count(total.Nodes, "node")} draw {Figures.Whole(total.CommittedWatts)} W, at full draw {Figures.Whole(total.FullDrawWatts)} W; {budget}";
    }

    /// <summary>Nodes no budget counts.</summary>
    public static string Outside(PowerTreeTotal total) => $"{Figures.Count(total.OutsideNodes, "node")} in no power domain: no budget counts their watts";

    /// <summary>How far a domain is over: <c>1,200 W over 40,000 W with feed A lost</c>.</summary>
    public static string Over(OvershootView over) => $"{Figures.Whole(over.OverWatts)} W over its {Figures.Whole(over.BudgetWatts)} W" + over.Feed switch
    {
        "lostA" => " with feed A lost",
        "lostB" => " with feed B lost",
        _ => "",
    };

    /// <summary>Name of the domain.</summary>
    public static string NameOf(OvershootView over) => over.Domain.Split('/', 2) is [var kind, var name] ? Named.Of(kind, name) : over.Domain;

    /// <summary>What is to be done with a gang: <c>cap job/ml/a at 560 W a GPU</c>.</summary>
    public static (string Verb, string Gang, string How) Do(ReliefView relief) => relief.CapWatts is { } cap
        ? ("cap", relief.Gang, $" at {Figures.Whole(cap)} W a GPU")
        : ("move", relief.Gang, $" (priority {relief.Priority}, {Figures.Count(relief.Pods, "pod")} there)");

    /// <summary>What that is worth.</summary>
    public static string Worth(ReliefView relief)
    {
        var slowdown = relief.Slowdown switch
        {
            null => "",
            <= 1.0005 => ", without slowing compute",
            { } factor => $", compute takes about {Figures.Digits(Math.Round(100 * (factor - 1), factor < 1.01 ? 2 : 0))}% longer",
        };
        return $"frees {Figures.Whole(relief.FreesWatts)} W{slowdown}; {(relief.LeftWatts == 0 ? "enough" : $"{Figures.Whole(relief.LeftWatts)} W still over")}";
    }

    /// <summary>What else is to be said of it; null for nothing.</summary>
    public static string? Remark(OvershootView over)
    {
        var leaving = over.LeavingWatts > 0 ? $"pods that are being deleted free {Figures.Whole(over.LeavingWatts)} W" : null;
        var left = over.Enough ? null : $"{Figures.Whole(over.LeftWatts)} W stay over whatever is done: no gang draws them";
        return leaving is null ? left : left is null ? leaving : $"{leaving}; {left}";
    }
}
