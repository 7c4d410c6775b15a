using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Testing.Cases;

/// <summary>
/// Draws the power of a small case: watts that differ between nodes, a maximum that clamps, and budgets on racks, PDUs and rows that admit a few
/// members. Feeds are sometimes dual, grouped alike (one budget in effect) or differently.
/// </summary>
internal sealed class SmallCasePower(Random random, NodeInfo[] nodes, List<PodInfo> pods, int[] leafOf, Gang gang)
{
    private readonly int _count = nodes.Length;

    /// <summary>Sets the power of the nodes; true when every node has one path in the power tree.</summary>
    public bool Apply()
    {
        DrawWatts();
        if (Chance(25)) return true;
        var rackOf = DrawRacks();
        var pduOf = rackOf.Select(r => r / 2).ToArray();
        var levels = 1 + random.Next(3);
        var feeds = Chance(25) ? 1 + random.Next(3) : 0;
        var pduBOf = feeds == 2 ? CrossRacks(rackOf) : pduOf;
        for (var n = 0; n < _count; n++)
        {
            var at = nodes[n].PowerLocation with { Rack = $"r{rackOf[n]}" };
            if (levels > 1 || feeds > 0) at = at with { Pdu = $"p{pduOf[n]}" };
            if (levels > 2 && feeds != 2) at = at with { Row = $"w{pduOf[n] / 2}" };
            if (feeds is 1 or 2) at = at with { PduB = $"q{pduBOf[n]}" };
            if (feeds == 3) at = SingleOrDual(at, rackOf[n]);
            nodes[n] = nodes[n] with { PowerLocation = at };
        }

        DrawBudgets();
        return feeds < 2;
    }

    /// <summary>B sides that group racks otherwise than the A sides; a rack keeps one pair, as it must.</summary>
    private int[] CrossRacks(int[] rackOf)
    {
        var sideB = Enumerable.Range(0, rackOf.Max() + 1).Select(_ => random.Next(2)).ToArray();
        return [.. rackOf.Select(r => sideB[r])];
    }

    private PowerLocation SingleOrDual(PowerLocation at, int rack) => random.Next(3) switch
    {
        0 => at with { Feed = PowerFeed.A },
        1 => at with { Feed = PowerFeed.B, Pdu = $"q{rack / 2}" },
        _ => at with { PduB = $"q{rack / 2}" },
    };

    private void DrawWatts()
    {
        var unlike = Chance(30);
        var clamp = Chance(25);
        for (var n = 0; n < _count; n++)
        {
            var power = nodes[n].Power;
            var max = power.MaxWatts;
            var idle = power.IdleWatts;
            if (unlike) (idle, max) = (1_000 + (100 * random.Next(20)), 7_000 + (500 * random.Next(8)));
            if (clamp) max = idle + ((max - idle) * (4 + random.Next(5)) / 10);
            nodes[n] = nodes[n] with { Power = power with { IdleWatts = idle, MaxWatts = max } };
        }
    }

    private int[] DrawRacks()
    {
        var racks = 1 + random.Next(4);
        return random.Next(3) switch
        {
            0 => leafOf,
            1 => [.. Enumerable.Range(0, _count).Select(n => n * racks / _count)],
            _ => [.. Enumerable.Range(0, _count).Select(_ => random.Next(racks))],
        };
    }

    private void DrawBudgets()
    {
        var naive = new NaivePower(nodes);
        var now = naive.PeakHalfWatts([.. nodes.Select(n => Draw(n, 0))]);
        var full = naive.PeakHalfWatts([.. nodes.Select(n => Draw(n, 3))]);
        var share = 20 + random.Next(80);
        var budgets = new Dictionary<string, long>();
        foreach (var domain in full.Keys.Order(StringComparer.Ordinal))
        {
            if (Chance(20)) continue;
            var percent = random.Next(share, 110);
            budgets[domain] = ((now[domain] + ((full[domain] - now[domain]) * percent / 100)) / 2) - (Chance(4) ? 3_000 : 0);
        }

        for (var n = 0; n < _count; n++)
        {
            var at = nodes[n].PowerLocation;
            nodes[n] = nodes[n] with
            {
                PowerLocation = at with
                {
                    RackBudgetWatts = Budget("rack", at.Rack),
                    PduBudgetWatts = Budget("pdu", at.Pdu),
                    PduBBudgetWatts = Budget("pdu", at.PduB),
                    RowBudgetWatts = Budget("row", at.Row),
                },
            };
        }

        long? Budget(string kind, string? name) => name is not null && budgets.TryGetValue($"{kind}/{name}", out var watts) ? Math.Max(1, watts) : null;
    }

    private long Draw(NodeInfo node, int members)
    {
        var watts = pods.Where(p => p.NodeName == node.Name).Sum(p => NaivePower.PodWatts(node.Power, p.Template.Power));
        return NaivePower.NodeWatts(node.Power, watts + (members * NaivePower.PodWatts(node.Power, gang.Roles[^1].Template.Power)));
    }

    private bool Chance(int percent) => random.Next(100) < percent;
}
