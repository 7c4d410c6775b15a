using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Testing.Cases;

/// <summary>
/// Draws small cases for the brute force: 2 to 10 nodes in 1 to 3 switch tiers, 1 to 3 slots a node, gangs of 1 to 8 members, with NVLink domains,
/// nested and dual-fed power, required and preferred tiers, mixed roles and segments, all tight enough that a good share does not fit.
/// </summary>
public sealed class SmallCases
{
    private static readonly string?[] Workloads = ["pretrain", "pretrain", "pretrain", null, "finetune", "inference", "decode", "batch"];

    private readonly Random _random;
    private readonly int _seed;
    private readonly int _nodes;
    private readonly int _gpusPerPod;
    private readonly int[] _slots;
    private readonly List<PodInfo> _pods = [];
    private int _fabricTiers;
    private int[] _leafOf = [];
    private int[] _nvLinkOf = [];
    private bool _sharedNvLink;

    private SmallCases(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _nodes = 2 + _random.Next(9);
        _gpusPerPod = 1 << _random.Next(3);
        var slots = 1 + _random.Next(3);
        var even = Chance(70);
        _slots = [.. Enumerable.Range(0, _nodes).Select(_ => even ? slots : 1 + _random.Next(3))];
    }

    /// <summary>The case of a seed.</summary>
    public static PlacementCase Draw(int seed) => new SmallCases(seed).Draw();

    private PlacementCase Draw()
    {
        DrawNetwork();
        var gang = DrawGang();
        var nodes = Enumerable.Range(0, _nodes).Select(DrawNode).ToArray();
        DrawPods();
        var onePath = new SmallCasePower(_random, nodes, _pods, _leafOf, gang).Apply();
        var proved = gang.Roles.Length == 1 && gang.Hints.SegmentSize == 0 && onePath;
        return new(_seed, [.. nodes], [.. _pods], gang, proved);
    }

    private void DrawNetwork()
    {
        _fabricTiers = 1 + _random.Next(3);
        var leaves = 1 + _random.Next(Math.Min(5, _nodes));
        var inOrder = Chance(60);
        _leafOf = [.. Enumerable.Range(0, _nodes).Select(i => inOrder ? i * leaves / _nodes : _random.Next(leaves))];
        _sharedNvLink = Chance(45);
        var size = 2 + _random.Next(3);
        var crossing = Chance(25);
        _nvLinkOf = [.. Enumerable.Range(0, _nodes).Select(i => crossing ? _random.Next(1 + (_nodes / size)) : (100 * _leafOf[i]) + (i / size))];
    }

    private NodeInfo DrawNode(int i)
    {
        var gpus = _slots[i] * _gpusPerPod;
        var leaf = _leafOf[i];
        string?[] fabric = [$"l{leaf}", $"s{leaf / 2}", $"c{leaf / 4}"];
        return new()
        {
            Name = ClusterBuilder.NameOf(i),
            Uid = $"uid-{i}",
            Labels = ImmutableDictionary<string, string>.Empty.Add("kubernetes.io/hostname", ClusterBuilder.NameOf(i)),
            Allocatable = ClusterBuilder.Allocatable(gpus, Chance(5) ? 2 : 110).With(ResourceList.Cpu, Chance(10) ? 4_000 : 96_000),
            Location = new("toposcheduler", [.. fabric.Take(_fabricTiers)], IdScope.Path, _sharedNvLink ? $"v{_nvLinkOf[i]}" : null),
            Power = ClusterBuilder.H100(gpus) with { Powered = !Chance(2) },
            Accelerator = "H100 SXM",
            Unschedulable = Chance(5),
            Ready = !Chance(3),
        };
    }

    private void DrawPods()
    {
        var load = _random.Next(60);
        for (var i = 0; i < _nodes; i++)
        {
            if (Chance(15)) _pods.Add(ClusterBuilder.BoundPod(ClusterBuilder.NameOf(i), $"daemon-{i}", 0, daemon: true));
            if (Chance(5)) _pods.Add(ClusterBuilder.BoundPod(ClusterBuilder.NameOf(i), $"small-{i}", 0));
            for (var s = 0; s < _slots[i]; s++)
            {
                if (Chance(load)) _pods.Add(ClusterBuilder.BoundPod(ClusterBuilder.NameOf(i), $"busy-{i}-{s}", _gpusPerPod));
            }
        }
    }

    private Gang DrawGang()
    {
        var members = 1 + _random.Next(8);
        var builder = GangBuilder.Mixed();
        var kind = members > 1 ? _random.Next(10) : 0;
        var leaders = kind > 0 && members > 3 && Chance(30) ? 2 : 1;
        if (kind is 7) builder.Role("launcher", leaders, 0, Chance(50) ? 3_000 : 500);
        if (kind is 8) builder.Role("leader", leaders, _gpusPerPod * 2);
        if (kind is 9) builder.Role("leader", leaders, _gpusPerPod, 2_500);
        builder.Role("worker", kind >= 7 ? members - leaders : members, _gpusPerPod);
        builder.Workload(Workloads[_random.Next(Workloads.Length)]);
        DrawTiers(builder, members);
        if (kind < 7 && builder.Build().Hints.SegmentSize == 0 && Chance(12)) builder.Min(1 + _random.Next(members));
        return WithParallelism(builder.SelfExclusion(Chance(8)).Build());
    }

    /// <summary>In one case of six: tensor parallel inside each pod, and now and then pipeline stages between the data parallel groups.</summary>
    private Gang WithParallelism(Gang gang)
    {
        if (gang.MinMembers < gang.Size || gang.Gpus == 0 || !Chance(17)) return gang;
        var rest = gang.Gpus / _gpusPerPod;
        var stages = rest % 2 == 0 && Chance(50) ? 2 : 1;
        return gang with { Hints = gang.Hints with { Parallelism = [new("tp", _gpusPerPod), new("pp", stages), new("dp", rest / stages)] } };
    }

    private void DrawTiers(GangBuilder builder, int members)
    {
        Tier[] tiers = [Tier.NvLinkDomain, .. Enumerable.Range(0, _fabricTiers).Select(Tier.Fabric)];
        if (Chance(4)) tiers = [Tier.Node, .. tiers];
        if (Chance(40)) builder.Required(tiers[_random.Next(tiers.Length)]);
        if (Chance(25)) builder.Preferred(tiers[_random.Next(tiers.Length)]);
        var sizes = Enumerable.Range(2, 4).Where(s => s < members && members % s == 0).ToArray();
        if (sizes.Length > 0 && Chance(40)) builder.Segments(sizes[_random.Next(sizes.Length)], tiers[_random.Next(Math.Min(2, tiers.Length))]);
    }

    private bool Chance(int percent) => _random.Next(100) < percent;
}
