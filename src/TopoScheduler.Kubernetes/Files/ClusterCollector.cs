using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.PowerDomains;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// Objects of cluster files → nodes, pods and power domains, one object in memory at a time. Only pods whose reading needs other objects (a priority class, a
/// namespace selector) are kept until all objects are in.
/// </summary>
/// <param name="mapNode">Node fields → node.</param>
internal sealed class ClusterCollector(Func<NodeFields, NodeInfo> mapNode)
{
    private readonly ClusterObjects _objects = new();
    private readonly ImmutableArray<NodeInfo>.Builder _nodes = ImmutableArray.CreateBuilder<NodeInfo>();
    private readonly ImmutableArray<PodInfo>.Builder _pods = ImmutableArray.CreateBuilder<PodInfo>();
    private readonly ImmutableArray<PowerDomainSpec>.Builder _powerDomains = ImmutableArray.CreateBuilder<PowerDomainSpec>();
    private readonly HashSet<PowerDomainSpec> _knownDomains = [];
    private readonly Dictionary<string, int> _copiesOf = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];
    private readonly List<(ObjectName Name, Tree Tree)> _waiting = [];
    private readonly HashSet<string> _podIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _nodeOfUid = new(StringComparer.Ordinal);
    private readonly ObjectCheck _check = new();
    private bool _anyPod;
    private int _hyperNodes;

    /// <summary>Takes an object in.</summary>
    public void Add(FoundObject found)
    {
        if (found.Tree.Kind == TreeKind.Null)
        {
            return;
        }

        var name = ObjectName.Of(found.Tree);
        if (_check.Refuse(found, name) is { } refusal)
        {
            _problems.Add(refusal);
            return;
        }

        if (name.Kind is "Node" or "Pod" && name.Group.Length == 0)
        {
            AddNodeOrPod(name, found);
            return;
        }

        if (name is { Kind: PowerDomainReader.Kind, Group: PowerDomainReader.Group })
        {
            AddPowerDomain(found.Tree);
            return;
        }

        _hyperNodes += name.Kind == "HyperNode" ? 1 : 0;
        var problems = new ObjectProblems(name.Id);
        _objects.Add(name, Field.Root(found.Tree, problems));
        _problems.AddRange(problems.All);
    }

    /// <summary>Pods were looked for: where there are none, there are none.</summary>
    public void PodsAreKnown() => _anyPod = true;

    /// <summary>The cluster.</summary>
    /// <param name="source">The file, for messages.</param>
    public ClusterContent Finish(string source)
    {
        foreach (var (name, tree) in _waiting)
        {
            AddPod(name, tree);
        }

        _waiting.Clear();
        if (_nodes.Count == 0)
        {
            _problems.Add(Problem.Error(source, $"{_check.FoundInstead("node")}; expected Node objects, as kubectl get nodes,pods -A -o json prints them."));
        }
        else if (!_anyPod)
        {
            _problems.Add(Problem.Info(source, "holds no pods; the cluster is assumed empty. Expected nodes and pods, as kubectl get nodes,pods -A prints them."));
        }

        if (_hyperNodes > 0)
        {
            _problems.Add(Problem.Info(source, $"{_hyperNodes} HyperNode objects are passed over; the network is read from the labels of nodes. Volcano's tier 1 is read as the leaf."));
        }

        return new(_nodes.ToImmutable(), _pods.ToImmutable(), [.. _problems]) { Objects = _objects, PowerDomains = _powerDomains.ToImmutable() };
    }

    private void AddNodeOrPod(ObjectName name, FoundObject found)
    {
        _anyPod |= name.Kind == "Pod";
        if (found.Tree["metadata"]["name"].Text.Length == 0)
        {
            var shown = Field.Show(found.Tree["metadata"]["name"]);
            _problems.Add(Problem.Error(name.Kind == "Node" ? "node/?" : name.Id, $"metadata.name: {shown}, expected a name ({found.Place})."));
        }
        else if (name.Kind == "Node")
        {
            AddNode(name, found);
        }
        else if (PodInfoReader.Occupies(found.Tree))
        {
            if (PodInfoReader.NeedsOtherObjects(found.Tree))
            {
                _waiting.Add((name, found.Tree));
            }
            else
            {
                AddPod(name, found.Tree);
            }
        }
    }

    private void AddNode(ObjectName name, FoundObject found)
    {
        var problems = new ObjectProblems($"node/{name.Name}");
        ObjectCheck.TellRepeat(found.Tree, problems);
        if (!ObjectCheck.IsName(name.Name))
        {
            problems.Warning($"metadata.name: {Field.Quote(name.Name)}, used as it is; expected {ObjectCheck.ExpectedName}.");
        }

        if (name.Uid.Length > 0 && !_nodeOfUid.TryAdd(name.Uid, name.Name) && _nodeOfUid[name.Uid] != name.Name)
        {
            problems.Warning($"metadata.uid: {Field.Quote(name.Uid)} is that of node/{_nodeOfUid[name.Uid]} too; both are used, expected a uid of its own.");
        }

        if (found.Tree["status"]["allocatable"].Kind == TreeKind.Null && found.Tree["status"]["capacity"].Kind == TreeKind.Null)
        {
            problems.Warning("status.allocatable: nothing, so the node takes no pod; expected its resources, as kubectl get nodes -o yaml prints them.");
        }

        _nodes.Add(mapNode(NodeReader.Read(Field.Root(found.Tree, problems))));
        _problems.AddRange(problems.All);
    }

    // What is wrong with one that is used goes with it.
    private void AddPowerDomain(Tree tree)
    {
        var problems = PowerDomainReader.ProblemsOf(tree);
        ObjectCheck.TellRepeat(tree, problems);
        var reading = PowerDomainReader.Read(Field.Root(tree, problems));
        if (reading.Spec is not { } spec)
        {
            _problems.AddRange(reading.Problems);
        }
        else if (_knownDomains.Add(spec))
        {
            // Two versions of one object: which is the newer nobody knows, so both count, as two.
            var copies = _copiesOf[spec.Source] = _copiesOf.GetValueOrDefault(spec.Source) + 1;
            _powerDomains.Add(copies == 1 ? spec : spec with { Source = $"{spec.Source}#{copies}" });
        }
    }

    private void AddPod(ObjectName name, Tree tree)
    {
        var problems = new ObjectProblems(name.Id);
        ObjectCheck.TellRepeat(tree, problems);
        if (_podIds.Add(name.Uid.Length > 0 ? name.Uid : name.Id))
        {
            _pods.Add(PodInfoReader.Read(name, Field.Root(tree, problems), _objects));
        }
        else
        {
            problems.Warning("is in the input more than once; the first is used.");
        }

        _problems.AddRange(problems.All);
    }
}
