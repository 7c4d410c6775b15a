using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched placements</c>: the gangs that <c>serve</c> takes care of, where each is or why it waits.</summary>
internal sealed class PlacementsCommand : ReadingCommand
{
    private readonly PageOptions<AgedGangs> _page = new(new(PlacementsText.Write, PlacementsSheet.Of), "whole messages");

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Only the gangs of this namespace. Without it those of all.",
        HelpName = "name",
        CustomParser = OptionValues.Namespace,
    };

    /// <summary>The command on a console.</summary>
    public PlacementsCommand(CliConsole console)
        : base(console, "placements", "The gangs toposched serve takes care of (GangPlacements): phase, members, place, watts, and why they wait.", canWatch: true)
    {
        Add(_namespace);
        _page.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Where is every gang, and what does it wait for?", "placements"),
        ("Those of one namespace, for as long as you look", "placements --namespace ml --watch"),
        ("As a page to forward", "placements -o html > gangs.html"),
        ("From a saved cluster, for a program", "placements --cluster cluster.yaml -o json"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        var ns = parsed.GetValue(_namespace);
        var ages = new Dictionary<(string Namespace, string Name), TimeSpan>();
        var answer = source is ClusterSource.OfServer server
            ? Answered<GangListView>.Given(server.Door.Get(ns is null ? "gangplacements" : $"namespaces/{ns}/gangplacements"))
            : Answered<GangListView>.Here(View(source.Placements(ns), ages, console.Time.GetUtcNow()));
        _page.Write(parsed, console, new(new(answer.View, ages), answer.Json));
        return ExitCodes.Placed;
    }

    // How old a placement is stands in its metadata alone; the answer is the same whenever it is asked.
    private static GangListView View(IReadOnlyList<Tree> trees, Dictionary<(string Namespace, string Name), TimeSpan> ages, DateTimeOffset now)
    {
        var read = new List<GangPlacement>();
        foreach (var tree in trees)
        {
            if (GangPlacementReader.Read(tree) is not { } placement) continue;
            read.Add(placement);
            if (MomentText.Read(tree["metadata"]["creationTimestamp"].Text) is { } created) ages[(placement.Gang.Namespace, placement.Name)] = now - created;
        }

        return new() { Gangs = [.. read.OrderBy(p => p.Gang.Namespace, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal).Select(GangView.Of)] };
    }
}
