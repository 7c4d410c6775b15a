using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Testing.Oracles;

/// <summary>One gang on one small cluster, turned into tables: what every node can take, and what that does to every power constraint.</summary>
internal sealed class BruteForceProblem
{
    public BruteForceProblem(ClusterSnapshot cluster, Gang gang)
    {
        Cluster = cluster;
        Gang = gang;
        Loads = cluster.ConstraintLoads();
        Options = [.. Enumerable.Range(0, cluster.Nodes.Length).Select(OptionsOf)];
        Twin = [.. Enumerable.Range(0, cluster.Nodes.Length).Select(FindTwin)];
    }

    public ClusterSnapshot Cluster { get; }

    public Gang Gang { get; }

    /// <summary>Committed load by constraint, half watts.</summary>
    public long[] Loads { get; }

    /// <summary>By node: what it can take alone. The first option is always nothing.</summary>
    public Option[][] Options { get; }

    /// <summary>By node: an earlier node that is the same in every respect, or -1. Only one of two mirrored placements is looked at.</summary>
    public int[] Twin { get; }

    /// <summary>Members by role on one node, and the watts they add to its draw.</summary>
    public sealed record Option(int[] Counts, long AddedWatts)
    {
        public bool Any => Array.Exists(Counts, c => c > 0);
    }

    private Option[] OptionsOf(int node)
    {
        var info = Cluster.Nodes[node];
        var none = new int[Gang.Roles.Length];
        var options = new List<Option> { new([.. none], 0) };
        if (info.Unschedulable || !info.Ready || !info.Power.Powered) return [.. options];
        Extend(node, none, 0, options);
        return [.. options];
    }

    private void Extend(int node, int[] counts, int role, List<Option> options)
    {
        if (role == counts.Length)
        {
            if (counts.Any(c => c > 0)) options.Add(new([.. counts], AddedWatts(node, counts)));
            return;
        }

        for (counts[role] = 0; counts[role] <= Gang.Roles[role].Count && Holds(node, counts); counts[role]++)
        {
            Extend(node, counts, role + 1, options);
        }

        counts[role] = 0;
    }

    private bool Holds(int node, int[] counts)
    {
        var taken = Cluster.UsedOf(node);
        for (var r = 0; r < counts.Length; r++)
        {
            for (var i = 0; i < counts[r]; i++) taken = taken.Plus(Gang.Roles[r].Template.Requests);
        }

        var allocatable = Cluster.Nodes[node].Allocatable;
        var asked = Gang.Roles.Where((_, r) => counts[r] > 0).SelectMany(r => r.Template.Requests).Where(r => r.Value > 0).Select(r => r.Key);
        return asked.All(name => taken[name] <= allocatable[name])
            && (counts.Sum() == 0 || Cluster.PodsOf(node).Length + counts.Sum() <= allocatable[ResourceList.Pods])
            && !Excluded(counts);
    }

    private bool Excluded(int[] counts)
    {
        for (var a = 0; a < counts.Length; a++)
        {
            for (var b = 0; b < counts.Length; b++)
            {
                var together = a == b ? counts[a] > 1 : counts[a] > 0 && counts[b] > 0;
                if (together && Excludes(Gang.Roles[a].Template, Gang.Roles[b].Template)) return true;
            }
        }

        return false;
    }

    private static bool Excludes(PodTemplate one, PodTemplate other) => one.AntiAffinity.Any(term =>
        term.TopologyKey == "kubernetes.io/hostname"
        && term.Selector is { } selector
        && selector.Requirements.All(r => r.Operator == SelectorOperator.In && other.Labels.TryGetValue(r.Key, out var value) && r.Values.Contains(value)));

    private long AddedWatts(int node, int[] counts)
    {
        var power = Cluster.Nodes[node].Power;
        var watts = Cluster.PodWattsOf(node);
        for (var r = 0; r < counts.Length; r++) watts += counts[r] * PowerDraw.OfPod(power, Gang.Roles[r].Template.Power);
        return PowerDraw.OfNode(power, watts) - Cluster.DrawOf(node);
    }

    private int FindTwin(int node)
    {
        for (var earlier = node - 1; earlier >= 0; earlier--)
        {
            if (AreTwins(earlier, node)) return earlier;
        }

        return -1;
    }

    private bool AreTwins(int a, int b)
    {
        var topology = Cluster.Topology;
        var sameLink = topology.NvLinkDomainOf(a) == topology.NvLinkDomainOf(b) || (IsAlone(a) && IsAlone(b) && Gang.Hints.Parallelism.IsEmpty);
        var samePlace = sameLink && Enumerable.Range(0, topology.FabricTiers).All(t => topology.DomainOf(a, t) == topology.DomainOf(b, t));
        var sameLoad = Cluster.PodsOf(a).Any(p => !p.IsDaemon) == Cluster.PodsOf(b).Any(p => !p.IsDaemon);
        return samePlace && sameLoad && Cluster.Power.SharesOf(a).SequenceEqual(Cluster.Power.SharesOf(b)) && SameOptions(Options[a], Options[b]);
    }

    private bool IsAlone(int node) => Cluster.Topology.NvLinkDomains[Cluster.Topology.NvLinkDomainOf(node)].Nodes.Length == 1;

    private static bool SameOptions(Option[] a, Option[] b) =>
        a.Length == b.Length && a.Zip(b).All(p => p.First.AddedWatts == p.Second.AddedWatts && p.First.Counts.AsSpan().SequenceEqual(p.Second.Counts));
}
