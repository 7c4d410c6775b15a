using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>A few nodes and pods, written down one by one, and the eligibility of a gang on them.</summary>
internal sealed class FilterScene
{
    public const string Hostname = "kubernetes.io/hostname";
    public const string Zone = "topology.kubernetes.io/zone";

    private readonly List<NodeInfo> _nodes = [];
    private readonly List<PodInfo> _pods = [];

    public ClusterSnapshot Cluster => field ??= ClusterSnapshot.Create(_nodes, _pods);

    /// <summary>A node of 8 cores and 10 pods with its host name and, if given, a zone.</summary>
    public FilterScene Node(string name, string? zone = null, Func<NodeInfo, NodeInfo>? change = null)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add(Hostname, name);
        if (zone is not null) labels = labels.Add(Zone, zone);
        var node = new NodeInfo { Name = name, Labels = labels, Allocatable = ResourceList.Of(("cpu", 8000), ("pods", 10)) };
        _nodes.Add(change?.Invoke(node) ?? node);
        return this;
    }

    public FilterScene Pod(string node, PodTemplate template, bool terminating = false)
    {
        var name = $"pod-{_pods.Count}";
        _pods.Add(new(name, name, node, template, Terminating: terminating));
        return this;
    }

    public EligibilityTable Judge(params PodTemplate[] members) => Judge([.. members.Select(m => (m, 1))]);

    public EligibilityTable Judge(params (PodTemplate Template, int Count)[] roles) => Eligibility.Evaluate(Cluster, GangOf(roles));

    /// <summary>What removed each node for a gang of one member, in the order of the node names: <c>"a: Taints, b: -"</c>.</summary>
    public string RemovedFor(PodTemplate member, int count = 1)
    {
        var removed = Judge((member, count)).Removed[0];
        return string.Join(", ", _nodes.Select(n => n.Name).Order(StringComparer.Ordinal).Select(n => $"{n}: {removed[Cluster.IndexOf(n)]?.ToString() ?? "-"}"));
    }

    public static Gang GangOf(params (PodTemplate Template, int Count)[] roles) => new()
    {
        Key = new("ml", "Job", "train"),
        Roles = [.. roles.Select((r, i) => new GangRole($"role-{i}", r.Count, r.Template, []))],
        MinMembers = roles.Sum(r => r.Count),
    };

    /// <summary>A member that asks for nothing, with a label <c>app</c>.</summary>
    public static PodTemplate Member(string app = "train", string space = "ml") =>
        new() { Namespace = space, Labels = ImmutableDictionary<string, string>.Empty.Add("app", app) };

    public static LabelSelector App(params string[] apps) => new([new("app", SelectorOperator.In, [.. apps])]);

    public static PodAffinityTerm Term(string key, params string[] apps) => new(App(apps), ["ml"], key);

    public static NodeSelectorTerm Labels(params SelectorRequirement[] requirements) => new([.. requirements], []);
}
