using System.Collections.Immutable;
using System.CommandLine;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>A cluster as a command reads it.</summary>
/// <param name="Cluster">Nodes, pods, network and power, with the budgets of the moment asked about.</param>
/// <param name="Content">All that the file holds.</param>
internal sealed record ClusterInput(ClusterSnapshot Cluster, ClusterContent Content)
{
    // A job that does not say how long it runs must fit the budgets of a whole day, as in serve unless power.horizonHours says otherwise.
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(24);

    /// <summary>What is wrong with the file beyond <see cref="ClusterSnapshot.Problems"/>.</summary>
    public ImmutableArray<Problem> Problems => Content.Problems;

    /// <summary>The option <c>--at</c>.</summary>
    public static Option<DateTimeOffset?> AtOption() => new("--at")
    {
        Description = "Count with the power budgets of this moment (2027-01-31T16:00:00Z) on, where power domains have a schedule. Without it now.",
        HelpName = "time",
        CustomParser = OptionValues.Moment,
    };

    /// <summary>The snapshot of what a file holds, with the budgets of a moment.</summary>
    /// <param name="content">Nodes, pods and power domains.</param>
    /// <param name="console">Says what time it is.</param>
    /// <param name="at">The moment; null: now.</param>
    public static ClusterSnapshot Snapshot(ClusterContent content, CliConsole console, DateTimeOffset? at)
    {
        var now = console.Time.GetUtcNow();
        var cluster = ClusterSnapshot.Create(content.Nodes, content.Pods, content.PowerDomains).At(at ?? now, Horizon);
        if (at is null) TellChanges(cluster, console, now, []);
        return cluster;
    }

    /// <summary>Tells a console that waits for it when power budgets next make the answer another one.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="console">Who is told.</param>
    /// <param name="now">The moment the answer is of.</param>
    /// <param name="gangs">What is placed: how long it runs tells which windows it runs into.</param>
    public static void TellChanges(ClusterSnapshot cluster, CliConsole console, DateTimeOffset now, IEnumerable<Gang> gangs)
    {
        if (console.ChangesAt is not { } told) return;
        foreach (var length in gangs.Select(g => g.Hints.ExpectedDuration ?? Horizon).Append(Horizon).Distinct())
        {
            if (cluster.Power.NextChange(now, length) is { } next) told(next);
        }
    }

    /// <summary>Reads it; null when there is no node in it. Errors go to standard error unless the command reports them itself.</summary>
    public static ClusterInput? Read(ClusterSource source, CliConsole console, DateTimeOffset? at = null, bool errors = true)
    {
        var content = source.Content(withJobs: false);
        var cluster = Snapshot(content, console, at);
        foreach (var problem in content.Problems.Concat(cluster.Problems).Distinct())
        {
            if (problem.Severity == Severity.Error && (errors || content.Nodes.IsEmpty)) console.Error.WriteLine($"error: {problem.Object}: {problem.Message}");
        }

        return content.Nodes.IsEmpty ? null : new(cluster, content);
    }
}
