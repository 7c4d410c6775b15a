using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using static TopoScheduler.Core.Tests.Filters.FilterScene;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Small clusters and members with everything the filters look at, drawn from a seed; each feature is rare enough that some node is left.</summary>
internal sealed class FilterWorld
{
    private static readonly string[] Apps = ["train", "web", "db"];
    private static readonly string[] Keys = [Hostname, Zone, "rack"];
    private readonly Random _random;

    public FilterWorld(int seed)
    {
        _random = new(seed);
        Nodes = [.. Enumerable.Range(0, _random.Next(2, 7)).Select(Node)];
        Pods = [.. Enumerable.Range(0, _random.Next(0, 9)).Select(i => new PodInfo(
            $"p{i}", $"u{i}", Nodes[_random.Next(Nodes.Length)].Name, Template(), Terminating: Chance(8)))];
        Member = Template() with
        {
            Tolerations = [.. Some(3, () => new Toleration(
                Pick("gpu", "spot", null, "node.kubernetes.io/unschedulable"), Chance(2), Pick("yes", null), Pick("NoSchedule", "NoExecute", null)))],
            NodeSelector = Chance(6) ? ImmutableDictionary<string, string>.Empty.Add(Zone, Pick("x", "y")!) : ImmutableDictionary<string, string>.Empty,
            NodeAffinity = [.. Some(5, NodeTerm)],
            VolumeAffinity = [.. Some(8, () => ImmutableArray.Create(NodeTerm()))],
            NodeName = Chance(20) ? "n1" : null,
            Spread = [.. Some(3, Spread)],
        };
    }

    public ImmutableArray<NodeInfo> Nodes { get; }

    public ImmutableArray<PodInfo> Pods { get; }

    public PodTemplate Member { get; }

    private NodeInfo Node(int i)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add("size", $"{i}");
        if (!Chance(10)) labels = labels.Add(Hostname, $"n{i}");
        if (!Chance(6)) labels = labels.Add(Zone, Pick("x", "y", "z")!);
        if (!Chance(4)) labels = labels.Add("rack", Pick("r1", "r2")!);
        return new()
        {
            Name = $"n{i}",
            Labels = labels,
            Ready = !Chance(12),
            Unschedulable = Chance(8),
            Taints = [.. Some(6, () => new Taint(Pick("gpu", "spot")!, Pick("yes", null), Pick("NoSchedule", "NoExecute", "PreferNoSchedule")!))],
            Allocatable = ResourceList.Of(("cpu", _random.Next(0, 9)), ("memory", _random.Next(2, 20)), ("pods", _random.Next(2, 8))),
        };
    }

    private PodTemplate Template() => new()
    {
        Namespace = Chance(6) ? "other" : "ml",
        Labels = ImmutableDictionary<string, string>.Empty.Add("app", Apps[_random.Next(Apps.Length)]),
        Requests = ResourceList.Of(("cpu", _random.Next(0, 3)), ("memory", _random.Next(0, 3))),
        HostPorts = [.. Some(8, () => new HostPort(Pick("TCP", "UDP")!, Pick("0.0.0.0", "10.0.0.1", "10.0.0.2")!, _random.Next(80, 82)))],
        Affinity = [.. Some(6, Term)],
        AntiAffinity = [.. Some(6, Term)],
    };

    private PodAffinityTerm Term() => new(
        Chance(12) ? null : App(Pick(Apps)!, Pick(Apps)!), Chance(5) ? [] : [Pick("ml", "other")!], Pick(Keys)!);

    private SpreadConstraint Spread() => new(
        _random.Next(1, 3), Pick(Keys)!, Chance(12) ? new([]) : App(Pick(Apps)!, Pick(Apps)!), _random.Next(1, 4), !Chance(3), Chance(3));

    private NodeSelectorTerm NodeTerm() => Chance(4)
        ? new([], [new("metadata.name", Chance(3) ? SelectorOperator.In : SelectorOperator.NotIn, ["n1"])])
        : Labels(Pick<Func<SelectorRequirement>>(
            () => new("size", SelectorOperator.Gt, [$"{_random.Next(3)}"]),
            () => new("size", SelectorOperator.Lt, [$"{_random.Next(2, 6)}"]),
            () => new(Zone, SelectorOperator.NotIn, ["x"]),
            () => new(Zone, SelectorOperator.In, ["x", "y"]),
            () => new("rack", SelectorOperator.Exists, []),
            () => new("rack", SelectorOperator.DoesNotExist, []))!());

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T? Pick<T>(params T?[] values) => values[_random.Next(values.Length)];

    private IEnumerable<T> Some<T>(int oneIn, Func<T> make)
    {
        while (Chance(oneIn))
        {
            yield return make();
        }
    }
}
