using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Testing.Oracles;

/// <summary>
/// The most members of one role that fit, by dynamic programming over a power tree in which every node has one path (a pair of feeds grouped alike is
/// one path with the lower of two budgets). Works from what the nodes say, for clusters of any size.
///
/// For every place of the tree, bottom up: <c>added[k]</c> = the fewest watts k more members add below it. Children are combined by trying every split;
/// counts whose watts exceed the place's headroom are struck out.
/// </summary>
public sealed class TreeCount
{
    private const long Never = long.MaxValue / 4;

    private readonly ClusterSnapshot _cluster;
    private readonly Gang _gang;
    private readonly NaivePower _power;
    private readonly long[] _draw;

    private TreeCount(ClusterSnapshot cluster, Gang gang)
    {
        _cluster = cluster;
        _gang = gang;
        _power = new(cluster.Nodes);
        _draw = [.. Enumerable.Range(0, cluster.Nodes.Length).Select(n => NaivePower.NodeWatts(cluster.Nodes[n].Power, PodWatts(n)))];
    }

    /// <summary>The most members of the gang's only role that fit inside one domain of its required tier; never more than it has.</summary>
    public static int MostMembers(ClusterSnapshot cluster, Gang gang)
    {
        var count = new TreeCount(cluster, gang);
        if (gang.Hints.Required is not { } required) return count.Most(_ => true);
        var domainOf = Partitions.Of(cluster.Topology, required.Tier);
        return domainOf.Distinct().Max(d => count.Most(n => domainOf[n] == d));
    }

    private int Most(Func<int, bool> allowed)
    {
        var whole = Below(Enumerable.Range(0, _cluster.Nodes.Length), 0, allowed);
        return Array.FindLastIndex(whole, w => w < Never);
    }

    private long[] Below(IEnumerable<int> nodes, int rung, Func<int, bool> allowed)
    {
        if (rung == 4) return nodes.Select(n => OnNode(n, allowed(n))).Aggregate(Nothing(), Combine);
        var sum = Nothing();
        foreach (var place in nodes.GroupBy(n => NamesAt(n, rung)))
        {
            var members = place.ToList();
            var added = Below(members, rung + 1, allowed);
            foreach (var name in new[] { place.Key.Name, place.Key.PairName }.Where(n => n is not null))
            {
                if (_power.BudgetWatts.TryGetValue(name!, out var budget)) StrikeOut(added, budget - members.Sum(n => _draw[n]));
            }

            sum = Combine(sum, added);
        }

        return sum;
    }

    private (string? Name, string? PairName) NamesAt(int node, int rung)
    {
        var at = _cluster.Nodes[node].PowerLocation;
        return rung switch
        {
            0 => (Named("facility", at.Facility), null),
            1 => (Named("row", at.Row), null),
            2 => (Named("pdu", at.Pdu), Named("pdu", at.PduB)),
            _ => (Named("rack", at.Rack), null),
        };
    }

    private long[] OnNode(int node, bool allowed)
    {
        var info = _cluster.Nodes[node];
        var added = Nothing();
        if (!allowed || info.Unschedulable || !info.Ready || !info.Power.Powered) return added;
        var template = _gang.Roles[0].Template;
        var alone = template.AntiAffinity.Length > 0;
        var each = NaivePower.PodWatts(info.Power, template.Power);
        var taken = _cluster.UsedOf(node).With(ResourceList.Pods, _cluster.PodsOf(node).Length);
        for (var k = 1; k < (alone ? Math.Min(2, added.Length) : added.Length); k++)
        {
            taken = taken.Plus(template.Requests).With(ResourceList.Pods, taken[ResourceList.Pods] + 1);
            if (template.Requests.Any(r => taken[r.Key] > info.Allocatable[r.Key]) || taken[ResourceList.Pods] > info.Allocatable[ResourceList.Pods]) break;
            added[k] = NaivePower.NodeWatts(info.Power, PodWatts(node) + (k * each)) - _draw[node];
        }

        return added;
    }

    private long[] Nothing()
    {
        var added = new long[_gang.Size + 1];
        Array.Fill(added, Never, 1, _gang.Size);
        return added;
    }

    private static void StrikeOut(long[] added, long headroom)
    {
        for (var k = 1; k < added.Length; k++)
        {
            if (added[k] > headroom) added[k] = Never;
        }
    }

    private static long[] Combine(long[] a, long[] b)
    {
        var sum = new long[a.Length];
        Array.Fill(sum, Never);
        for (var i = 0; i < a.Length && a[i] <= Never; i++)
        {
            if (a[i] == Never) continue;
            for (var j = 0; i + j < sum.Length; j++)
            {
                if (b[j] < Never) sum[i + j] = Math.Min(sum[i + j], a[i] + b[j]);
            }
        }

        return sum;
    }

    private long PodWatts(int node) => _cluster.PodsOf(node).Sum(p => NaivePower.PodWatts(_cluster.Nodes[node].Power, p.Template.Power));

    private static string? Named(string kind, string? name) => name is null ? null : $"{kind}/{name}";
}
