using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the forms of an explanation say alike of what something waits for and what has changed.</summary>
internal static class ExplanationWaitWords
{
    private const int MostBefore = 5;

    /// <summary>Where it stands in the queue.</summary>
    public static string Queue(ExplanationWait wait) => wait.Position is { } at ? $"number {at} of {wait.QueueLength} in the queue, priority {wait.Priority}" : $"not in the queue yet, priority {wait.Priority}";

    /// <summary>What it waits for.</summary>
    public static IEnumerable<(string Label, string Text)> Lines(Explanation answer, ExplanationWait wait)
    {
        if (wait.Since is { } since) yield return ("since", since);
        if (wait.MembersThere is { } there && wait.MembersWanted is { } wanted && (there < wanted || answer.Cause.Kind == ExplanationCauseKind.Incomplete)) yield return ("members", $"{there} of {wanted} are there");
        foreach (var gate in wait.OtherGates) yield return ("gate", $"{gate.Name} on {Figures.Count(gate.Pods, "pod")}");
        foreach (var before in wait.Before.Take(MostBefore))
        {
            yield return ("before it", $"{before.Gang}, priority {before.Priority}, {Figures.Count(before.Pods, "pod")}, {Figures.Count(before.Gpus, "GPU")}: {(before.Starts ? "starts now" : "waits too")}");
        }

        if (wait.Before.Length > MostBefore) yield return ("before it", $"and {wait.Before.Length - MostBefore} more");
        if (wait.Behind is { } behind) yield return ("behind", $"{behind}: nodes are kept for it, and this one may not delay it");
        if (wait.Awaits is { } awaits) yield return ("kept for it", $"{Figures.Count(wait.KeptNodes, "node")}, until {awaits} has ended{(wait.ExpectedStart is { } start ? $", expected {start}" : "; when is not known")}");
        if (wait.HoldsOutUntil is { } until) yield return ("holds out", $"for its preferred tier, until {until}");
        if (wait.Recorded is { } recorded) yield return ("last told", recorded);
    }

    /// <summary>Since when it has changed.</summary>
    public static string Since(ExplanationChange change) => change.Since is { } since ? $"since the attempt of {since}" : "since the last attempt";
}
