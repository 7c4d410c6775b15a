using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>Objects of a cluster file → gangs with their pods, jobs and resources.</summary>
internal sealed class SituationCollector
{
    private readonly Dictionary<(string Namespace, string Name, string Uid), SituationPod> _pods = [];
    private readonly List<FoundObject> _jobs = [];
    private readonly JobStates _states = new();
    private readonly List<GangPlacement> _placements = [];

    /// <summary>Takes an object in and hands it on.</summary>
    public FoundObject See(FoundObject found)
    {
        if (found.Tree.Kind != TreeKind.Map) return found;
        var name = ObjectName.Of(found.Tree);
        if (name is { Kind: "Pod", Group: "" })
        {
            if (found.Tree["metadata"]["name"].Text.Length > 0) _pods.TryAdd((name.Namespace, name.Name, name.Uid), SituationPod.Read(found.Tree));
            _states.SeePod(found.Tree);
        }
        else if (name.Kind == GangPlacementJson.Kind)
        {
            if (GangPlacementReader.Read(found.Tree) is { } placement) _placements.Add(placement);
        }
        else if (JobKind.ReaderOf(name) is not null)
        {
            _jobs.Add(found);
            _states.See(name, found.Tree);
        }

        return found;
    }

    /// <summary>Takes in a pod that is known to have a node, whatever a listing said a moment before.</summary>
    public void See(PodInfo bound)
    {
        var key = (bound.Template.Namespace, bound.Name, bound.Uid);
        if (!_pods.TryGetValue(key, out var listed)) _pods.Add(key, SituationPod.Of(bound));
        else if (listed.Node is null) _pods[key] = listed with { Node = bound.NodeName };
    }

    /// <summary>Gangs whose pods with a node are needed whole: those that have others without one, and those asked for.</summary>
    public HashSet<GangKey> Wanted(Func<SituationPod, bool> asked)
    {
        var wanted = _pods.Values.Where(p => p.IsPending || asked(p)).Select(p => p.Gang).ToHashSet();
        wanted.IntersectWith(_pods.Values.Where(p => p is { Node: not null, IsFinished: false }).Select(p => p.Gang));
        return wanted;
    }

    /// <summary>Keeps a pod of one of these gangs whole.</summary>
    public void Complete(Tree tree, HashSet<GangKey> wanted)
    {
        if (tree.Kind != TreeKind.Map || tree["kind"].Text != "Pod") return;
        var name = ObjectName.Of(tree);
        var key = (name.Namespace, name.Name, name.Uid);
        if (_pods.TryGetValue(key, out var pod) && wanted.Contains(pod.Gang)) _pods[key] = pod with { Tree = tree };
    }

    /// <summary>The gangs.</summary>
    public ClusterSituation Finish(ClusterContent content)
    {
        var jobs = new JobCollector(content.Objects);
        foreach (var job in _jobs) jobs.Add(job);
        var read = _jobs.Count == 0 ? [] : jobs.Finish("").Gangs;
        ImmutableArray<SituationPod> pods = [.. _pods.Values.OrderBy(p => p.Namespace, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal)];
        var gangs = pods.GroupBy(p => p.Gang).Select(g => GangOf(g.Key, [.. g], read, content.Objects)).OfType<SituationGang>().ToList();
        gangs.AddRange(_states.WithoutPods(read, gangs.Select(g => g.Gang.Key)).Select(j => Situated(j, [])).ToList());
        return new(
            content,
            [.. gangs.OrderBy(g => g.Gang.Key.Namespace, StringComparer.Ordinal).ThenBy(g => g.Gang.Key.Kind, StringComparer.Ordinal).ThenBy(g => g.Gang.Key.Name, StringComparer.Ordinal).ThenBy(g => g.Gang.Key.Restart)],
            pods,
            [.. gangs.Where(g => g.Waits).SelectMany(g => g.Gang.Problems)]);
    }

    private SituationGang? GangOf(GangKey key, ImmutableArray<SituationPod> pods, ImmutableArray<Gang> jobs, ClusterObjects objects)
    {
        if (jobs.FirstOrDefault(j => j.Key.Namespace == key.Namespace && j.Key.Kind == key.Kind && j.Key.Name == key.Name) is { } job) return Situated(job with { Key = key }, pods);
        ImmutableArray<SituationPod> alive = [.. pods.Where(p => p is { IsFinished: false, Tree: not null })];
        // Pods with a node that nobody asks about are read elsewhere.
        if (alive.IsEmpty) return pods.All(p => p.IsFinished) ? Situated(new() { Key = key, Roles = [] }, pods) : pods.Any(p => p.IsKeyed) ? Situated(new() { Key = key, Roles = [] }, pods) : null;
        var problems = new ObjectProblems(key.Id);
        var trees = alive.Select(p => new JobObject(ObjectName.Of(p.Tree!), Field.Root(FreedPod.Of(p.Tree!), problems), objects)).ToList();
        var gang = PodGroup.Read(trees, key.Name).FirstOrDefault() ?? new Gang { Key = key, Roles = [], Problems = problems.ToImmutable() };
        return Situated(gang with { Key = key }, pods);
    }

    private SituationGang Situated(Gang gang, ImmutableArray<SituationPod> pods) => new()
    {
        Gang = gang,
        Pods = pods,
        Placement = _placements.Find(p => p.Gang.Namespace == gang.Key.Namespace && p.Gang.Kind == gang.Key.Kind && p.Gang.Name == gang.Key.Name && p.Gang.Restart == gang.Key.Restart),
        IsSuspended = pods.All(p => p.IsFinished) && _states.AwaitsKueue(gang.Key),
        AwaitsPods = pods.IsEmpty && !_states.AwaitsKueue(gang.Key) && !_states.IsOver(gang.Key),
        IsPaused = pods.IsEmpty && _states.IsSuspended(gang.Key),
    };
}
