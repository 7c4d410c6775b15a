using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>Places that are to be drained: their nodes are cordoned and whoever is there loses the place. They stay switched on: their idle watts count.</summary>
internal sealed class Drains(ClusterSnapshot cluster, ScenarioProblems problems)
{
    private const string Field = "drain";

    private readonly SortedDictionary<string, ImmutableArray<int>> _places = new(StringComparer.Ordinal);

    /// <summary>Reads one.</summary>
    public void Read(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || slash == text.Length - 1)
        {
            problems.Wrong(Field, text, "is not understood; expected kind/name such as \"rack/r7\", \"leaf/s1/l3\" or \"node/n5\"");
            return;
        }

        if (new PlaceFinder(cluster, problems).NodesOf(Field, text, (text[..slash], text[(slash + 1)..])) is { } nodes) _places[text] = nodes;
    }

    /// <summary>Marks their nodes by index in a cluster with at least these nodes.</summary>
    public void Mark(ClusterSnapshot now, bool[] gone)
    {
        foreach (var n in _places.Values.SelectMany(nodes => nodes)) gone[now.IndexOf(cluster.Nodes[n].Name)] = true;
    }

    /// <summary>The cluster with their nodes cordoned.</summary>
    /// <param name="now">A cluster with at least these nodes.</param>
    /// <param name="displaced">Who loses a place, for the figures.</param>
    public (ClusterSnapshot Cluster, ImmutableArray<ScenarioChange> Changes) Apply(ClusterSnapshot now, Dictionary<GangKey, List<PodInfo>> displaced)
    {
        if (_places.Count == 0) return (now, []);
        var drained = new bool[now.Nodes.Length];
        Mark(now, drained);
        var changes = ImmutableArray.CreateBuilder<ScenarioChange>();
        foreach (var (place, nodes) in _places)
        {
            var names = nodes.Select(n => cluster.Nodes[n].Name).ToHashSet(StringComparer.Ordinal);
            var there = displaced.Values.Count(pods => pods.Any(p => names.Contains(p.NodeName)));
            changes.Add(new(ScenarioChangeKind.Drain, place, $"{ReportText.Count(nodes.Length, "node")} cordoned, {ReportText.Count(there, "gang or lone pod", "gangs and lone pods")} displaced"));
        }

        return (now.With([.. now.Nodes.Select((node, n) => drained[n] ? node with { Unschedulable = true } : node)], now.Power), changes.ToImmutable());
    }
}
