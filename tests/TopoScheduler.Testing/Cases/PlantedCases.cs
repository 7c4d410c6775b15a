using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Testing.Cases;

/// <summary>
/// Draws cases of 64 to 512 nodes that surely fit: a random placement is drawn first, then other slots are filled and the budgets of racks (which
/// cross leaves), PDUs and rows are set to just admit it.
/// </summary>
public sealed class PlantedCases
{
    private readonly Random _random;
    private readonly int _seed;
    private readonly int _spines;
    private readonly int _leaves;
    private readonly int _nodesPerLeaf;
    private readonly int _slots;
    private readonly int _nvLinkSize;
    private readonly int[] _planted;
    private readonly int[] _plantedLaunchers;
    private readonly List<PodInfo> _pods = [];

    private PlantedCases(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _spines = 2 + _random.Next(3);
        _leaves = 2 + _random.Next(7);
        var leaves = _spines * _leaves;
        _nodesPerLeaf = _random.Next((64 + leaves - 1) / leaves, (512 / leaves) + 1);
        _slots = Chance(60) ? 1 : 2;
        _nvLinkSize = Chance(30) ? 2 + _random.Next(3) : 0;
        _planted = new int[leaves * _nodesPerLeaf];
        _plantedLaunchers = new int[_planted.Length];
    }

    private int Count => _planted.Length;

    private int GpusPerPod => 8 / _slots;

    /// <summary>The case of a seed.</summary>
    public static PlacementCase Draw(int seed) => new PlantedCases(seed).Draw();

    private PlacementCase Draw()
    {
        var kind = _random.Next(4);
        var gang = kind switch
        {
            1 => PlantRequired(),
            2 => PlantSegments(),
            3 => PlantMixed(),
            _ => PlantAnywhere(Enumerable.Range(0, Count).ToArray(), Members(64)).Build(),
        };
        FillOtherSlots();
        var onePath = true;
        var nodes = Builder().BuildNodes().ToArray();
        HangInPowerTree(nodes, ref onePath);
        SetBudgets(nodes, gang);
        return new(_seed, [.. nodes], [.. _pods], gang, gang.Roles.Length == 1 && gang.Hints.SegmentSize == 0 && onePath);
    }

    private ClusterBuilder Builder() =>
        ClusterBuilder.Spines(_spines).Leaves(_leaves).NodesPerLeaf(_nodesPerLeaf).GpusPerNode(8).NvLinkDomains(_nvLinkSize);

    private int Members(int most) => 2 + _random.Next(Math.Max(1, Math.Min(most, Count * _slots) - 1));

    private GangBuilder PlantAnywhere(int[] among, int members)
    {
        var slots = among.SelectMany(n => Enumerable.Repeat(n, _slots - _planted[n])).ToArray();
        _random.Shuffle(slots);
        members = Math.Min(members, slots.Length);
        foreach (var n in slots.Take(members)) _planted[n]++;
        return GangBuilder.Mixed().Role("worker", members, GpusPerPod).Workload("pretrain");
    }

    private Gang PlantRequired()
    {
        Tier[] tiers = _nvLinkSize > 0 ? [Tier.NvLinkDomain, Tier.Leaf, Tier.Spine] : [Tier.Leaf, Tier.Spine];
        var tier = tiers[_random.Next(tiers.Length)];
        var domains = DomainsOf(tier);
        var domain = domains[_random.Next(domains.Count)];
        return PlantAnywhere(domain, 1 + _random.Next(domain.Length * _slots)).Required(tier).Build();
    }

    private Gang PlantSegments()
    {
        var tier = _nvLinkSize > 0 && Chance(50) ? Tier.NvLinkDomain : Tier.Leaf;
        var domains = DomainsOf(tier);
        var size = 2 + _random.Next(Math.Max(1, Math.Min(6, domains.Min(d => d.Length) * _slots) - 1));
        var segments = 0;
        for (var wanted = 1 + _random.Next(8); wanted > 0; wanted--)
        {
            var roomy = domains.Where(d => d.Sum(n => _slots - _planted[n]) >= size).ToList();
            if (roomy.Count == 0) break;
            PlantAnywhere(roomy[_random.Next(roomy.Count)], size);
            segments++;
        }

        return GangBuilder.Mixed().Role("worker", segments * size, GpusPerPod).Workload("pretrain").Segments(size, tier).Build();
    }

    private Gang PlantMixed()
    {
        var required = Chance(40);
        var spine = DomainsOf(Tier.Spine)[_random.Next(_spines)];
        var among = required ? spine : Enumerable.Range(0, Count).ToArray();
        var workers = PlantAnywhere(among, Members(40)).Build().Size;
        var gang = GangBuilder.Mixed();
        if (Chance(60))
        {
            _plantedLaunchers[among[_random.Next(among.Length)]]++;
            gang.Role("launcher", 1, 0, 4_000).Role("worker", workers, GpusPerPod);
        }
        else
        {
            gang.Role("leader", 1, GpusPerPod, 8_000).Role("worker", workers - 1, GpusPerPod);
            if (workers < 2) gang = GangBuilder.Mixed().Role("leader", workers, GpusPerPod, 8_000);
        }

        if (required) gang.Required(Tier.Spine);
        return gang.Workload("pretrain").Build();
    }

    private List<int[]> DomainsOf(Tier tier)
    {
        var size = tier == Tier.NvLinkDomain ? _nvLinkSize : tier == Tier.Leaf ? _nodesPerLeaf : _nodesPerLeaf * _leaves;
        return [.. Enumerable.Range(0, Count).GroupBy(n => n / size).Select(g => g.ToArray())];
    }

    private void FillOtherSlots()
    {
        var load = Chance(30) ? 100 : 40 + _random.Next(60);
        for (var n = 0; n < Count; n++)
        {
            for (var s = _planted[n]; s < _slots; s++)
            {
                if (Chance(load)) _pods.Add(ClusterBuilder.BoundPod(ClusterBuilder.NameOf(n), $"busy-{n}-{s}", GpusPerPod));
            }
        }
    }

    private void HangInPowerTree(NodeInfo[] nodes, ref bool onePath)
    {
        var perRack = 4 + _random.Next(9);
        var racks = (Count / perRack) + 1;
        var shift = 1 + _random.Next(perRack - 1);
        var scattered = Chance(35);
        var feeds = _random.Next(8);
        onePath = feeds != 0;
        var sideB = 2 + _random.Next(5);
        for (var n = 0; n < Count; n++)
        {
            var rack = scattered ? n % racks : (n + shift) / perRack;
            var at = new PowerLocation { Rack = $"r{rack:D3}", Pdu = $"p{rack / 3:D3}", Row = $"w{rack / 12:D2}" };
            if (feeds == 0) at = at with { PduB = $"q{rack % sideB:D3}", Row = null };
            if (feeds == 1) at = at with { PduB = $"q{rack / 3:D3}" };
            nodes[n] = nodes[n] with { PowerLocation = at };
        }
    }

    /// <summary>Every budget is what the planted placement draws, and less than half a member more.</summary>
    private void SetBudgets(NodeInfo[] nodes, Gang gang)
    {
        var podsOf = _pods.ToLookup(p => p.NodeName);
        var launcher = gang.Roles.FirstOrDefault(r => r.Template.Gpus == 0);
        var worker = gang.Roles[^1].Template.Power;
        var draw = nodes.Select((node, n) => NaivePower.NodeWatts(
            node.Power,
            podsOf[node.Name].Sum(p => NaivePower.PodWatts(node.Power, p.Template.Power))
                + (_planted[n] * NaivePower.PodWatts(node.Power, worker))
                + (launcher is null ? 0 : _plantedLaunchers[n] * NaivePower.PodWatts(node.Power, launcher.Template.Power)))).ToArray();
        var peak = new NaivePower(nodes).PeakHalfWatts(draw);
        var slack = NaivePower.PodWatts(nodes[0].Power, worker) / 2;
        var unbounded = Chance(50) ? 0 : 20;
        var budgets = peak.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(
            p => p.Key, p => Chance(unbounded) ? (long?)null : ((p.Value + 1) / 2) + _random.NextInt64(slack));
        for (var n = 0; n < nodes.Length; n++)
        {
            var at = nodes[n].PowerLocation;
            nodes[n] = nodes[n] with
            {
                PowerLocation = at with
                {
                    RackBudgetWatts = budgets[$"rack/{at.Rack}"],
                    PduBudgetWatts = budgets[$"pdu/{at.Pdu}"],
                    PduBBudgetWatts = at.PduB is null ? null : budgets[$"pdu/{at.PduB}"] ?? 1_000_000_000,
                    RowBudgetWatts = at.Row is null ? null : budgets[$"row/{at.Row}"],
                },
            };
        }
    }

    private bool Chance(int percent) => _random.Next(100) < percent;
}
