using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Objects of other schedulers and operators that jobs refer to by name: pod groups, topologies with their aliases, training runtimes.</summary>
internal sealed class PeerObjects
{
    private readonly Dictionary<string, GroupObject> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroupObject> _groupOfJob = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _labelOfAlias = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Id)> _stated = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tree> _runtimes = new(StringComparer.Ordinal);

    /// <summary>Everything another one holds.</summary>
    public void Add(PeerObjects other)
    {
        foreach (var (key, value) in other._groups) _groups[key] = value;
        foreach (var (key, value) in other._groupOfJob) _groupOfJob[key] = value;
        foreach (var (key, value) in other._labelOfAlias) _labelOfAlias[key] = value;
        foreach (var (key, value) in other._runtimes) _runtimes[key] = value;
    }

    /// <summary>The PodGroup of a name, or null.</summary>
    public GroupObject? Group(string ns, string name)
    {
        _asked.Add($"{ns}/{name}");
        return Completed(_groups.GetValueOrDefault($"{ns}/{name}"), ns);
    }

    /// <summary>PodGroups added here that nothing has asked for yet.</summary>
    public IEnumerable<string> Unasked() => _stated.Where(s => !_asked.Contains(s.Key)).Select(s => s.Id).Distinct(StringComparer.Ordinal);

    /// <summary>The pod group that a Workload object gives to a job, or null.</summary>
    public GroupObject? GroupOfJob(string ns, string kind, string name) => _groupOfJob.GetValueOrDefault($"{ns}/{kind}/{name}");

    /// <summary>The node label key of a level alias: of the topology named, else of any one; null when there is none.</summary>
    public string? LabelOfLevel(string? topology, string alias) => _labelOfAlias.GetValueOrDefault($"{topology}/{alias}");

    /// <summary>A training runtime, or null.</summary>
    public Tree? Runtime(string ns, string kind, string name) => _runtimes.GetValueOrDefault(kind == "TrainingRuntime" ? $"{ns}/{name}" : name);

    /// <summary>Takes an object in; false when it is none of these.</summary>
    public bool Add(ObjectName name, Field root)
    {
        switch (name.Kind)
        {
            case "PodGroup":
                _groups[$"{name.Namespace}/{name.Name}"] = new(name.Id, root["spec"].Tree);
                _stated.Add(($"{name.Namespace}/{name.Name}", name.Id));
                return true;
            case "Workload" when name.Group == "scheduling.k8s.io":
                AddWorkload(name, root["spec"]);
                return true;
            case "Topology":
                foreach (var level in root["spec"].Items("levels"))
                {
                    if (level.Text("alias") is { Length: > 0 } alias && level.Text("nodeLabel") is { Length: > 0 } label)
                    {
                        _labelOfAlias[$"{name.Name}/{alias}"] = label;
                        _labelOfAlias.TryAdd($"/{alias}", label);
                    }
                }

                return true;
            case "ClusterTrainingRuntime":
                _runtimes[name.Name] = root["spec"].Tree;
                return true;
            case "TrainingRuntime":
                _runtimes[$"{name.Namespace}/{name.Name}"] = root["spec"].Tree;
                return true;
            default:
                return false;
        }
    }

    private void AddWorkload(ObjectName name, Field spec)
    {
        var groups = spec.Items("podGroupTemplates").Concat(spec.Items("podGroups")).ToList();
        foreach (var group in groups)
        {
            if (group.Text("name") is { Length: > 0 } text)
            {
                _groups[$"{name.Namespace}/{GroupNames.InWorkload(name.Name, text)}"] = new(name.Id, group.Tree);
            }
        }

        var controller = spec["controllerRef"];
        if (groups.Count == 1 && controller.Text("kind") is { } kind && controller.Text("name") is { } job)
        {
            _groupOfJob[$"{name.Namespace}/{kind}/{job}"] = new(name.Id, groups[0].Tree);
        }
    }

    // A PodGroup of Kubernetes 1.36 may leave everything to the template it refers to.
    private GroupObject? Completed(GroupObject? group, string ns)
    {
        if (group is null || group.Spec["schedulingPolicy"].Kind != TreeKind.Null)
        {
            return group;
        }

        var reference = group.Spec["podGroupTemplateRef"]["workload"];
        var template = GroupNames.InWorkload(reference["workloadName"].Text, reference["podGroupTemplateName"].Text);
        return _groups.GetValueOrDefault($"{ns}/{template}") ?? group;
    }
}
