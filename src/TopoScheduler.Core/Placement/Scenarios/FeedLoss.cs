using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>
/// A power feed that is lost: nodes on both feeds draw all of their watts from the other one, nodes on this one alone go dark. Budgets then need to hold as
/// things are, and no longer for the case that the other feed fails too.
/// </summary>
internal sealed class FeedLoss(ClusterSnapshot cluster, ScenarioProblems problems)
{
    private const string Field = "loseFeed";

    private PowerFeed _feed;

    /// <summary>Reads one.</summary>
    public void Read(string text)
    {
        var feed = text switch { "A" => PowerFeed.A, "B" => PowerFeed.B, _ => PowerFeed.None };
        if (feed == PowerFeed.None) problems.Wrong(Field, text, "is no feed; expected A or B");
        else if (_feed != PowerFeed.None && _feed != feed) problems.Wrong(Field, text, "both feeds would be lost; expected one of A and B");
        else if (!Matters(feed)) problems.Wrong(Field, text, $"no node hangs on feed {text}; expected nodes that name two PDUs or a feed in their labels");
        else _feed = feed;
    }

    /// <summary>Nodes that go dark, by node index of a cluster with at least these nodes.</summary>
    public bool[] DarkOf(ClusterSnapshot now)
    {
        var dark = new bool[now.Nodes.Length];
        if (_feed == PowerFeed.None) return dark;
        for (var n = 0; n < dark.Length; n++) dark[n] = now.Nodes[n].PowerLocation.Feed == _feed;
        foreach (var domain in now.Power.Domains)
        {
            // A node with one cord whose rack has two counts as if it had both.
            foreach (var n in domain.Nodes) dark[n] &= now.Power.HalvesOf(n, domain.Index, State) == 0;
        }

        return dark;
    }

    /// <summary>The cluster without the feed.</summary>
    /// <param name="now">The cluster with it.</param>
    /// <param name="dark">What <see cref="DarkOf"/> says.</param>
    public (ClusterSnapshot Cluster, ImmutableArray<ScenarioChange> Changes) Apply(ClusterSnapshot now, bool[] dark)
    {
        if (_feed == PowerFeed.None) return (now, []);
        var count = dark.Count(d => d);
        var nodes = count == 0 ? now.Nodes : [.. now.Nodes.Select((node, n) => dark[n] ? node with { Power = node.Power with { Powered = false } } : node)];
        var moved = now.Power.Domains.Where(d => d.Kind == PowerDomainKind.Pdu).SelectMany(d => d.Nodes.Where(n => now.Power.HalvesOf(n, d.Index, FeedState.Normal) == 1)).Distinct().Count();
        var detail = $"{ReportText.Count(moved, "node")} draw everything from the other feed, {ReportText.Count(count, "node")} on this one alone go dark";
        return (now.With(nodes, now.Power.WithLost(State)), [new(ScenarioChangeKind.LoseFeed, $"feed/{_feed}", detail)]);
    }

    private FeedState State => _feed == PowerFeed.A ? FeedState.LostA : FeedState.LostB;

    private bool Matters(PowerFeed feed) =>
        cluster.Nodes.Any(n => n.PowerLocation.Feed == feed)
        || cluster.Power.Domains.Any(d => d.Kind == PowerDomainKind.Pdu && d.Nodes.Any(n => cluster.Power.HalvesOf(n, d.Index, FeedState.Normal) == 1));
}
