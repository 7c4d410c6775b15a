using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>Objects of job files → gangs. What pods refer to may stand after them, so gangs are made when all objects are in.</summary>
/// <param name="cluster">What the cluster is known to hold.</param>
/// <param name="defaultNamespace">Namespace of objects that name none.</param>
/// <param name="trusted">Namespaces whose hints may lower the draw on nodes that do not enforce caps; null: all.</param>
internal sealed class JobCollector(ClusterObjects? cluster, string defaultNamespace = ObjectName.DefaultNamespace, ImmutableHashSet<string>? trusted = null)
{
    private readonly ClusterObjects _objects = new(cluster);
    private readonly List<Problem> _problems = [];

    // One entry per gang object, or per group of plain pods, in file order.
    private readonly List<List<(ObjectName Name, FoundObject Found)>> _jobs = [];
    private readonly Dictionary<(string Namespace, string Gang), int> _groups = [];
    private readonly HashSet<(string Group, string Id)> _ids = [];
    private readonly ObjectCheck _check = new();
    private readonly Dictionary<string, int> _others = new(StringComparer.Ordinal);

    /// <summary>Takes an object in.</summary>
    public void Add(FoundObject found)
    {
        if (found.Tree.Kind == TreeKind.Null)
        {
            return;
        }

        var name = OpenPaiJob.NameOf(found.Tree, defaultNamespace) ?? ObjectName.Of(found.Tree, defaultNamespace);
        if (_check.Refuse(found, name) is { } refusal)
        {
            _problems.Add(refusal);
            return;
        }

        var problems = new ObjectProblems(name.Id);
        if (_objects.Add(name, Field.Root(found.Tree, problems)))
        {
            _problems.AddRange(problems.All);
        }
        else if (name is { Kind: "Pod", Group: "" })
        {
            AddPod(name, found);
        }
        else if (JobKind.ReaderOf(name) is not null)
        {
            if (HasName(name, found))
            {
                TellRepeat(name, found);
                _jobs.Add([(name, found)]);
            }
        }
        else if (!JobKind.IsSilent(name))
        {
            var kind = $"{name.Kind} ({name.ApiVersion})";
            _others[kind] = _others.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>All gangs.</summary>
    /// <param name="source">The files, for messages.</param>
    public JobContent Finish(string source)
    {
        var gangs = ImmutableArray.CreateBuilder<Gang>();
        foreach (var job in _jobs)
        {
            gangs.AddRange(Read(job));
        }

        foreach (var (kind, count) in _others)
        {
            _problems.Add(Problem.Warning(source, $"{kind}: {count} of this kind passed over, not read by this version; expected {JobKind.Known}."));
        }

        if (gangs.Count == 0 && !_problems.Exists(p => p.Severity == Severity.Error))
        {
            _problems.Add(Problem.Error(source, $"{_check.FoundInstead("job")}; expected at least one {JobKind.Known}."));
        }

        _problems.AddRange(_objects.Peers.Unasked().Select(id => Problem.Info(id, "no pod or template in the input refers to it; not used.")));
        TellTrust(gangs, source);
        return new([.. gangs.OrderByDescending(g => g.Priority).Select(Believed)], [.. _problems]);
    }

    private void AddPod(ObjectName name, FoundObject found)
    {
        if (!HasName(name, found))
        {
            return;
        }

        if (found.Tree["status"]["phase"].Text is ("Succeeded" or "Failed") and var phase)
        {
            _problems.Add(Problem.Info(name.Id, $"has {phase.ToLowerInvariant()} already and is passed over."));
        }
        else if (PodGroup.GangOf(found.Tree) is not { } gang)
        {
            TellRepeat(name, found);
            _jobs.Add([(name, found)]);
        }
        else if (_groups.TryGetValue((name.Namespace, gang), out var at))
        {
            _jobs[at].Add((name, found));
        }
        else
        {
            _groups[(name.Namespace, gang)] = _jobs.Count;
            _jobs.Add([(name, found)]);
        }
    }

    private bool HasName(ObjectName name, FoundObject found)
    {
        if (name.Name.Length > 0)
        {
            return true;
        }

        var shown = Field.Show(found.Tree["metadata"] is { Kind: TreeKind.Map } metadata ? metadata["name"] : found.Tree["metadata"]);
        _problems.Add(Problem.Error(name.Id, $"metadata.name: {shown}, expected a name ({found.Place})."));
        return false;
    }

    // In a cluster the second would replace the first; here one may ask where a job lands twice. A generated name is another one each time.
    private void TellRepeat(ObjectName name, FoundObject found)
    {
        if (found.Tree["metadata"]["name"].Text.Length > 0 && !_ids.Add((name.Group, name.Id)))
        {
            _problems.Add(Problem.Warning(name.Id, $"is in the input again ({found.Place}) and is planned again, beside the first; expected each name once."));
        }
    }

    private List<Gang> Read(List<(ObjectName Name, FoundObject Found)> job)
    {
        var (name, found) = job[0];
        var gangName = name.Kind == "Pod" ? PodGroup.GangOf(found.Tree) ?? name.Name : name.Name;
        var problems = new ObjectProblems(new GangKey(name.Namespace, name.Kind, gangName).Id);
        if (!ObjectCheck.IsName(name.Name))
        {
            problems.Error($"metadata.name: {Field.Quote(name.Name)}, expected {ObjectCheck.ExpectedName}.");
        }

        job.ForEach(j => ObjectCheck.TellRepeat(j.Found.Tree, problems));
        var objects = job.ConvertAll(j => new JobObject(j.Name, Field.Root(j.Found.Tree, problems), _objects));
        var gangs = (JobKind.ReaderOf(name) is { } read ? read(objects[0]) : PodGroup.Read(objects, gangName)).ToList();
        if (gangs.Count == 0)
        {
            _problems.AddRange(problems.All);
        }

        return gangs;
    }

    // Offline every namespace is trusted; the report says so where it matters.
    private void TellTrust(IReadOnlyCollection<Gang> gangs, string source)
    {
        var lowered = gangs.Where(g => g.Roles.Any(r => r.Template.Gpus > 0 && (r.Template.Power.Utilisation < 1 || r.Template.Power.GpuWatts is not null))).ToList();
        var hints = $"{AnnotationKeys.Workload} and {AnnotationKeys.GpuWatts}";
        if (trusted is null)
        {
            Tell(lowered, of => $"{hints} of {of} are trusted, as in every report from files; they can lower the draw below the GPUs' maximum.");
        }
        else
        {
            Tell(lowered.FindAll(g => !trusted.Contains(g.Key.Namespace)), of => $"{hints} of {of} lower the draw only on nodes that enforce caps: the namespace is none of power.trustedNamespaces.");
        }

        void Tell(List<Gang> told, Func<string, string> message)
        {
            if (told.Count > 0) _problems.Add(Problem.Info(source, message(told[0].Key.Id + (told.Count == 1 ? "" : $" and {told.Count - 1} more"))));
        }
    }

    private Gang Believed(Gang gang) => trusted is null || trusted.Contains(gang.Key.Namespace)
        ? gang
        : gang with { Roles = [.. gang.Roles.Select(r => r with { Template = r.Template with { Power = r.Template.Power with { Trusted = false } } })] };
}
