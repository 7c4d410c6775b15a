using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using TopoScheduler.Testing.Cases;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>
/// The network, power and pods of a <see cref="SmallCases"/> case with what else a single pod may meet: taints, zones, other accelerators, unknown watts,
/// pods that refuse others, ports taken. And one pod to place.
/// </summary>
internal sealed class JudgeWorld
{
    private static readonly string[] Apps = ["train", "web", "db"];
    private readonly Random _random;

    // Nodes have different accelerators, so that a pod's own time depends on its node.
    private readonly bool _isMixed;

    public JudgeWorld(int seed)
    {
        _random = new(seed);
        var drawn = SmallCases.Draw(seed);
        _isMixed = Chance(30);
        var gpus = drawn.Gang.Roles[^1].Template.Gpus;
        Nodes = [.. drawn.Nodes.Select(Changed)];
        var refusing = Chance(40);
        Pods = [.. drawn.Pods.Select(p => Chance(30) ? p with { Template = Meeting(p.Template, refusing) } : p)];
        Cluster = ClusterSnapshot.Create(Nodes, Pods);
        var asked = Chance(30) ? 0 : gpus * (1 + _random.Next(2));
        var builder = GangBuilder.Mixed().Role("pod", 1, asked, 500 + 500 * _random.Next(9)).Trusted(Chance(70))
            .Workload(new[] { "pretrain", null, "finetune", "inference", "decode" }[_random.Next(5)]);
        Tier[] tiers = [Tier.Node, Tier.NvLinkDomain, Tier.Leaf, Tier.Spine, Tier.Core, Tier.Cluster];
        if (Chance(25)) builder.Required(tiers[_random.Next(tiers.Length)]);
        if (Chance(15)) builder.Preferred(tiers[_random.Next(tiers.Length)]);
        var filtered = Chance(50);
        Gang = builder.Templates(t => Pod(filtered ? Meeting(t, Chance(40)) : t)).Build();
    }

    public ImmutableArray<NodeInfo> Nodes { get; }

    public ImmutableArray<PodInfo> Pods { get; }

    public ClusterSnapshot Cluster { get; }

    /// <summary>The pod, as a gang of one.</summary>
    public Gang Gang { get; }

    /// <summary>The same nodes with some pods taken away and others added.</summary>
    public ClusterSnapshot Changed()
    {
        var added = Enumerable.Range(0, _random.Next(4)).Select(i =>
            ClusterBuilder.BoundPod(Nodes[_random.Next(Nodes.Length)].Name, $"more-{i}", _random.Next(2) * Gang.Roles[0].Template.Gpus));
        return Cluster.WithPods(_ => !Chance(20)).Plus([.. added]);
    }

    private NodeInfo Changed(NodeInfo node) => node with
    {
        Labels = Chance(80) ? node.Labels.Add(Zone, Chance(50) ? "x" : "y") : node.Labels,
        Taints = Chance(20) ? [new(Chance(50) ? "gpu" : "spot", null, Chance(70) ? "NoSchedule" : "PreferNoSchedule")] : [],
        Power = Chance(6) ? node.Power with { WattsKnown = false } : node.Power,
        Accelerator = !_isMixed || Chance(70) ? node.Accelerator : Chance(50) ? "A100 SXM" : null,
    };

    private PodTemplate Pod(PodTemplate template) => template with
    {
        Tolerations = Chance(30) ? [new("gpu", true, null, null)] : Chance(20) ? [new(null, true, null, null)] : [],
        NodeSelector = Chance(15) ? template.NodeSelector.Add(Zone, "x") : template.NodeSelector,
        NodeAffinity = Chance(15) ? [Labels(new SelectorRequirement(Zone, SelectorOperator.NotIn, ["y"]))] : [],
        VolumeAffinity = Chance(8) ? [[Labels(new SelectorRequirement(Zone, SelectorOperator.Exists, []))]] : [],
        NodeName = Chance(4) ? "n0001" : null,
        Power = template.Power with { CapWatts = Chance(10) ? 400 : null },
    };

    private PodTemplate Meeting(PodTemplate template, bool refusing) => template with
    {
        Labels = template.Labels.SetItem("app", Apps[_random.Next(Apps.Length)]),
        HostPorts = Chance(30) ? [new("TCP", "0.0.0.0", _random.Next(80, 82))] : [],
        Affinity = Chance(15) ? [Term(Key(), Apps[_random.Next(Apps.Length)])] : [],
        AntiAffinity = refusing && Chance(50) ? [Term(Key(), Apps[_random.Next(Apps.Length)])] : [],
    };

    private string Key() => Chance(50) ? Zone : Hostname;

    private bool Chance(int percent) => _random.Next(100) < percent;
}
