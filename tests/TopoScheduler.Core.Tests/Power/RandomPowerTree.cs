using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>Draws power trees of up to five levels: node, rack, PDU, row, facility, any rung of which may be missing; one feed, pairs, or split racks.</summary>
internal sealed class RandomPowerTree(Random random)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>A tree over some nodes, without budgets.</summary>
    public TruePowerTree Draw(int nodes)
    {
        var tree = new TruePowerTree { ByResources = Chance(30) };
        var facilities = Chance(50) ? Make(tree, PowerDomainKind.Facility, "f", 1 + random.Next(2), []) : [];
        var rows = Chance(60) ? Make(tree, PowerDomainKind.Row, "w", 1 + random.Next(3), facilities) : facilities;
        var pdus = Chance(70) ? Make(tree, PowerDomainKind.Pdu, "p", 2 * (1 + random.Next(3)), rows) : [];
        var paired = pdus.Count > 0 && Chance(60);
        if (paired) Pair(pdus);
        var above = pdus.Count > 0 ? pdus : rows;
        var racks = Chance(85) || above.Count == 0 ? Make(tree, PowerDomainKind.Rack, "r", 1 + random.Next(5), above) : [];
        foreach (var rack in racks.Where(r => r.Parent?.Twin is not null)) Cord(rack, tree.ByResources);
        for (var n = 0; n < nodes; n++) tree.Nodes.Add(Node(racks, pdus, rows));
        return tree;
    }

    /// <summary>A budget between what is drawn idle and what could be drawn, stated by labels, by a resource with derate and spare units, or by both.</summary>
    public void State(TruePowerTree tree, TruePowerTree.Domain domain, long idleHalfWatts, long fullHalfWatts, DateTimeOffset now)
    {
        // What is stated of the A side counts for the B side, too, unless somebody states its own.
        domain.LabelWatts = tree.Nodes.Any(c => c.B == domain) ? domain.Twin!.LabelWatts : null;
        domain.Spec = null;
        var needsParent = tree.ByResources && domain.Parent is not null && domain.Pair is null && domain.Split is null;
        var free = Chance(15);
        var watts = Math.Max(1, (idleHalfWatts + (fullHalfWatts - idleHalfWatts) * random.Next(5, 110) / 100) / 2);
        // A label hangs on a node. A domain no node names is known by its resource, and hangs where that says.
        var byLabel = tree.IsNamed(domain);
        if (!byLabel && !(tree.ByResources && domain.Pair is null && domain.Split is null)) return;
        var resource = tree.ByResources || Chance(40);
        if (!free && byLabel && (!resource || Chance(30))) domain.LabelWatts = watts;
        if (!resource && !needsParent) return;
        var spec = new PowerDomainSpec
        {
            Source = SourceOf(domain),
            Id = new(domain.Kind, domain.Name),
            Parent = needsParent ? new(domain.Parent!.Kind, domain.Parent.Name) : null,
            BaseWatts = Chance(40) ? random.Next(1_500) : 0,
        };
        if (!free && Chance(70)) spec = WithRating(spec, watts, domain.Twin is not null);
        if (Chance(15)) spec = spec with { CoolingWatts = watts + random.Next(-500, 3_000) is var cooled and > 0 ? cooled : 1 };
        if (Chance(35)) spec = spec with { Schedule = Windows(watts, now) };
        domain.Spec = spec;
    }

    /// <summary>What the resource of a domain is called.</summary>
    public static string SourceOf(TruePowerTree.Domain domain) => $"powerdomain/{domain.Id.Replace('/', '-')}";

    private PowerDomainSpec WithRating(PowerDomainSpec spec, long watts, bool isFeed)
    {
        var derate = Chance(50) ? 0.8m : 1;
        var redundancy = isFeed ? PowerRedundancy.None : (PowerRedundancy)random.Next(3);
        var units = redundancy == PowerRedundancy.OneSpare ? random.Next(2, 6) : 0;
        var usable = redundancy switch { PowerRedundancy.Double => 0.5m, PowerRedundancy.OneSpare => (units - 1m) / units, _ => 1 };
        return spec with { BudgetWatts = (long)(watts / derate / usable) + random.Next(2), Derate = derate, Redundancy = redundancy, Units = units };
    }

    private ImmutableArray<BudgetWindow> Windows(long watts, DateTimeOffset now) =>
    [
        .. Enumerable.Range(0, 1 + random.Next(3)).Select(i =>
        {
            var start = now.AddMinutes(random.Next(-200, (int)Day.TotalMinutes));
            return new BudgetWindow { Name = $"window-{i}", BudgetWatts = watts * random.Next(40, 105) / 100, Start = start, End = start.AddMinutes(1 + random.Next(600)) };
        }),
    ];

    private List<TruePowerTree.Domain> Make(TruePowerTree tree, PowerDomainKind kind, string prefix, int count, List<TruePowerTree.Domain> above)
    {
        var made = Enumerable.Range(0, count).Select(i => new TruePowerTree.Domain(kind, $"{prefix}{i}") { Parent = above.Count > 0 ? above[random.Next(above.Count)] : null }).ToList();
        tree.Domains.AddRange(made);
        return made;
    }

    private static void Pair(List<TruePowerTree.Domain> pdus)
    {
        for (var i = 0; i + 1 < pdus.Count; i += 2)
        {
            (pdus[i].Twin, pdus[i + 1].Twin, pdus[i].IsA) = (pdus[i + 1], pdus[i], true);
            pdus[i + 1].Parent = pdus[i].Parent;
        }
    }

    // A rack below a pair: all its nodes on both cords, or each on one.
    private void Cord(TruePowerTree.Domain rack, bool byResources)
    {
        var pdu = rack.Parent!;
        var pair = pdu.IsA ? (pdu, pdu.Twin!) : (pdu.Twin!, pdu);
        if (byResources || Chance(60)) rack.Pair = pair;
        else rack.Split = pair;
        rack.Parent = null;
    }

    private TruePowerTree.Cords Node(List<TruePowerTree.Domain> racks, List<TruePowerTree.Domain> pdus, List<TruePowerTree.Domain> rows)
    {
        if (racks.Count > 0)
        {
            var rack = racks[random.Next(racks.Count)];
            if (rack.Pair is { } pair) return new(rack, pair.A, pair.B, null, PowerFeed.None);
            if (rack.Split is { } split) return Chance(50) ? new(rack, split.A, null, null, PowerFeed.A) : new(rack, split.B, null, null, PowerFeed.B);
            return new(rack, rack.Parent is { Kind: PowerDomainKind.Pdu } single ? single : null, null, rack.Parent, PowerFeed.None);
        }

        if (pdus.Count == 0) return new(null, null, null, rows[random.Next(rows.Count)], PowerFeed.None);
        var pdu = pdus[random.Next(pdus.Count)];
        if (pdu.Twin is null || Chance(30)) return new(null, pdu, null, null, PowerFeed.None);
        return pdu.IsA ? new(null, pdu, pdu.Twin, null, PowerFeed.None) : new(null, pdu.Twin, pdu, null, PowerFeed.None);
    }

    private bool Chance(int percent) => random.Next(100) < percent;
}
