using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>
/// What is kept for the head: where its pods are to go when those it waits for have ended. Nothing of it is committed; it only bounds what the gangs behind
/// may take.
/// </summary>
internal sealed class HeadPlan
{
    private readonly HashSet<GangKey> _released;

    /// <param name="entry">The head.</param>
    /// <param name="wish">What it asked for.</param>
    /// <param name="pods">Its pods on their nodes.</param>
    /// <param name="released">Those who must have ended, the last of them last.</param>
    /// <param name="cluster">The snapshot it was planned for.</param>
    public HeadPlan(QueueEntry entry, GangWish wish, ImmutableArray<PodInfo> pods, IReadOnlyList<RunningGang> released, ClusterSnapshot cluster)
    {
        Entry = entry;
        Wish = wish;
        Checked = cluster;
        _released = [.. released.Select(g => g.Key)];
        var last = released[^1];
        Target = new(entry.Key, NamesOf(pods), last.Key, last.EndsAt);
        Take(pods);
    }

    /// <summary>The head.</summary>
    public QueueEntry Entry { get; }

    /// <summary>What it asked for.</summary>
    public GangWish Wish { get; }

    /// <summary>What is told of it.</summary>
    public HeadTarget Target { get; private set; }

    /// <summary>Its pods on their nodes.</summary>
    public ImmutableArray<PodInfo> Pods { get; private set; }

    /// <summary>Its pods as nothing but their watts: for plans that must leave it these.</summary>
    public ImmutableArray<PodInfo> Watts { get; private set; }

    /// <summary>The last snapshot on which it was seen to hold.</summary>
    public ClusterSnapshot Checked { get; set; }

    /// <summary>True for those who have ended when it is to start: whom it waits for, who was let in because it ends before, and who does so anyway.</summary>
    public bool Outlasts(RunningGang gang) => _released.Contains(gang.Key) || gang.EndsAt <= Target.ExpectedStart;

    /// <summary>True when a gang that starts now ends before the head is to start.</summary>
    public bool OutlastsOneStarted(DateTimeOffset now, Gang gang) => now + gang.Hints.ExpectedDuration <= Target.ExpectedStart;

    /// <summary>A gang is let in because it ends before.</summary>
    public void LetIn(GangKey gang) => _released.Add(gang);

    /// <summary>Its nodes, or all others, by node index.</summary>
    public bool[] Nodes(ClusterSnapshot cluster, bool mine)
    {
        var nodes = new bool[cluster.Nodes.Length];
        Array.Fill(nodes, !mine);
        foreach (var name in Target.Nodes)
        {
            if (cluster.IndexOf(name) is >= 0 and var n) nodes[n] = mine;
        }

        return nodes;
    }

    /// <summary>Other pods on the same nodes, after the nodes have changed.</summary>
    public void Take(ImmutableArray<PodInfo> pods)
    {
        Pods = pods;
        Watts = [.. pods.Select(p => p with { Uid = "", Template = new() { Namespace = p.Template.Namespace, Power = p.Template.Power } })];
        Target = Target with { Nodes = NamesOf(pods) };
    }

    private static ImmutableArray<string> NamesOf(ImmutableArray<PodInfo> pods) =>
        [.. pods.Select(p => p.NodeName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
